# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# Part of machines.sh: system A on a swarm of both engines, a node on each.
target=swarm
# shellcheck source=SCRIPTDIR/machines-swarm-checks.sh
. "$here/machines-swarm-checks.sh"
# shellcheck source=SCRIPTDIR/machines-mpi-checks.sh
. "$here/machines-mpi-checks.sh"

share_more()
{
    local folder
    for folder in data mpishare home; do hosts_share "/srv/$folder"; done
    host_run "$first" chown 1001:1001 /srv/data /srv/mpishare
}

phase "folders on both hosts in the place of NFS" share_more
phase "build" build "$root/specs/systems/mpi41.yaml" "$here/machines-mpi41.yaml"
phase "images of an earlier run" images_before
phase "up, from the first host" up
check "c[1-2] are idle" nodes_are idle 2
check "a node on each host" places_are_at c1=rasqberry c2=rasqberry2
check "ssh from c1 to c2 as mpiuser without a password" ssh_without_password
check "mpirun over the hostfile, by ssh, over both hosts" mpirun_over_the_hostfile
check "MPI over both hosts by srun" two_by_srun
check "the batch job, and sacct" the_batch_job
check "verify full" verify_is_fine full
check "logs" logs_are_clean
phase "down --purge" cluster down --purge --yes
check "nothing is left on the hosts" nothing_left
