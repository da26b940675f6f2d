#!/bin/bash
# Proves `type: nfs` with a real NFS server and client: machines.sh nfs in an emulated machine, whose Debian kernel has both. By hand, for
# without KVM it takes half an hour and more; with little else running.
#
#   tests/boot/nfs-vm.sh HPCC [nfs|nfs-swarm]
#
# The machine's disk and kernel are made once (${XDG_CACHE_HOME:-~/.cache}/hpcc/nfs-vm, 2 GB) and never changed: what a run writes goes with
# it. This tree, HPCC and the images of earlier runs are seen in it, and cannot be written. HPCC and this machine are bookworm's. As root.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/engine.sh
. "$here/engine.sh"
hpcc=$(realpath "$1")
what=${2:-nfs}
vm=${engine_cache%/docker}/nfs-vm
need qemu-system-x86 mmdebstrap e2fsprogs debian-archive-keyring
engine_compose

# What hosts.sh and the tests want to have installed, so that nothing is fetched in the machine.
packages=linux-image-amd64,kmod,docker.io,iptables,iproute2,nfs-kernel-server,nfs-common,rpcbind,openssh-server,openssh-client
packages=$packages,procps,psmisc,gcc,libc6-dev,libjansson4,libyaml-0-2,sudo,netbase,ca-certificates,util-linux,sysvinit-utils

make_disk()
{
    local mirror tree=$vm/root.$$
    mirror=$(engine_mirror)
    mkdir -p "$vm"
    mmdebstrap --variant=minbase --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Check-Valid-Until "false"' \
        --include=$packages bookworm "$tree" ${mirror:+"$mirror"}
    cp "$here/nfs-vm-init" "$tree/sbin/vm-init"
    cp "$tree"/boot/vmlinuz-* "$vm/vmlinuz"
    cp "$tree"/boot/initrd.img-* "$vm/initrd"
    mke2fs -q -t ext4 -O ^has_journal -d "$tree" "$vm/disk.new" 20G
    rm -rf --one-file-system "$tree"
    mv "$vm/disk.new" "$vm/disk"
}
cmp -s "$here/nfs-vm-init" "$vm/init" || { make_disk && cp "$here/nfs-vm-init" "$vm/init"; }

console=$(mktemp)
emulator=
# Also where this script is ended before.
trap '[ -z "$emulator" ] || kill "$emulator" 2>/dev/null; rm -f "$console"' EXIT
trap 'exit 1' HUP INT TERM
shared() { printf -- '-virtfs\nlocal,path=%s,mount_tag=%s,security_model=none,readonly=on\n' "$1" "$2"; }
mapfile -t shares < <(shared "${here%/tests/boot}" tree && shared "$(dirname "$hpcc")" hpcc && shared "$engine_cache" cache)
# The network is for images that are to be made anew.
timeout -k 10 7200 nice -n 10 qemu-system-x86_64 -machine q35 -accel tcg -cpu Nehalem -smp 2 -m 4096 -display none -monitor none -no-reboot \
    -serial "file:$console" -kernel "$vm/vmlinuz" -initrd "$vm/initrd" \
    -append "root=/dev/vda rw console=ttyS0 quiet init=/sbin/vm-init net.ifnames=0 mitigations=off panic=1 what=$what" \
    -drive "file=$vm/disk,format=raw,if=virtio,cache=unsafe" -snapshot "${shares[@]}" \
    -netdev user,id=n -device virtio-net-pci,netdev=n -device virtio-rng-pci </dev/null &
emulator=$!
wait "$emulator" || true
emulator=
tr -d '\r' <"$console" | grep -aE '^(ok|FAIL|      \|) '
grep -qa '^ended 0' "$console" || { echo "FAIL nfs-vm: ended otherwise"; tail -n 20 "$console"; exit 1; }
