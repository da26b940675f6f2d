#!/bin/bash
# The world of one daemon of one case; daemons.py starts it in namespaces of its own, with which it ends.
#
#   cell.sh ROOT DIR COMMAND...     DIR/tree is laid over the release root ROOT; munged's socket is in DIR/../munge
set -eu
root=$1 dir=$2
shift 2
hostname judge
# getaddrinfo wants an address besides the loopback's before it answers anything; no packet ever leaves.
ip link set lo up
ip address add 10.231.255.254/32 dev lo
mkdir "$dir/work" "$dir/root"
mount -t overlay -o "lowerdir=$root,upperdir=$dir/tree,workdir=$dir/work" hpcc "$dir/root"
mount -t proc proc "$dir/root/proc"
mount --bind "$dir/../munge" "$dir/root/run/munge"
# A file that includes itself ends when no more files can be opened: let that be soon.
ulimit -c 0 -n 256
# What slurmd takes for the hardware: that of the base's node lines.
export HWLOC_SYNTHETIC='pack:1 core:2 pu:1'
exec chroot "$dir/root" "$@"
