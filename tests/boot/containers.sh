#!/bin/bash
# Brings up what target `compose` writes, unchanged, by its own `cluster` script, and proves that it is a cluster.
#
#   tests/boot/containers.sh HPCC WHAT SUITE
#
# WHAT: life      specs/quickstart.yaml through a cluster's life: jobs, MPI, edits under a running job, failures, down and up, backup and
#                 restore, and verify's every claim broken on purpose
#       classroom specs/classroom.yaml: GRES, QOS, users, storage, a published port
#       short     specs/quickstart.yaml: up, verify full, down
#       pair      two ephemeral clusters at once
#       supervisord  the same with supervisord as init, and parts that a user asks for
#       source    Slurm built from a source archive
# SUITE: bookworm trixie sid: whose Slurm. A line a step: ok or FAIL. Removes what it made; leaves images, which cost minutes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC2034 # the parts'
root=$(cd "$here/../.." && pwd)
# shellcheck source=SCRIPTDIR/steps.sh
. "$here/steps.sh"
# shellcheck source=SCRIPTDIR/engine.sh
. "$here/engine.sh"
# shellcheck source=SCRIPTDIR/containers-checks.sh
. "$here/containers-checks.sh"

hpcc=$1 what=$2 suite=$3 target=compose
declare -A release=([bookworm]=22.05 [trixie]=24.11 [sid]=26.05)
work=$(mktemp -d)
logs=$work/logs
out=$work/out
overlay=$work/overlay.yaml
project=hpcc-test-$$
projects=$project
mkdir "$logs"

# Whatever happens, nothing stays but images.
clean_up()
{
    local status=$? name
    set +e
    for name in $projects $(cat "$work/chosen" 2>/dev/null); do
        if [ "$status" != 0 ] || [ "$steps_failed" != 0 ]; then keep_logs "$name"; fi
        [ ! -x "$out/compose/cluster" ] || "$out/compose/cluster" --name "$name" down --purge --yes >/dev/null 2>&1
        leftovers "$name" | while read -r kind id; do
            case $kind in
            container) docker rm -f -v "$id" ;;
            *) docker "$kind" rm "$id" ;;
            esac
        done >/dev/null 2>&1
    done
    steps_end "$status"
    status=$?
    engine_stop
    rm -rf "$work"
    exit "$status"
}
trap clean_up EXIT

# A base's overlays: the release, and what a proof changes.
build() # SPEC [OVERLAY...]
{
    local spec=$1 one with=()
    shift
    printf 'slurm:\n  version: %s\n' "${release[$suite]}" >"$overlay"
    for one in "$overlay" "$@"; do with+=(--with "$one"); done
    "$hpcc" build -q "$spec" "${with[@]}" --target compose -o "$out"
}

steps_begin "$work"
phase "a Docker engine" engine_start
phase "a base image of $suite" engine_base "$suite"

[ -r "$here/containers-$what.sh" ] || { echo "containers.sh: what is '$what'?" >&2 && exit 1; }
# shellcheck source=/dev/null
. "$here/containers-$what.sh"
