# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# Part of machines.sh: system E on a swarm of both engines.
target=swarm
# shellcheck source=SCRIPTDIR/machines-swarm-checks.sh
. "$here/machines-swarm-checks.sh"

phase "folders on both hosts in the place of NFS" share_folders
phase "a SPANK plugin of the site's" spank_plugin
phase "build" build "$root/specs/systems/pi-swarm.yaml" "$here/machines-pi.yaml"
phase "images of an earlier run" images_before
phase "up, from the first host" up
check "c[1-4] and q[1-2] are idle" nodes_are idle 6
check "nodes are where the spec says" places_are_at c1=rasqberry c2=rasqberry c3=rasqberry2 c4=rasqberry2 q1=rasqberry q2=rasqberry2
check "srun -p normal -N4 hostname" partition_answers normal
check "srun -p quantum --gres=qpu:1" qpu_is_given
check "a third job that wants a QPU waits" third_waits
check "the SPANK plugin and its JSON are on every node" spank_is_there
[ "$suite" = sid ] || check "MPI over four nodes on both hosts, by srun" four_by_srun normal
check "MPI over four nodes on both hosts, by mpirun" four_by_mpirun normal
check "sbatch into the shared folder" batch_into_shared normal /shared c3
check "an interactive srun to the other host" interactive normal c4
check "a node's task is made anew, and it comes back" task_anew c3 6 normal
check "up again changes nothing" up_again_changes_nothing
check "verify full" verify_is_fine full
check "logs" logs_are_clean
phase "down --purge" cluster down --purge --yes
check "nothing is left on the hosts" nothing_left
