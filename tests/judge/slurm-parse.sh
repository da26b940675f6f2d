#!/bin/bash
# Do the Slurm files in CONF_DIR read, in the release's own eyes? No daemon is started.
#
#   tests/judge/slurm-parse.sh ROOT CONF_DIR[=NODE,NODE...]...      "-" reads such words from stdin, one a line
#
# ROOT comes from roots.sh. CONF_DIR stands where /etc/slurm is while the release's client reads slurm.conf; for each
# NODE its slurmd reads slurm.conf, gres.conf and cgroup.conf too and prints the devices (slurmd -G).
# One line on stdout for each CONF_DIR (or node) that does not read, with what was said; 0 when all read, else 1.
set -eu

die() { printf 'slurm-parse.sh: %s\n' "$*" >&2; exit 2; }

[ $# -ge 2 ] || die "usage: slurm-parse.sh ROOT CONF_DIR[=NODE,...]..."
[ "$(id -u)" = 0 ] || die "must be root"

# Everything below happens in namespaces that end with us: mounts and processes go away by themselves, and in a network
# with no way out a name that does not resolve costs no look-up.
[ -n "${HPCC_PARSE_STAGE:-}" ] || {
    # Only a place to mount on, the same for all: each mounts its own tmpfs there and sees no other's.
    HPCC_PARSE_STAGE=${XDG_CACHE_HOME:-$HOME/.cache}/hpcc/machines
    export HPCC_PARSE_STAGE
    mkdir -p "$HPCC_PARSE_STAGE"
    exec unshare --mount --uts --net --pid --fork --kill-child --propagation private -- "$0" "$@"
}
stage=$HPCC_PARSE_STAGE
unset HPCC_PARSE_STAGE

root=$1
shift
[ -x "$root/usr/bin/scontrol" ] || die "$root: no release root"

hostname judge
ip link set lo up
# slurmd asks for its own addresses, and a network of nothing but lo answers no question about names.
ip link add up0 type veth peer name up1
ip address add 10.231.255.254/16 dev up0
ip link set up0 up

mount -t tmpfs -o mode=755 hpcc-parse "$stage"
mkdir "$stage/upper" "$stage/work" "$stage/root"
mount -t overlay -o "lowerdir=$root,upperdir=$stage/upper,workdir=$stage/work" hpcc-parse "$stage/root"
root=$stage/root
mount -t tmpfs -o mode=755 hpcc-parse "$root/dev"
for device in null:3 zero:5 random:8 urandom:9; do mknod -m 666 "$root/dev/${device%:*}" c 1 "${device#*:}"; done
mount -t proc proc "$root/proc"
printf '127.0.0.1 localhost\n10.231.255.254 judge\n' >"$root/etc/hosts"

# slurmd 24.11 and newer wants to have spoken to munged before it reads anything.
start_munged()
{
    [ ! -e "$root/run/munge" ] || return 0
    install -d -o 110 -g 110 "$root/run/munge"
    chroot "$root" sh -c 'head -c 128 /dev/urandom >/etc/munge/munge.key && chown munge: /etc/munge/munge.key &&
        chmod 400 /etc/munge/munge.key && exec setpriv --reuid=munge --regid=munge --clear-groups munged'
}

# What the install step makes: the folders that slurm.conf names.
make_folders() # CONF_DIR NODE
{
    local path
    path=$(sed -nE 's/^[[:space:]]*SlurmdSpoolDir[[:space:]]*=[[:space:]]*([^[:space:]#]+).*/\1/Ip' "$1/slurm.conf" | tail -n 1)
    path=${path:-/var/spool/slurmd}
    path=${path//%n/"$2"}
    mkdir -p "$root/${path//%h/judge}" "$root/var/log/slurm"
}

# The devices that gres.conf speaks of: slurmd waits for each that is absent. Any character device is one.
make_devices() # CONF_DIR
{
    local path
    [ -f "$1/gres.conf" ] || return 0
    { grep -io '[[:space:]]file=[^[:space:]#]*' "$1/gres.conf" || true; } | cut -d= -f2- | sort -u |
        while IFS= read -r path; do
            # scontrol takes a word that begins with a slash for a file of words.
            chroot "$root" scontrol show hostnames "${path#/}"
        done |
        while IFS= read -r path; do
            [ -e "$root/$path" ] || { mkdir -p "$root/${path%/*}"; mknod -m 666 "$root/$path" c 1 3; }
        done
}

failed=0
fail() { printf '%s: %s\n' "$1" "$2"; failed=1; }

# A warning is a failure: what hpcc writes must say nothing that the release doubts.
said() { grep -iE 'error|fatal|warn' "$1" | head -n 1 | sed -E 's/^(\[[^]]*\] )?(s[a-z]+: )?//'; }

judge() # CONF_DIR NODES
{
    local dir=$1 node rc=0 words
    mount --bind "$dir" "$root/etc/slurm" || { fail "$dir" "cannot be mounted"; return 0; }
    chroot "$root" scontrol show hostnames x >"$stage/out" 2>&1 || rc=$?
    words=$(said "$stage/out")
    if [ "$rc" != 0 ] || [ -n "$words" ]; then
        fail "$dir" "${words:-exit $rc}"
    elif [ -n "$2" ]; then
        start_munged
        make_devices "$dir"
        for node in ${2//,/ }; do
            make_folders "$dir" "$node"
            rc=0
            timeout -k 1 10 chroot "$root" slurmd -G -N "$node" >"$stage/out" 2>&1 || rc=$?
            words=$(said "$stage/out")
            if [ "$rc" != 0 ] || [ -n "$words" ]; then fail "$dir=$node" "${words:-exit $rc}"; fi
        done
    fi
    umount "$root/etc/slurm"
}

export SLURM_CONF=/etc/slurm/slurm.conf
for word; do
    if [ "$word" = - ]; then cat; else printf '%s\n' "$word"; fi
done >"$stage/words"
while IFS= read -r word; do
    case $word in
    *=*) judge "${word%%=*}" "${word#*=}" ;;
    *) judge "$word" '' ;;
    esac
done <"$stage/words"
exit "$failed"
