# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# Part of machines.sh: system E on a swarm of both engines.
target=swarm
# shellcheck source=SCRIPTDIR/machines-swarm-checks.sh
. "$here/machines-swarm-checks.sh"
# shellcheck source=SCRIPTDIR/machines-pi-checks.sh
. "$here/machines-pi-checks.sh"

pi_starts "$root/specs/systems/pi-swarm.yaml"
check "nodes are where the spec says" places_are_at c1=rasqberry c2=rasqberry c3=rasqberry2 c4=rasqberry2 q1=rasqberry q2=rasqberry2
pi_runs_jobs
check "a node's task is made anew, and it comes back" task_anew c3 6 normal
pi_is_well
pi_ends
