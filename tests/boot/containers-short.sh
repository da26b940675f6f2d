# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# Part of containers.sh: a cluster comes up, verifies itself, and goes.
phase "build" build "$root/specs/quickstart.yaml"
phase "up" up
check "verify full" verify_is_fine full
[ "$suite" = sid ] || check "MPI over two nodes by srun" mpi_by_srun
check "MPI over two nodes by mpirun" mpi_by_mpirun
check "logs" logs_are_clean
phase "down --purge" cluster down --purge --yes
check "nothing is left" nothing_left
