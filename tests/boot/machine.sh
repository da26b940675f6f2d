# shellcheck shell=bash
# Machines on one machine. A machine is a release root (roots.sh) of which nobody else sees the changes, a host name, an
# address, its own processes, its own network, and nothing of this host: namespaces for mount, uts, ipc, net and pid, an
# overlay on a tmpfs, and a veth pair to the bridge.
#
#   machines_alone "$0" "$@"        first thing in a script: go on in namespaces of our own
#   net_up SUBNET                   the bridge between the machines
#   host_add NAME ADDRESS [ALIAS...]  a line for every machine's /etc/hosts; before the first machine_up
#   machine_up NAME ADDRESS ROOT    returns when the machine can be entered
#   machine_exec NAME CMD...        in the machine, with root's plain environment
#   machine_path NAME PATH          the path on this side of a file in the machine
#   machine_down NAME
#   all_down
#
# Every machine sees the folder $machine_work/shared as /mnt/shared: the site's file server.
# The bridge stands in the script's own network namespace and all mounts in its own mount namespace. So the names and
# subnets of two tests, or of this host, never meet, this host's firewall sees no packet, and all of it is gone when the
# script ends, however it ends: the kernel takes down what no process holds any more.

machine_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=SCRIPTDIR/need.sh
. "$machine_here/need.sh"

machine_work=           # a tmpfs that only we see; a folder a machine
machine_prefix=16       # length of the subnet's prefix
declare -A machine_pid=() machine_unshare=() machine_link=()

machines_alone() # SCRIPT ARGUMENT...
{
    local rc=0
    if [ -z "${HPCC_MACHINES:-}" ]; then
        [ "$(id -u)" = 0 ] || { echo "must be root" >&2; exit 1; }
        need util-linux iproute2 python3
        # Only a place to mount on, the same for all: each mounts its own tmpfs there and sees no other's.
        HPCC_MACHINES=${XDG_CACHE_HOME:-$HOME/.cache}/hpcc/machines
        export HPCC_MACHINES
        mkdir -p "$HPCC_MACHINES"
        # If we are killed, so is unshare, and with it what it has started.
        setpriv --pdeathsig KILL -- \
            unshare --mount --uts --ipc --net --pid --fork --kill-child --mount-proc --propagation private -- "$@" &
        # shellcheck disable=SC2064 # the process of now
        trap "kill -KILL $! 2>/dev/null" INT TERM HUP
        wait $! || rc=$?
        exit "$rc"
    fi
    machine_work=$HPCC_MACHINES
    unset HPCC_MACHINES
    mount -t tmpfs -o mode=755 hpcc "$machine_work"
    mkdir "$machine_work/shared"
    printf '127.0.0.1 localhost\n' >"$machine_work/hosts"
    # One python for all machines; it ends when our end of the pipe does.
    exec {machine_notify}> >(exec /usr/bin/python3 "$machine_here/notify.py")
    machine_notifier=$!
    trap all_down EXIT
    trap 'exit 130' INT TERM HUP
}

net_up() # SUBNET
{
    machine_prefix=${1#*/}
    ip link set lo up
    ip link add hpcc type bridge forward_delay 0
    ip link set hpcc up
}

host_add() # NAME ADDRESS ALIAS...
{
    local name=$1 address=$2
    shift 2
    printf '%s %s\n' "$address" "$name${*:+ $*}" >>"$machine_work/hosts"
}

machine_wait() # FILE PID: for the file, as long as the process lives
{
    until [ -e "$1" ]; do
        kill -0 "$2" 2>/dev/null || return 1
        sleep 0.01
    done
}

machine_up() # NAME ADDRESS ROOT
{
    local name=$1 address=$2 root=$3 dir=$machine_work/$1 link=v${#machine_pid[@]} pid
    mkdir -p "$dir/run"
    cp "$machine_work/hosts" "$dir/hosts"
    echo "$dir/run" >&"$machine_notify"
    machine_wait "$dir/run/systemd/notify/listening" "$machine_notifier"
    unshare --mount --uts --ipc --net --pid --fork --kill-child --propagation private -- \
        "$machine_here/machine-init" "$name" "$dir" "$root" >"$dir/init.log" 2>&1 {machine_notify}>&- &
    machine_unshare[$name]=$!
    machine_wait "$dir/run/ready" $! || { echo "machine $name: $(cat "$dir/init.log")" >&2; return 1; }
    # That file has no newline at its end, which read takes for a failure.
    read -r pid <"/proc/$!/task/$!/children" || [ -n "$pid" ]
    machine_pid[$name]=$pid
    machine_link[$name]=$link
    ip link add "$link" type veth peer name eth0 netns "$pid"
    ip link set "$link" master hpcc up
    # Whatever the addresses are, all machines are neighbours.
    nsenter -t "$pid" -n ip -batch - <<-END
	address add $address/$machine_prefix dev eth0
	link set eth0 up
	route add default dev eth0
	END
}

machine_exec() # NAME CMD...
{
    local pid=${machine_pid[$1]}
    shift
    nsenter -t "$pid" -m -u -i -n -p -r -w -- env -i \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root USER=root LANG=C.UTF-8 TERM=dumb "$@"
}

machine_path() { printf '%s\n' "/proc/${machine_pid[$1]}/root/${2#/}"; }

machine_down() # NAME
{
    # The first process of a pid namespace takes all others with it.
    kill -KILL "${machine_pid[$1]}" 2>/dev/null || true
    wait "${machine_unshare[$1]}" 2>/dev/null || true
    ip link delete "${machine_link[$1]}" 2>/dev/null || true
    rm -rf "${machine_work:?}/$1"
    unset "machine_pid[$1]" "machine_unshare[$1]" "machine_link[$1]"
}

all_down()
{
    local name
    for name in "${!machine_pid[@]}"; do machine_down "$name"; done
    ip link delete hpcc 2>/dev/null || true
    umount -l "$machine_work" 2>/dev/null || true
}
