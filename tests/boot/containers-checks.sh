# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# What is asked of a cluster in containers. Part of containers.sh, which sets out, project, logs, work.

cluster() { timeout -k 5 300 "$out/$target/cluster" --name "$project" "$@"; }
# As the cluster's user, where a user would be. A job that waits for ever must not.
run() { timeout -k 5 60 "$out/$target/cluster" --name "$project" exec -- "$@"; }
as_root() { cluster exec --root -- "$@"; }
# In one place, past the script: for breaking things.
inside() # PLACE CMD...
{
    local place=$1
    shift
    docker exec -i "$(container "$place")" "$@"
}
logs_of() { docker logs "$(container "$1")"; }
container() { docker ps -aq --filter "label=com.docker.compose.project=$project" --filter "label=com.docker.compose.service=$1"; }

# All that a project has left on this machine: KIND ID.
leftovers() # PROJECT
{
    docker ps -aq --filter "label=com.docker.compose.project=$1" | sed 's/^/container /'
    docker network ls -q --filter "label=com.docker.compose.project=$1" | sed 's/^/network /'
    docker volume ls -q --filter "label=com.docker.compose.project=$1" | sed 's/^/volume /'
}
nothing_left() { [ -z "$(leftovers "${1:-$project}")" ] && [ ! -e "$out/$target/state/${1:-$project}" ]; }

# Where it can be looked at once the containers are gone.
keep_logs() # PROJECT
{
    local id
    for id in $(docker ps -aq --filter "label=com.docker.compose.project=$1"); do
        echo "== $(docker inspect -f '{{index .Config.Labels "com.docker.compose.service"}} {{.State.Status}}' "$id")"
        docker logs --tail 25 "$id" 2>&1
    done
}

up()
{
    local since=$EPOCHREALTIME
    cluster up --wait 120 2>&1 | tee "$work/up"
    took=$(awk -v a="$since" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
}

nodes_are() # STATE COUNT: the word that sinfo prints, without marks
{
    [ "$(run sinfo -h -N -o '%N %t' | sort -u | awk -v s="$1" '{ sub(/[*~#!%$@^-]+$/, "", $2) } $2 == s' | wc -l)" = "$2" ]
}

# Each node of the partition answers with its own name, once.
partition_answers() # PARTITION
{
    local nodes
    nodes=$(awk -F '\t' -v p="$1" '$1 == p { print $2 }' "$out/$target/etc/partitions.tsv")
    run scontrol show hostnames "$nodes" | sort >"$work/want"
    run srun -p "$1" -N "$(wc -l <"$work/want")" -t 1 hostname | sort >"$work/got"
    diff "$work/want" "$work/got"
}

each_partition()
{
    local p
    awk -F '\t' '!/^#/ { print $1 }' "$out/$target/etc/partitions.tsv" >"$work/partitions"
    while read -r p; do partition_answers "$p" </dev/null; done <"$work/partitions"
}

# Four ranks: 1+2+3+4.
# Open MPI 5.0 ends now and then in MPI_Init, where a message comes before its communicator is there (open-mpi/ompi#12495, not mended yet):
# that is tried again, and nothing else.
mpi_run()
{
    local code
    for _ in 1 2 3; do
        code=0
        "$@" >"$work/mpi" 2>&1 || code=$?
        if [ "$code" = 0 ] || ! grep -q mca_pml_ob1_recv_frag_callback_match "$work/mpi"; then break; fi
    done
    cat "$work/mpi"
    return "$code"
}
mpi_by_srun() { mpi_run run srun --mpi=pmix -N2 -n4 -t 2 hpcc-mpi-sum | tee /dev/stderr | grep -x 'sum 10 of 4 ranks on 2 hosts' >/dev/null; }
mpi_by_mpirun() { mpi_run run salloc -N2 -n4 -t 2 mpirun hpcc-mpi-sum | tee /dev/stderr | grep -x 'sum 10 of 4 ranks on 2 hosts' >/dev/null; }

# A job's output is found where it was submitted.
batch_is_found()
{
    local id
    run sh -c 'rm -f found.txt'
    id=$(run sbatch --parsable -t 1 -o found.txt --wrap 'hostname; id -un')
    poll 30 job_is "$id" COMPLETED
    run cat found.txt | tee /dev/stderr | grep '^c[0-9]' >/dev/null
}

job_is() # JOB STATE
{
    run scontrol -o show job "$1" | grep " JobState=$2 " >/dev/null
}

job_is_recorded() # JOB STATE
{
    [ "$(run sacct -X -n -P -j "$1" -o State)" = "$2" ]
}

# Containers of places, to see which were made anew.
containers_of() # PLACE...
{
    local p
    for p; do container "$p"; done
}

# verify must fail, and name the claim and what is wrong.
verify_finds() # LEVEL PATTERN
{
    local said code=0
    said=$(cluster verify "$1" 2>&1) || code=$?
    printf '%s\n' "$said"
    [ "$code" = 2 ] && grep -E '^FAIL' <<<"$said" | grep -qE "$2"
}
verify_is_fine() { cluster verify "$1"; }

# No daemon complains, but of what is explained, in $also_allowed too.
logs_are_clean()
{
    local place found
    found=$(awk -F '\t' '!/^#/ { print $1 }' "$out/$target/etc/hosts.tsv" | while read -r place; do
        logs_of "$place" 2>&1 </dev/null | grep -E '(error|fatal): ' | sed "s/^/$place: /"
    done | grep -vE -f <(cat "$here/allowed-errors.txt" ${also_allowed:-} | grep -vE '^(#|$)') | sed -E 's/\[[^]]*\] //' | awk '!seen[$0]++') || true
    [ -z "$found" ] || { printf '%s\n' "$found"; return 1; }
}
