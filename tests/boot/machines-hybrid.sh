# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# Part of machines.sh: system E on compose, over two hosts; with machines-WHAT.yaml laid over it, on networks of other kinds.

more=()
[ ! -e "$here/machines-$what.yaml" ] || more=("$here/machines-$what.yaml")

phase "folders on both hosts in the place of NFS" share_folders
phase "a SPANK plugin of the site's" spank_plugin
phase "build" build "$root/specs/systems/pi-hybrid.yaml" "$here/machines-pi.yaml" "${more[@]}"
phase "images of an earlier run" images_before
[ "$what" != overlay ] || phase "a swarm of both engines" swarm_of_both
phase "up, from the first host" up
check "c[1-4] and q[1-2] are idle" nodes_are idle 6
check "srun -p normal -N4 hostname" partition_answers normal
check "srun -p quantum --gres=qpu:1" qpu_is_given
check "a third job that wants a QPU waits" third_waits
check "the SPANK plugin and its JSON are on every node" spank_is_there
[ "$suite" = sid ] || check "MPI over four nodes on both hosts, by srun" four_by_srun normal
check "MPI over four nodes on both hosts, by mpirun" four_by_mpirun normal
check "sbatch into the shared folder" batch_into_shared normal /shared c3
check "an interactive srun to the other host" interactive normal c4
check "up again changes nothing" up_again_changes_nothing
check "verify full" verify_is_fine full
check "logs" logs_are_clean
if [ "$what" = broken ]; then
    # shellcheck source=SCRIPTDIR/machines-broken.sh
    . "$here/machines-broken.sh"
fi
phase "down --purge" cluster down --purge --yes
check "nothing is left on the hosts" nothing_left
