# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# Part of machines.sh: system E on compose, over two hosts.
# shellcheck source=SCRIPTDIR/machines-pi-checks.sh
. "$here/machines-pi-checks.sh"

pi_starts "$root/specs/systems/pi-hybrid.yaml"
pi_runs_jobs
pi_is_well
if [ "$what" = broken ]; then
    # shellcheck source=SCRIPTDIR/machines-broken.sh
    . "$here/machines-broken.sh"
fi
pi_ends
