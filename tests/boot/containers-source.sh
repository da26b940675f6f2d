# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# Part of containers.sh: Slurm is built from a source archive, here Debian's own of trixie.
named_by_the_spec()
{
    local archive
    archive=$(engine_slurm_source)
    cp "$archive" "$work/slurm-24.11.5.tar.xz"
    printf 'images:\n  slurm:\n    source: %s\n' "$work/slurm-24.11.5.tar.xz" >"$work/source.yaml"
}
# The image's Slurm is the one that was compiled, not a package.
is_compiled() { inside slurmctld sh -c '! dpkg -S /usr/sbin/slurmctld 2>/dev/null && slurmctld -V'; }
up_slowly() { timeout 1500 "$out/compose/cluster" --name "$project" up --wait 120; }

phase "an archive of Slurm's source" named_by_the_spec
phase "build" build "$root/specs/quickstart.yaml" "$work/source.yaml"
phase "up, with the image compiled" up_slowly
check "Slurm is the compiled one" is_compiled
check "verify full" verify_is_fine full
check "MPI over two nodes by srun" mpi_by_srun
check "logs" logs_are_clean
phase "down --purge" cluster down --purge --yes
check "nothing is left" nothing_left
