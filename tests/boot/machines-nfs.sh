# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# Part of machines.sh: system E with its NFS, exported by the first host's kernel and mounted by the second's engine. It wants a kernel with
# NFS's server and client: nfs-vm.sh has one. Each host has its own network, and so a server of its own, or none.

# Debian's own way where systemd is not: what nfs-export.sh asks for.
nfs_is_here()
{
    modprobe -a nfsd nfsv4 && grep -qw nfsd /proc/filesystems && need nfs-kernel-server nfs-common rpcbind sudo
    host_run "$first" sh -c 'service rpcbind start; rpcinfo -p >/dev/null'
}

# Without root `up` says what is to be run; that is run as it stands.
up_says_what()
{
    ! up || return 1
    grep -q '^cluster: this needs root' "$work/up"
    sed -n '/^cluster: this needs root/,/^cluster: .*does not export/p' "$work/up" | sed 1d | grep -v '^cluster: ' >"$work/as-root"
    cat "$work/as-root"
    host_run "$first" sh <"$work/as-root"
}
exported() # LINES
{
    host_run "$first" exportfs -v | tee "$work/exported"
    [ "$(grep -c "^/srv/.*$second_address(.*no_root_squash" "$work/exported")" = "$1" ] && [ "$(grep -c . "$work/exported")" = "$1" ]
}
to_nobody_else() { ! in_switch timeout 60 unshare -m mount -t nfs -o nfsvers=4 "$first_address:/srv/shared" /mnt; }
mounted_by_nfs()
{
    local folder
    for folder in /shared /home; do
        inside c3 grep " $folder nfs4 .*addr=$first_address" /proc/mounts
        inside c1 grep " $folder ext4 " /proc/mounts
    done
}
owners()
{
    local place
    for place in login c1 c3; do [ "$(inside $place stat -c %u:%g /shared /home /home/rasqberry | paste -s -d ' ' -)" = '1000:1000 0:0 1000:1000' ]; done
    inside c3 touch /shared/by-root
    [ "$(inside c1 stat -c %u:%g /shared/by-root)" = 0:0 ]
    run touch /shared/by-user
    [ "$(inside c3 stat -c %u:%g /shared/by-user)" = 1000:1000 ]
}
stop_server() { host_run "$first" service nfs-kernel-server stop; }
start_server() { host_run "$first" service nfs-kernel-server start; }
server_gone()
{
    local since=$SECONDS code=0
    stop_server
    cluster verify facts >"$work/verify" 2>&1 || code=$?
    cat "$work/verify"
    echo "verify took $((SECONDS - since)) s"
    [ "$code" = 2 ] && grep -q "^FAIL share shared: /shared does not answer on all of $second (c3); mend: " "$work/verify"
}
answers_again() { start_server && poll 200 inside c3 timeout -k 2 5 sh -c 'echo x >/shared/again' && poll 300 facts_hold; }
facts_hold() { cluster verify facts; }
may_by_sudo() { host_run "$first" sh -c 'echo "$1 ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/test' - "$hosts_user"; }
taken_back() { exported 0 && host_run "$first" sh -c '[ -z "$(ls /etc/exports.d)" ] && [ -e /srv/shared/by-user ]'; }
no_mount_left() { ! host_run "$second" grep ' nfs4 ' /proc/mounts; }

first_address=192.168.4.160 second_address=192.168.4.164
phase "a kernel with NFS" nfs_is_here
phase "build" build "$root/specs/systems/pi-${target/compose/hybrid}.yaml" "$here/machines-nfs.yaml"
phase "images of an earlier run" images_before
phase "up without root says what root must run, which does it" up_says_what
phase "up, from the first host" up
check "exported to the second host alone" exported 2
check "nobody else may mount it" to_nobody_else
check "containers of the second host mount it by NFS" mounted_by_nfs
check "owners are the spec's; root is root" owners
check "sbatch on the other host, its output on login" batch_into_shared normal /shared c3
check "verify" facts_hold
check "the server gone: verify names it, and ends" server_gone
check "the server is back, and all is well" answers_again
phase "sudo without a password" may_by_sudo
check "up again changes nothing" up_again_changes_nothing
phase "down --purge" cluster down --purge --yes
check "the export is taken back, what is in it stays" taken_back
check "no mount is left" no_mount_left
check "nothing is left on the hosts" nothing_left
phase "the server ends" stop_server
