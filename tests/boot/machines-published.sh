# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# Part of machines.sh: a node behind published ports on the other host.

# shellcheck source=SCRIPTDIR/machines-pi-checks.sh
. "$here/machines-pi-checks.sh"

phase "folders on both hosts in the place of NFS" share_folders
phase "a SPANK plugin of the site's" spank_plugin
phase "build" build "$root/specs/systems/pi-hybrid.yaml" "$here/machines-pi.yaml" "$here/machines-published.yaml"
phase "images of an earlier run" images_before
phase "up, from the first host" up
check "c3 is idle" nodes_are idle 1
check "srun -p normal hostname" run srun -p normal hostname
check "sbatch into the shared folder" batch_into_shared normal /shared c3
check "an interactive srun to the other host" interactive normal c3
pi_is_well
pi_ends
