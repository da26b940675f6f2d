# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# What is asked of a stack. Part of machines.sh.

also_allowed=$here/allowed-errors-swarm.txt

places_are_at() # PLACE=HOST...
{
    local one at
    for one; do
        at=$(where_is "${one%=*}")
        [ "${at% *}" = "${one#*=}" ] || { echo "${one%=*} is at $at"; return 1; }
    done
}

# The swarm makes another task with another address, and slurmctld must find it.
task_anew() # PLACE NODES PARTITION
{
    local at now
    at=$(where_is "$1")
    host_docker "${at% *}" rm -f "${at#* }"
    poll 60 another_task "$1" "${at#* }"
    poll 90 nodes_are idle "$2"
    run srun -p "$3" -w "$1" -t 1 hostname | grep -x "$1"
    partition_answers "$3"
}
another_task() # PLACE CONTAINER
{
    local at
    at=$(where_is "$1") && [ "${at#* }" != "$2" ]
}
