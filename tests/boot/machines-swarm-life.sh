# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034,SC2046
# Part of machines.sh: what happens to a cluster on a swarm while it lives: tasks made anew, an edit, a cable, a new secret, a second one.
target=swarm
# shellcheck source=SCRIPTDIR/machines-swarm-checks.sh
. "$here/machines-swarm-checks.sh"

sleeper() { run sbatch --parsable -p normal -w "$1" --wrap 'sleep 900'; } # NODE
job_is() { [ "$(run squeue -h -j "$1" -o %T)" = "$2" ]; }                # JOB STATE
cancel() { run scancel -u rasqberry; }
ended() # PLACE: its container is removed, as by a fault; another comes
{
    local at
    at=$(where_is "$1")
    host_docker "${at% *}" rm -f "${at#* }"
    poll 60 another_task "$1" "${at#* }"
}

# Its jobs elsewhere go on.
controller_anew()
{
    local job
    job=$(sleeper c3)
    poll 20 job_is "$job" RUNNING
    ended slurmctld
    poll 90 nodes_are idle 5
    job_is "$job" RUNNING
    partition_answers quantum
    cancel
}
accounting_anew()
{
    ended database
    ended slurmdbd
    poll 90 run sacctmgr -n show cluster
    partition_answers normal
}
# A minute: neither Slurm nor the swarm gives the host up, and the job that ran there runs.
cable_pulled()
{
    local job before
    job=$(sleeper c3)
    poll 20 job_is "$job" RUNNING
    before=$(where_is c3)
    host_unplug "$second"
    sleep 60
    host_plug "$second"
    sleep 15
    poll 120 nodes_are idle 5
    [ "$before" = "$(where_is c3)" ]
    inside c3 pgrep -x sleep
    job_is "$job" RUNNING
    cancel
    poll 60 nodes_are idle 6
    partition_answers normal
}
# What was changed is told before it is done, with the jobs that it ends.
edit()
{
    local job
    job=$(sleeper c1)
    poll 20 job_is "$job" RUNNING
    printf 'partitions:\n  extra: {nodes: "c[1-4]"}\n' >"$work/edit.yaml"
    build "$root/specs/systems/pi-swarm.yaml" "$here/machines-pi.yaml" "$work/edit.yaml"
    ! cluster status >"$work/status" || return 1
    cat "$work/status"
    grep 'would change' "$work/status"
    cluster up 2>&1 | tee "$work/up"
    grep -q '^cluster: makes anew' "$work/up"
    grep -q "^cluster: c1 runs jobs.* $job\$" "$work/up"
    partition_answers extra
    ! grep -q database "$work/up"
    [ -z "$(unused_configs)" ]
    cancel
}
unused_configs()
{
    local one
    host_docker "$first" service inspect $(host_docker "$first" service ls -q) >"$work/services"
    for one in $(host_docker "$first" config ls --format '{{.Name}}'); do
        grep -qF "\"$one\"" "$work/services" || echo "$one"
    done
}
new_secret() # SECRET
{
    local before
    before=$(host_docker "$first" secret ls --format '{{.Name}}' | sort)
    patience=600 cluster rotate "$1" --yes
    [ "$before" != "$(host_docker "$first" secret ls --format '{{.Name}}' | sort)" ]
    poll 90 nodes_are idle 6
    partition_answers normal
    run sacct -n -X >/dev/null
}
restarted()
{
    cluster restart c4
    poll 60 nodes_are idle 6
    partition_answers normal
}
saved()
{
    cluster backup "/tmp/backup-$$"
    cluster restore --yes "/tmp/backup-$$"
    poll 60 nodes_are idle 6
    partition_answers normal
}
# The spec says the subnet: there is no other for a second one, and nothing is begun.
second_cluster()
{
    local before
    before=$(leftovers)
    ! cluster --name two up >"$work/two" 2>&1 || return 1
    cat "$work/two"
    grep -q 'subnet 10.0.1.0/24' "$work/two"
    [ "$before" = "$(leftovers)" ]
    partition_answers normal
}

phase "folders on both hosts in the place of NFS" share_folders
phase "a SPANK plugin of the site's" spank_plugin
phase "build" build "$root/specs/systems/pi-swarm.yaml" "$here/machines-pi.yaml"
phase "images of an earlier run" images_before
phase "up, from the first host" up
check "slurmctld's task is made anew" controller_anew
check "the database's and slurmdbd's tasks are made anew" accounting_anew
check "a node's task is made anew" task_anew c3 6 normal
check "a cable is pulled for a minute" cable_pulled
check "an edit" edit
check "a place restarted" restarted
check "backup and restore" saved
check "a new key for munge" new_secret munge
check "a new password for the database" new_secret database
check "a second cluster of the same subnet is refused" second_cluster
check "verify smoke" verify_is_fine smoke
phase "down --purge" cluster down --purge --yes
check "nothing is left on the hosts" nothing_left
