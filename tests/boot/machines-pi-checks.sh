# shellcheck shell=bash disable=SC2154
# What is asked of system E over two hosts, whichever target it is built for. Part of machines.sh.

pi_starts() # SPEC [OVERLAY...]
{
    local spec=$1
    shift
    phase "folders on both hosts in the place of NFS" share_folders
    phase "a SPANK plugin of the site's" spank_plugin
    phase "build" build "$spec" "$here/machines-pi.yaml" "$@"
    phase "images of an earlier run" images_before
    phase "up, from the first host" up
    check "c[1-4] and q[1-2] are idle" nodes_are idle 6
}

pi_runs_jobs()
{
    check "srun -p normal -N4 hostname" partition_answers normal
    check "srun -p quantum --gres=qpu:1" qpu_is_given
    check "a third job that wants a QPU waits" third_waits
    check "the SPANK plugin and its JSON are on every node" spank_is_there
    [ "$suite" = sid ] || check "MPI over four nodes on both hosts, by srun" four_by_srun normal
    check "MPI over four nodes on both hosts, by mpirun" four_by_mpirun normal
    check "sbatch into the shared folder" batch_into_shared normal /shared c3
    check "an interactive srun to the other host" interactive normal c4
}

pi_is_well()
{
    check "up again changes nothing" up_again_changes_nothing
    check "verify full" verify_is_fine full
    check "logs" logs_are_clean
}

pi_ends()
{
    phase "down --purge" cluster down --purge --yes
    check "nothing is left on the hosts" nothing_left
}
