# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# Part of machines.sh: system A on a swarm of both engines.
target=swarm
# shellcheck source=SCRIPTDIR/machines-swarm-checks.sh
. "$here/machines-swarm-checks.sh"
# shellcheck source=SCRIPTDIR/machines-mpi-checks.sh
. "$here/machines-mpi-checks.sh"
