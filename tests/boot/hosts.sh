# shellcheck shell=bash disable=SC2154 # engine_here and engine_cache: of engine.sh
# Several hosts on one machine, for tests. To be sourced, as root, after engine.sh.
#
#   hosts_start NAME ADDRESS [NAME ADDRESS]...   hosts in one /24, each with an engine, sshd and root's key to all others. Runs in this shell,
#                                      not in one below it: when the shell that called it ends, whatever way, the hosts end with it
#   hosts_stop                         everything gone; also from a trap, also what was half started
#   hosts_leftovers                    a line for each thing that is still there
#   host_run NAME CMD...               in the host, as root at home there, with a clean environment; stdin and status pass
#   host_as NAME USER CMD...           the same as that user
#   host_docker NAME ARG...            this machine's docker client at that host's engine: files that it reads are this machine's
#   host_path NAME PATH                where this machine sees the host's PATH
#   host_pid NAME                      the host's first process
#   host_image NAME IMAGE...           loads images into the host's engine, from a tar in $engine_cache, else this machine's engine, else
#                                      (debian:SUITE-slim) made anew; hosts_image IMAGE...: into every host's
#   host_keep NAME IMAGE...            keeps images of that host's engine for hosts_image
#   host_unplug NAME, host_plug NAME   pulls its cable, puts it back
#   hosts_share PATH                   one folder, seen as PATH on every host
#   host_unmount_share NAME PATH, host_mount_share NAME PATH    on one host, and in its running containers
#   host_date NAME SECONDS             a clock that is wrong by so much; 0: right again
#
# Before hosts_start: hosts_user=NAME, who may log in beside root and use the engine, and hosts_see=(PATH...): what of this machine's
# /tmp and /root hosts are to see, beside the repository. patience=SECONDS: how long they may take, if not a minute.
#
# What is real: a host is a namespace each of mounts, name, network and processes. Its engine, sshd, iptables, routes, ports, /etc, /root,
# /tmp, /srv and all that it writes are its own; its programs are this machine's. It reaches the world through a switch that has the
# subnet's first address and hides it: several runs use the same addresses beside each other. /etc/hosts names the host 127.0.1.1, as Debian's does.
# What is not: one kernel, so one clock, one /proc/sys/kernel, no NFS (a share is a bind mount: the network does not carry it), no other
# architecture. host_date changes what `date` and munge on the host and in its running containers take for the time, so that munge's
# credentials are of another time; everything else goes on with the machine's clock.
#
# On the machine itself there are, while it runs: $hosts_folder, one link hu$$ with two addresses of 100.64.0.0/10, three rules of iptables with
# the comment hpcc-hosts-$$, a cgroup for each host.

hosts_names=()
hosts_folder=
hosts_last=     # also when it is gone
hosts_switch=
hosts_see=()
hosts_user=
declare -A hosts_address hosts_unshare

host_pid() { cat "$hosts_folder/hosts.$$-$1/pid"; }
host_path() { printf '/proc/%s/root%s\n' "$(host_pid "$1")" "$2"; }

host_run() # NAME CMD...
{
    local pid
    pid=$(host_pid "$1") || return 1
    shift
    nsenter -t "$pid" -m -u -n -p -i -r -- env -i -C /root HOME=/root USER=root LOGNAME=root SHELL=/bin/bash TERM=dumb LC_ALL=C.UTF-8 \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

host_as() # NAME USER CMD...
{
    local name=$1 user=$2
    shift 2
    # shellcheck disable=SC2016 # the host's
    host_run "$name" runuser -u "$user" -- env "HOME=/home/$user" "USER=$user" "LOGNAME=$user" sh -c 'cd && exec "$@"' - "$@"
}

host_docker() # NAME ARG...
{
    local socket
    socket=$(host_path "$1" /run/docker.sock) || return 1
    shift
    docker -H "unix://$socket" "$@"
}

in_switch() { nsenter -t "$hosts_switch" -n "$@"; }

# Ends with the shell that calls it, even if that is killed. Sets started.
hosts_spawn() # LOG CMD...
{
    local log=$1
    shift
    setpriv --pdeathsig KILL setsid "$@" >"$log" 2>&1 </dev/null &
    started=$!
}

# The way out: this process's own four addresses of those that providers use between themselves (RFC 6598).
hosts_uplink() # SUBNET
{
    local base here link outside comment=(-m comment --comment "hpcc-hosts-$$")
    base=$(($$ % 1048576 * 4))
    link=hu$$
    here=100.$((64 + base / 65536)).$((base / 256 % 256))
    outside=$here.$((base % 256))/30
    ip link add "$link" type veth peer name uplink netns "$hosts_switch"
    ip address add "$here.$((base % 256 + 1))/30" dev "$link"
    ip link set "$link" up
    in_switch ip address add "$here.$((base % 256 + 2))/30" dev uplink
    in_switch ip link set uplink up
    in_switch ip route add default via "$here.$((base % 256 + 1))"
    in_switch iptables -w -t nat -A POSTROUTING -s "$1" -o uplink -j MASQUERADE
    in_switch sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
    [ "$(cat /proc/sys/net/ipv4/ip_forward)" = 1 ] || echo 1 >/proc/sys/net/ipv4/ip_forward
    # Before the engine's own rules, whose policy is to drop what is not a container's.
    iptables -w -I FORWARD -i "$link" "${comment[@]}" -j ACCEPT
    iptables -w -I FORWARD -o "$link" "${comment[@]}" -j ACCEPT
    iptables -w -t nat -I POSTROUTING -s "$outside" "${comment[@]}" -j MASQUERADE
}

# Keys of the test's own. known_hosts is filled: who wants a host that is not known removes it.
hosts_keys()
{
    local ssh=$hosts_folder/home/.ssh etc=$hosts_folder/etc-ssh name
    mkdir "$hosts_folder/home"
    mkdir -m 700 "$ssh" "$etc"
    ssh-keygen -q -t ed25519 -N '' -C hpcc-test -f "$ssh/id_ed25519"
    ssh-keygen -q -t ed25519 -N '' -C host -f "$etc/ssh_host_ed25519_key"
    cp "$ssh/id_ed25519.pub" "$ssh/authorized_keys"
    for name in "${hosts_names[@]}"; do
        printf '%s,%s %s\n' "$name" "${hosts_address[$name]}" "$(cut -d ' ' -f 1,2 "$etc/ssh_host_ed25519_key.pub")"
    done >"$ssh/known_hosts"
    # -e: what it says goes to the host's /var/log/sshd.log
    printf '%s\n' 'Port 22' 'HostKey /etc/ssh/ssh_host_ed25519_key' 'PermitRootLogin prohibit-password' 'PasswordAuthentication no' 'UsePAM no' \
        'AllowTcpForwarding yes' 'AllowStreamLocalForwarding yes' 'MaxStartups 100' 'Subsystem sftp internal-sftp' 'AcceptEnv LANG LC_*' >"$etc/sshd_config"
}

host_ready() # NAME
{
    kill -0 "${hosts_unshare[$1]}" 2>/dev/null || return 2
    host_docker "$1" info >/dev/null 2>&1 || return 1
    host_run "$1" bash -c "exec 3<>/dev/tcp/${hosts_address[$1]}/22" 2>/dev/null || return 1
}

hosts_start() # NAME ADDRESS...
{
    local name prefix=${2%.*} folder started until
    need iproute2 iptables openssh-server openssh-client util-linux && engine_compose || return 1
    hosts_sweep
    # Short: a socket's path has 107 characters at most. Not in /tmp, which hosts have their own of.
    hosts_folder=$(mktemp -d /var/tmp/hosts.XXXXXX)
    hosts_last=$hosts_folder
    echo $$ >"$hosts_folder/owner"
    while [ $# -ge 2 ]; do
        hosts_names+=("$1")
        hosts_address[$1]=$2
        shift 2
    done
    mkdir "$hosts_folder/shares"
    hosts_keys
    # `docker compose` wherever it is found here.
    [ -z "${DOCKER_CONFIG:-}" ] || { mkdir "$hosts_folder/home/.docker" && cp -r "$DOCKER_CONFIG/cli-plugins" "$hosts_folder/home/.docker/"; }

    hosts_spawn "$hosts_folder/switch.log" unshare --net sleep infinity
    hosts_switch=$started
    until [ "$(readlink "/proc/$hosts_switch/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
    in_switch ip link set lo up
    in_switch ip link add lan type bridge
    in_switch ip address add "$prefix.1/24" dev lan
    in_switch ip link set lan up
    # Or iptables there would judge what only crosses the bridge.
    in_switch sh -c 'echo 0 >/proc/sys/net/bridge/bridge-nf-call-iptables' 2>/dev/null || true
    hosts_uplink "$prefix.0/24" || return 1

    for name in "${hosts_names[@]}"; do
        folder=$hosts_folder/hosts.$$-$name
        mkdir "$folder"
        hosts_spawn "$folder/log" unshare --mount --uts --net --pid --ipc --fork --kill-child=KILL \
            "$engine_here/hosts-init" "$folder" "$name" "${hosts_address[$name]}" "$prefix.1" "$hosts_user" \
            "${engine_here%/tests/boot}" "${hosts_see[@]}"
        hosts_unshare[$name]=$started
    done
    until=$((SECONDS + 10))
    for name in "${hosts_names[@]}"; do
        folder=$hosts_folder/hosts.$$-$name
        until [ -s "$folder/pid" ]; do
            [ "$SECONDS" -lt "$until" ] || { cat "$folder/log"; return 1; }
            sleep 0.02
        done
        in_switch ip link add "to-${name:0:12}" type veth peer name eth0 netns "$(host_pid "$name")"
        in_switch ip link set "to-${name:0:12}" master lan up
    done
    until=$((SECONDS + ${patience:-60}))
    for name in "${hosts_names[@]}"; do
        until host_ready "$name"; do
            if [ $? = 2 ] || [ "$SECONDS" -ge "$until" ]; then
                echo "host $name does not come up:"
                tail -n 20 "$hosts_folder/hosts.$$-$name/log" "$hosts_folder/hosts.$$-$name/upper/var/log/"{dockerd,sshd}.log 2>/dev/null
                return 1
            fi
            sleep 0.1
        done
    done
}

# Ending the first process ends all in its namespaces at once: containers need not be stopped before.
hosts_stop()
{
    local name pid
    [ -n "$hosts_folder" ] || return 0
    for name in "${hosts_names[@]}"; do
        [ -z "${hosts_unshare[$name]:-}" ] || kill -KILL "${hosts_unshare[$name]}" 2>/dev/null || true
    done
    for name in "${hosts_names[@]}"; do
        [ -z "${hosts_unshare[$name]:-}" ] || wait "${hosts_unshare[$name]}" 2>/dev/null || true
    done
    if [ -n "$hosts_switch" ]; then
        kill -KILL "$hosts_switch" 2>/dev/null || true
        wait "$hosts_switch" 2>/dev/null || true
    fi
    # unshare is gone before its child's children are: the kernel takes a moment with them.
    local until=$((SECONDS + 20))
    while [ -n "$(hosts_processes)" ] && [ "$SECONDS" -lt "$until" ]; do sleep 0.05; done
    hosts_remove $$ "$hosts_folder" || true
    if [ ! -e "$hosts_folder" ]; then hosts_gone; fi
}

# What the machine keeps when a run's processes are gone.
hosts_remove() # PID FOLDER
{
    local table rule cgroup
    ip link delete "hu$1" 2>/dev/null || true
    for table in filter nat; do
        iptables -w -t "$table" -S | sed -n "/--comment hpcc-hosts-$1 /s/^-A/-D/p" | while read -r rule; do
            # shellcheck disable=SC2086 # words
            iptables -w -t "$table" $rule || true
        done
    done
    hosts_cgroups "$1" | while read -r cgroup; do find "$cgroup" -depth -type d -exec rmdir {} + || true; done 2>/dev/null
    rm -rf --one-file-system "$2"
}

# After runs that were killed.
hosts_sweep()
{
    local folder owner
    for folder in /var/tmp/hosts.*/; do
        owner=$(cat "$folder/owner" 2>/dev/null) && [ ! -e "/proc/$owner" ] && hosts_remove "$owner" "${folder%/}"
    done
    return 0
}

# Nothing is remembered that is not there: hosts_start may be called again.
hosts_gone()
{
    hosts_names=() hosts_folder='' hosts_switch=''
    hosts_address=() hosts_unshare=()
}

# Whoever has mounts of this run's.
hosts_processes()
{
    [ -n "$hosts_last" ] || return 0
    grep -ls -- "$hosts_last/" /proc/[0-9]*/mountinfo | cut -d / -f 3 || true
}

# Each host's is below the root of every hierarchy.
hosts_cgroups() { find /sys/fs/cgroup -maxdepth 2 -type d -name "hpcc-hosts.$1-*" 2>/dev/null || true; } # PID

hosts_leftovers()
{
    hosts_processes | sed 's/^/process /'
    hosts_cgroups $$ | sed 's/^/cgroup /'
    sed -n "s|.* ${hosts_last:-no run}/|mount &|p" /proc/self/mountinfo
    ip -o link | sed -n "s/.* hu$$@/link &/p"
    { iptables -w -S; iptables -w -t nat -S; } | sed -n "s/.*hpcc-hosts-$$ /rule &/p"
    [ -z "$hosts_last" ] || [ ! -e "$hosts_last" ] || echo "folder $hosts_last"
    ip netns list | sed -n "s/.*-$$-/namespace &/p"
}

host_unplug() { in_switch ip link set "to-${1:0:12}" down; }
host_plug() { in_switch ip link set "to-${1:0:12}" up; }

# shares

hosts_share() # PATH
{
    local name
    mkdir -p "$hosts_folder/shares$1"
    for name in "${hosts_names[@]}"; do host_mount_share "$name" "$1" || return 1; done
}

host_mount_share() # NAME PATH
{
    # shellcheck disable=SC2016 # the host's
    host_run "$1" sh -c 'mkdir -p "$1" && mount --bind "/.shares$1" "$1"' - "$2"
}

host_unmount_share() # NAME PATH
{
    host_run "$1" umount -l "$2"
}

# images

image_tar() { printf '%s/images/%s.tar\n' "$engine_cache" "${1//[\/:]/_}"; }

# Nobody reads half of one. AS: what it is called in the cache, where several images have one name.
image_save() # IMAGE AS DOCKER...
{
    local image=$1 tar
    tar=$(image_tar "$2")
    shift 2
    mkdir -p "${tar%/*}"
    "$@" save -o "$tar.$$" "$image" && mv "$tar.$$" "$tar"
}

host_keep() # NAME IMAGE...
{
    local name=$1 image
    shift
    for image; do image_save "$image" "$image" host_docker "$name" || return 1; done
}

image_need() # IMAGE: its tar, from wherever
{
    local suite
    [ ! -e "$(image_tar "$1")" ] || return 0
    if docker image inspect "$1" >/dev/null 2>&1; then image_save "$1" "$1" docker; return; fi
    suite=${1#debian:}
    suite=${suite%-slim}
    [ "$1" = "debian:$suite-slim" ] || { echo "hosts.sh: no image $1 on this machine" >&2; return 1; }
    DOCKER_HOST=unix://$(host_path "${hosts_names[0]}" /run/docker.sock) engine_base "$suite" && host_keep "${hosts_names[0]}" "$1"
}

host_image() # NAME IMAGE...
{
    local name=$1 image
    shift
    for image; do
        image_need "$image" && host_docker "$name" load -q -i "$(image_tar "$image")" || return 1
    done
}

hosts_image() # IMAGE...
{
    local image name loads=() load bad=0
    for image; do image_need "$image" || return 1; done
    for name in "${hosts_names[@]}"; do
        host_image "$name" "$@" &
        loads+=($!)
    done
    for load in "${loads[@]}"; do wait "$load" || bad=1; done
    return $bad
}

# clocks

# What clock.c says; munged is made to begin again.
host_date() # NAME SECONDS
{
    local container library=$hosts_folder/clock.so
    [ -e "$library" ] || { need gcc libc6-dev && gcc -O1 -shared -fPIC -o "$library" "$engine_here/clock.c"; } || return 1
    # shellcheck disable=SC2016 # the host's
    local shift='if [ "$1" = 0 ]; then rm -f /etc/ld.so.preload; exit; fi
        cat >/usr/local/lib/clock.so && echo "$1" >/etc/clock-offset && echo /usr/local/lib/clock.so >/etc/ld.so.preload'
    # shellcheck disable=SC2016
    local munged='for p in /proc/[0-9]*; do if [ "$(cat "$p/comm" 2>/dev/null)" = munged ]; then kill "${p#/proc/}"; fi; done'
    host_run "$1" sh -c "$shift" - "$2" <"$library" || return 1
    for container in $(host_docker "$1" ps -q); do
        host_docker "$1" exec -i -u 0 "$container" sh -c "$shift" - "$2" <"$library" || return 1
        host_docker "$1" exec -u 0 "$container" sh -c "$munged" || return 1
    done
}
