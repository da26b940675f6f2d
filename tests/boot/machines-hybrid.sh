# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# Part of machines.sh: system E on compose, over two hosts; with machines-WHAT.yaml laid over it, on networks of other kinds.
# shellcheck source=SCRIPTDIR/machines-pi-checks.sh
. "$here/machines-pi-checks.sh"

more=()
[ ! -e "$here/machines-$what.yaml" ] || more=("$here/machines-$what.yaml")
[ "$what" != overlay ] || phase "a swarm of both engines" swarm_of_both
pi_starts "$root/specs/systems/pi-hybrid.yaml" "${more[@]}"
pi_runs_jobs
pi_is_well
if [ "$what" = broken ]; then
    # shellcheck source=SCRIPTDIR/machines-broken.sh
    . "$here/machines-broken.sh"
fi
pi_ends
