# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# Part of containers.sh: supervisord starts the programs and minds them; parts that the user asks for are in the image.
cat >"$work/supervisord.yaml" <<'END'
images:
  slurm:
    parts: [mpi4py, compilers]
    packages: [bc]
targets:
  compose:
    init: supervisord
END

supervisord_minds() { inside "$1" supervisorctl -c "/etc/supervisor/hpcc-$2.conf" status; }
# A program that ends is started again, and its container stays.
program_killed() # PLACE ROLE PROGRAM
{
    local before
    before=$(inside "$1" supervisorctl -c "/etc/supervisor/hpcc-$2.conf" pid "$3")
    inside "$1" kill -9 "$before"
    poll 30 sh -c "docker exec $(container "$1") supervisorctl -c /etc/supervisor/hpcc-$2.conf status $3 | grep -q RUNNING"
    [ "$(inside "$1" supervisorctl -c "/etc/supervisor/hpcc-$2.conf" pid "$3")" != "$before" ]
    [ "$(docker inspect -f '{{.RestartCount}}' "$(container "$1")")" = 0 ]
    poll 60 nodes_are idle 4
}
mpi_from_python()
{
    run srun --mpi=pmix -N2 -n4 -t 2 python3 -c 'from mpi4py import MPI; c = MPI.COMM_WORLD; print("sum", c.allreduce(c.rank + 1))' | sort -u | tee /dev/stderr | grep -x 'sum 10' >/dev/null
}
# Compiled on login, in the home directory that the nodes share.
mpi_compiled()
{
    run sh -c 'cat >r.c && mpicc -o r r.c' <<'END'
#include <mpi.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    int rank;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    printf("rank %d\n", rank);
    return MPI_Finalize();
}
END
    [ "$(run srun --mpi=pmix -N2 -n3 -t 2 ./r | sort | tr '\n' ' ')" = 'rank 0 rank 1 rank 2 ' ]
    [ "$(run sh -c 'echo 6*7 | bc')" = 42 ]
}

phase "build" build "$root/specs/quickstart.yaml" "$work/supervisord.yaml"
phase "up" up
check "supervisord minds a node's programs" supervisord_minds c1 slurmd
check "slurmd killed" program_killed c2 slurmd slurmd
check "munged killed" program_killed c3 slurmd munged
check "slurmctld killed" program_killed slurmctld slurmctld slurmctld
check "verify full" verify_is_fine full
check "MPI from Python" mpi_from_python
check "MPI compiled in the cluster" mpi_compiled
phase "down --purge" cluster down --purge --yes
check "nothing is left" nothing_left
