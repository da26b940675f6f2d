# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# Part of machines.sh: system A on compose.

# shellcheck source=SCRIPTDIR/machines-mpi-checks.sh
. "$here/machines-mpi-checks.sh"

# Where root itself may not raise it.
cat >"$work/here.yaml" <<'END'
services:
  slurmd:
    limits:
      memlock: null
END
phase "build" build "$root/specs/systems/mpi41.yaml" "$work/here.yaml"
phase "images of an earlier run" images_before
phase "up" up
check "c[1-2] are idle" nodes_are idle 2
check "ssh from c1 to c2 as mpiuser without a password" ssh_without_password
check "mpirun over the hostfile" mpirun_over_the_hostfile
check "the batch job, and sacct" the_batch_job
check "verify full" verify_is_fine full
check "logs" logs_are_clean
phase "down --purge" cluster down --purge --yes
check "nothing is left on the hosts" nothing_left
