#!/bin/bash
# Brings up clusters over two hosts, by their own `cluster` script on the first of them, and proves that each is one cluster.
#
#   tests/boot/machines.sh HPCC WHAT SUITE
#
# WHAT: hybrid    specs/systems/pi-hybrid.yaml on compose: control daemons behind a bridge, nodes on the hosts' own network
#       macvlan, overlay  the same with all of it on a network of that kind
#       published a node behind published ports
#       broken    hybrid, and what breaks such clusters: verify names each
#       swarm     specs/systems/pi-swarm.yaml on a swarm of both engines: the same as hybrid
#       swarm-life  the same through a swarm's life: tasks made anew, an edit, a cable, a new secret
#       mpi       specs/systems/mpi41.yaml on compose
#       mpi-swarm the same on a swarm
#       nfs       specs/systems/pi-hybrid.yaml, smaller, with its NFS: wants a kernel that has it (nfs-vm.sh)
#       nfs-swarm specs/systems/pi-swarm.yaml so
# SUITE: bookworm trixie sid: whose Slurm. A line a step: ok or FAIL. Leaves nothing but tars of images in the cache. As root.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC2034 # the parts'
root=$(cd "$here/../.." && pwd)
# shellcheck source=SCRIPTDIR/steps.sh
. "$here/steps.sh"
# shellcheck source=SCRIPTDIR/engine.sh
. "$here/engine.sh"
# shellcheck source=SCRIPTDIR/hosts.sh
. "$here/hosts.sh"
# shellcheck source=SCRIPTDIR/containers-checks.sh
. "$here/containers-checks.sh"
# shellcheck source=SCRIPTDIR/machines-checks.sh
. "$here/machines-checks.sh"

hpcc=$1 what=$2 suite=$3
declare -A release=([bookworm]=22.05 [trixie]=24.11 [sid]=26.05)
work=$(mktemp -d)
logs=$work/logs
out=$work/out
mkdir "$logs"

clean_up()
{
    local status=$?
    set +e
    if [ "$status" != 0 ] || [ "$steps_failed" != 0 ]; then keep_host_logs >"${HPCC_BOOT_LOGS:-$logs}/hosts.log" 2>&1; fi
    hosts_stop >/dev/null 2>&1
    steps_end "$status"
    status=$?
    rm -rf "$work"
    exit "$status"
}
trap clean_up EXIT

case $what in
broken | macvlan | overlay) part=hybrid ;;
nfs | nfs-swarm)
    part=nfs
    # shellcheck disable=SC2034 # the parts'
    [ "$what" = nfs ] || target=swarm
    # hosts-init's
    export hosts_export=yes
    # It may be emulated.
    patience=1800 up_wait=600
    ;;
*) part=$what ;;
esac
[ -r "$here/machines-$part.sh" ] || { echo "machines.sh: what is '$what'?" >&2 && exit 1; }

steps_begin "$work"
hosts_user=rasqberry
phase "two hosts" hosts_start rasqberry 192.168.4.160 rasqberry2 192.168.4.164

# shellcheck source=/dev/null
. "$here/machines-$part.sh"

hosts_stop >"$work/stopped" 2>&1
check "no process, mount, link, rule, cgroup or folder is left behind" nothing_is_left_here
