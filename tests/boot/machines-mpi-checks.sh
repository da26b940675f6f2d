# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# What is asked of system A, on compose or in a swarm. Part of machines.sh.

# Port 22 without a password, and without a question, as the course's notes have it.
ssh_without_password() { [ "$(cluster exec --user mpiuser --on c1 -- ssh -o BatchMode=yes c2 hostname)" = c2 ]; }
# mpirun starts its daemons by ssh itself: Slurm has no part in it.
mpirun_over_the_hostfile()
{
    cluster exec --user mpiuser --on c1 -- mpirun --hostfile /etc/hpcc/hostfile -n 2 --map-by ppr:1:node hostname | sort | tee /dev/stderr |
        tr '\n' ' ' | grep -x 'c1 c2 ' >/dev/null
}
# The course's own job; sacct lists it.
the_batch_job()
{
    local id
    id=$(cluster exec --user mpiuser -- sbatch --parsable /usr/local/share/mpi41/test-batch.sh)
    poll 60 job_is "$id" COMPLETED
    cluster exec --user mpiuser -- cat "res_$id.out" | tee /dev/stderr | grep -c 'Hello, World! I am process [01] of 2' | grep -x 2 >/dev/null
    poll 30 job_is_recorded "$id" COMPLETED
}
two_by_srun() { mpi_run run srun --mpi=pmix -N2 -n2 -t 2 hpcc-mpi-sum | tee /dev/stderr | grep -x 'sum 3 of 2 ranks on 2 hosts' >/dev/null; }
