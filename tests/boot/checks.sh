# shellcheck shell=bash disable=SC2154
# What is asked of a running cluster. Part of cluster.sh, which sets out, logs, hosts, roles, controller, dbd.

# The daemons must have read what hpcc wrote, byte for byte.
check_files()
{
    local host path owner group mode on at failed=0
    while IFS=$'\t' read -r path owner group mode on; do
        case $path in '#'*) continue ;; esac
        for host in "${hosts[@]}"; do
            has_role "$host" "$on" || continue
            at=$(machine_path "$host" "$path")
            cmp "$out/files$path" "$at" || failed=1
            at=$(machine_exec "$host" stat -c '%U %G 0%a' "$path")
            [ "$at" = "$owner $group $mode" ] || { echo "$host:$path: wanted $owner $group $mode, is $at"; failed=1; }
        done
    done <"$out/files.tsv"
    [ "$failed" = 0 ]
}

daemons_run()
{
    local host daemon failed=0
    for daemon in slurmctld slurmdbd slurmd; do
        for host in $(with_role "$daemon"); do
            machine_exec "$host" systemctl -q is-active "$daemon" || { echo "$daemon on $host has ended"; failed=1; }
        done
    done
    [ "$failed" = 0 ]
}

dump_state()
{
    local what
    for what in node partition; do machine_exec "$controller" scontrol -o show "$what" >"$logs/$what.txt"; done
    machine_exec "$controller" scontrol show config >"$logs/config.txt"
}

# A field of one of the lines of dump_state.
field() # FILE KEY_OF_NAME NAME FIELD
{
    awk -v key="$2=$3" -v want="$4=" '$1 == key { for (i = 2; i <= NF; i++) if (index($i, want) == 1) { print substr($i, length(want) + 1); exit } }' "$logs/$1.txt"
}

partitions() { sed -nE 's/^PartitionName=([^ ]+).* State=UP .*/\1/p' "$logs/partition.txt"; }

# Jobs are root's, unless root may have none.
job_run() # SRUN ARGUMENT...
{
    if grep -qiE '^DisableRootJobs *= *YES' "$logs/config.txt"; then
        machine_exec "$controller" setpriv --reuid=user --regid=user --init-groups --reset-env timeout -k 1 60 srun -D /tmp -t 1 "$@"
    else
        machine_exec "$controller" timeout -k 1 60 srun -D /tmp -t 1 "$@"
    fi
}

# Each node of the partition answers with its own name, once.
check_partition() # PARTITION
{
    local nodes node count
    nodes=$(field partition PartitionName "$1" Nodes)
    [ "$nodes" != '(null)' ]
    machine_exec "$controller" scontrol show hostnames "$nodes" >"$machine_work/want.nodes"
    while read -r node; do field node NodeName "$node" NodeHostName; done <"$machine_work/want.nodes" | sort >"$machine_work/want"
    count=$(wc -l <"$machine_work/want")
    job_run -N "$count" -p "$1" hostname >"$machine_work/got"
    sort "$machine_work/got" | diff "$machine_work/want" -
}

# A batch job leaves its script in slurmd's spool folder before it runs. An ordinary user's, where one may: with accounts
# enforced only those of the spec may, and our user is none of them.
check_batch() # PARTITION
{
    local who=root id node
    if grep -qiE '^AccountingStorageEnforce *= *none' "$logs/config.txt" && [ "$(field partition PartitionName "$1" RootOnly)" = NO ] &&
        grep -q "^PartitionName=$1 AllowGroups=ALL AllowAccounts=ALL AllowQos=ALL" "$logs/partition.txt"; then
        who=user
    fi
    id=$(machine_exec "$controller" setpriv --reuid="$who" --regid="$who" --init-groups --reset-env \
        sbatch --parsable -p "$1" -N 1 -t 1 -D /tmp -o /tmp/batch.out --wrap 'id -un; hostname')
    if ! poll 30 job_is "${id%;*}" COMPLETED; then
        machine_exec "$controller" scontrol -o show job "${id%;*}"
        return 1
    fi
    node=$(machine_exec "$controller" scontrol -o show job "${id%;*}" | sed -nE 's/.* BatchHost=([^ ]+) .*/\1/p')
    cp "$(machine_path "$(field node NodeName "$node" NodeHostName)" tmp/batch.out)" "$machine_work/batch"
    cat "$machine_work/batch"
    grep -qx "$who" "$machine_work/batch"
}

job_is() # JOB STATE
{
    machine_exec "$controller" scontrol -o show job "$1" | grep -q " JobState=$2 "
}

# "NODE NAME:TYPE:COUNT" or "NODE NAME:COUNT": one node for each different device list.
gres_nodes()
{
    sed -nE 's/^NodeName=([^ ]+) .*[ ]Gres=([^ ]+) .*/\1 \2/p' "$logs/node.txt" | awk '$2 != "(null)" && !seen[$2]++' |
        while read -r node list; do
            # gpu:tesla:2(S:0-1),qpu:1
            sed 's/([^)]*)//g; s/,/\n/g' <<<"$list" | while read -r gres; do printf '%s %s\n' "$node" "$gres"; done
        done
}

# A job gets all of it, and sees that it has; one more than there is is refused, or waits in vain.
check_gres() # NODE NAME[:TYPE]:COUNT
{
    local node=$1 gres=$2 count=${2##*:} name=${2%:*} partition
    # Not of sinfo, which lists partitions without the node too.
    partition=$(partitions | grep -xF -f <(field node NodeName "$node" Partitions | tr ',' '\n') | head -n 1)
    # shellcheck disable=SC2016 # for the job's shell
    job_run -p "$partition" -w "$node" --gres="$gres" sh -c 'echo "devices ${SLURM_STEP_GPUS:-${SLURM_JOB_GPUS:-}}"; scontrol -o show job $SLURM_JOB_ID' >"$machine_work/job"
    cat "$machine_work/job"
    grep -qE "TresPerNode=(gres[:/])?${name//./\\.}:$count( |$)" "$machine_work/job"
    if [ "${name%%:*}" = gpu ]; then
        [ "$(sed -n 's/^devices //p' "$machine_work/job" | tr ',' '\n' | grep -c .)" = "$count" ]
    fi
    if job_run -I2 -p "$partition" -w "$node" --gres="$name:$((count + 1))" true; then
        echo "a job got $((count + 1)) of $count"
        return 1
    fi
}

# The cluster has told slurmdbd its name, and the jobs above have arrived there.
check_accounting()
{
    local cluster
    cluster=$(setting ClusterName '')
    machine_exec "$controller" sacctmgr -n -P show cluster format=Cluster,ControlHost >"$machine_work/clusters"
    cat "$machine_work/clusters"
    grep -q "^$cluster|..*" "$machine_work/clusters"
    poll 10 jobs_arrived
}

jobs_arrived()
{
    machine_exec "$controller" sacct -a -X -n -P -o JobID,Partition,NodeList,State >"$machine_work/sacct"
    cat "$machine_work/sacct"
    [ "$(grep -c '|COMPLETED$' "$machine_work/sacct")" -ge "$(partitions | wc -l)" ]
}

# No daemon complains, but of what allowed-errors.txt explains. Each complaint once, without its time.
check_logs()
{
    local found
    found=$(cd "$logs" && grep -HE '(error|fatal): ' -- */*.log */*.journal |
            grep -vE -f <(grep -vE '^(#|$)' "$here/allowed-errors.txt") |
            sed -E 's/\.journal:/.log:/; s/:\[[^]]*\] /: /; s/: slurm[a-z]+: /: /; s/:(slurm[a-z]+): /: /' | awk '!seen[$0]++') || true
    [ -z "$found" ] || { printf '%s\n' "$found"; return 1; }
}
