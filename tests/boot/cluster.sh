#!/bin/bash
# Boots a folder that `hpcc build --target slurm` wrote, unchanged, on this machine: a machine (machine.sh) for each host,
# the folder's own install.sh in each, the daemons of the SUITE's Debian packages by their own units, and then asks of the
# running cluster what the spec promised.
#
#   tests/boot/cluster.sh OUT_SLURM_DIR SUITE [EXPECT_JSON]
#
# One line a step: ok or FAIL, seconds, what. Exit 0 when all are ok. EXPECT_JSON (or OUT_SLURM_DIR/expect.json) is for
# compare.py. Logs of all daemons and the cluster's own account of itself stay in HPCC_BOOT_LOGS (printed at the end).
#
# Read from the folder: hosts.tsv (host, address or -, roles: slurmctld, slurmdbd, slurmd, database, login), files.tsv and
# secrets.tsv with the roles that have each, files/etc/slurm/*.conf. Run: secrets.sh here; install.sh on each host;
# database.sh on the database's; accounting.sh, if there is one, on the first controller: before slurmctld, after it, and again.
# HPCC_BOOT_HARDWARE=this: the machines are what this host is; otherwise they have the sockets, cores and threads that
# slurm.conf says (hwloc is told so), so that large nodes boot on a small host. Memory is always this host's.
# HPCC_BOOT_LIMIT: seconds until all nodes must be idle, 60. Two runs at once for one suite want a HPCC_BOOT_LOGS each.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/machine.sh
. "$here/machine.sh"
# shellcheck source=SCRIPTDIR/steps.sh
. "$here/steps.sh"
# shellcheck source=SCRIPTDIR/checks.sh
. "$here/checks.sh"

# What an administrator types, on HOST or (the first) on the machine that deploys. On a host the folder and the secrets
# of its roles lie in /root.
make_secrets() { sh "$out/secrets.sh" "$secrets"; }
install_host() { machine_exec "$1" sh /root/slurm/install.sh --host "$1" --secrets /root/secrets; }
make_database() { machine_exec "$1" sh /root/slurm/database.sh --secrets /root/secrets; }
make_accounts() { machine_exec "$1" sh /root/slurm/accounting.sh "${@:2}"; }

[ $# -ge 2 ] || { echo "usage: cluster.sh OUT_SLURM_DIR SUITE [EXPECT_JSON]" >&2; exit 2; }
[ -f "$1/hosts.tsv" ] || { echo "cluster.sh: $1/hosts.tsv: not there" >&2; exit 2; }
machines_alone "$0" "$@"

out=$(cd "$1" && pwd)
suite=$2
expect=${3:-$out/expect.json}
conf=$out/files/etc/slurm
logs=${HPCC_BOOT_LOGS:-${XDG_CACHE_HOME:-$HOME/.cache}/hpcc/boot/$suite}
limit=${HPCC_BOOT_LIMIT:-60}
rm -rf "$logs"
mkdir -p "$logs"
steps_begin "$logs"

hosts=()
declare -A address=() roles=()
read_hosts()
{
    local host addr role free=0
    # Tabs are white space to read: no field may be empty.
    while read -r host addr role; do
        case $host in '' | '#'*) continue ;; esac
        hosts+=("$host")
        if [ "$addr" = - ]; then
            free=$((free + 1))
            addr=10.231.$((250 + free / 250)).$((free % 250 + 1))
        fi
        address[$host]=$addr
        roles[$host]=$role
    done <"$out/hosts.tsv"
    [ ${#hosts[@]} -gt 0 ]
}

# The hosts of a role, in the file's order.
with_role()
{
    local host
    for host in "${hosts[@]}"; do
        case ,${roles[$host]}, in *,"$1",*) printf '%s\n' "$host" ;; esac
    done
}

# Whether HOST has one of the roles, as the lists write them.
has_role() # HOST ROLE,ROLE...
{
    local role
    for role in ${2//,/ }; do
        case ,${roles[$1]}, in *,"$role",*) return 0 ;; esac
    done
    return 1
}

# What slurm.conf sets KEY to, or DEFAULT.
setting() # KEY DEFAULT
{
    local value
    value=$(sed -nE "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*([^[:space:]#]+).*/\\1/Ip" "$conf/slurm.conf" | tail -n 1)
    printf '%s\n' "${value:-$2}"
}

on_all() # ROLE CMD...: at once; all must do it
{
    local role=$1 host pid failed=0 pids=()
    shift
    for host in $(with_role "$role"); do
        machine_exec "$host" "$@" &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
    [ "$failed" = 0 ]
}

find_root() { root=$("$here/../judge/roots.sh" "$suite"); }

make_machines()
{
    local host
    net_up "${address[${hosts[0]}]%.*.*}.0.0/16"
    for host in "${hosts[@]}"; do host_add "$host" "${address[$host]}"; done
    for host in "${hosts[@]}"; do machine_up "$host" "${address[$host]}" "$root"; done
}

install_all()
{
    local host to name on
    secrets=$machine_work/secrets
    make_secrets
    for host in "${hosts[@]}"; do
        to=$(machine_path "$host" root)
        cp -R "$out" "$to/slurm"
        mkdir -m 700 "$to/secrets"
        while IFS=$'\t' read -r name _ _ _ _ _ _ on; do
            case $name in '#'*) continue ;; esac
            if has_role "$host" "$on"; then cp "$secrets/$name" "$to/secrets/"; fi
        done <"$out/secrets.tsv"
        install_host "$host" || { echo "install.sh failed on $host"; return 1; }
    done
}

# A second controller goes on from the first one's state: both see the site's file server there.
share_state()
{
    local host path
    path=$(setting StateSaveLocation /var/spool)
    [ "$(with_role slurmctld | wc -l)" -gt 1 ] || return 0
    install -d -o 64030 -g 64030 -m 700 "$machine_work/shared/state"
    for host in $(with_role slurmctld); do machine_exec "$host" mount --bind /mnt/shared/state "$path"; done
}

# The device files that gres.conf speaks of: a machine with that hardware has them. Any character device will do.
make_devices()
{
    local host path
    [ -f "$conf/gres.conf" ] || return 0
    { grep -io '[[:space:]]file=[^[:space:]#]*' "$conf/gres.conf" || true; } | cut -d= -f2- | sort -u |
        while IFS= read -r path; do
            # scontrol takes a word that begins with a slash for a file of words.
            machine_exec "$controller" scontrol show hostnames "${path#/}" </dev/null
        done >"$machine_work/devices"
    for host in $(with_role slurmd); do
        # shellcheck disable=SC2016 # for the machine's shell
        machine_exec "$host" sh -c 'while read -r path; do
            [ -e "/$path" ] || { mkdir -p "/${path%/*}"; mknod -m 666 "/$path" c 1 3; }
        done' <"$machine_work/devices"
    done
}

# Where the folder has it run: with auth/slurm, nowhere.
start_munge()
{
    local host pid pids=() on
    on=$(awk -F '\t' '$2 == "munge" { print $5 }' "$out/units.tsv")
    for host in "${hosts[@]}"; do
        if has_role "$host" "$on"; then machine_exec "$host" systemctl start munge & pids+=($!); fi
    done
    for pid in "${pids[@]}"; do wait "$pid"; done
}

start_database()
{
    # The data are gone in a minute: no write need reach a disk.
    printf '[mariadbd]\ninnodb-flush-log-at-trx-commit = 0\n' >"$(machine_path "$1" etc/mysql/mariadb.conf.d/51-test.cnf)"
    machine_exec "$1" systemctl start mariadb
    make_database "$1"
}

start_slurmdbd()
{
    machine_exec "$dbd" systemctl start slurmdbd
    poll 30 machine_exec "$controller" sacctmgr -n show cluster
}

# The primary first: a backup that finds nobody takes over.
start_slurmctld()
{
    local host until
    for host in $(with_role slurmctld); do
        machine_exec "$host" systemctl start slurmctld
        until=$((SECONDS + 30))
        # shellcheck disable=SC2016 # for the machine's shell
        until machine_exec "$controller" sh -c 'scontrol ping | grep -q " at $1 is UP"' sh "$host"; do
            # It tells systemd that it is ready before it has looked at everything.
            machine_exec "$host" systemctl -q is-active slurmctld || { echo "slurmctld on $host has ended"; return 1; }
            [ "$SECONDS" -lt "$until" ] || return 1
            sleep 0.1
        done
    done
}

start_slurmd()
{
    local host
    if [ "${HPCC_BOOT_HARDWARE:-}" != this ]; then
        # Asked of slurmctld and not read from the file: it has done the defaults and the sums already.
        machine_exec "$controller" scontrol -o show node >"$machine_work/nodes"
        for host in $(with_role slurmd); do
            machine_exec "$host" systemctl set-environment "HWLOC_SYNTHETIC=$(
                awk -v h="$host" '
                    { split("", v); for (i = 1; i <= NF; i++) { n = index($i, "="); v[substr($i, 1, n - 1)] = substr($i, n + 1) } }
                    v["NodeHostName"] == h || v["NodeName"] == h {
                        print "pack:" v["Sockets"] " core:" v["CoresPerSocket"] " pu:" v["ThreadsPerCore"]; exit }
                ' "$machine_work/nodes")"
        done
    fi
    on_all slurmd systemctl start slurmd
}

# Every node idle, and none that only slurm.conf knows. A daemon that ended or a node that was refused ends the waiting.
wait_idle()
{
    local until=$((SECONDS + limit)) states
    while :; do
        states=$(machine_exec "$controller" sinfo -h -N -o '%N %T' | sort -u)
        if [ -n "$states" ] && ! grep -qv ' idle$' <<<"$states"; then return 0; fi
        if grep -qE ' (inval|drain)' <<<"$states" || [ "$SECONDS" -ge "$until" ] || ! daemons_run; then break; fi
        sleep 0.2
    done
    printf '%s\n' "$states"
    machine_exec "$controller" sinfo -h -R -o '%N: %E'
    return 1
}

# Logs and the cluster's own words, whatever has happened.
keep_logs()
{
    local host from what
    for host in "${!machine_pid[@]}"; do
        mkdir -p "$logs/$host"
        for what in var/log/slurm var/log/munge var/log/journal; do
            from=$(machine_path "$host" "$what")
            cp "$from"/* "$logs/$host/" 2>/dev/null || true
        done
    done
}

end()
{
    local rc=$?
    trap - EXIT
    keep_logs
    # Why it did not come up is most often in a daemon's own words.
    if [ -n "$steps_open" ] && [ "$rc" != 0 ]; then
        echo "daemons:" >>"$steps_output"
        check_logs >>"$steps_output" 2>/dev/null || true
    fi
    steps_end "$rc" || rc=1
    all_down
    exit "$rc"
}
trap end EXIT

phase "hosts.tsv" read_hosts
controller=$(with_role slurmctld | head -n 1)
dbd=$(with_role slurmdbd | head -n 1)
[ -n "$controller" ] || { echo "cluster.sh: no host is slurmctld" >&2; exit 1; }
phase "root of $suite" find_root
phase "machines: ${#hosts[@]}" make_machines
phase "install.sh on each" install_all
check "files are as they were written" check_files
phase "shared state" share_state
phase "devices of gres.conf" make_devices
phase "munge" start_munge
if [ -n "$(with_role database)" ]; then phase "database" start_database "$(with_role database | head -n 1)"; fi
if [ -n "$dbd" ]; then phase "slurmdbd" start_slurmdbd; fi
# Before slurmctld: 26.05's does not start when a partition allows a QOS that nobody has added yet. And again after it, as
# slurmctld is who tells the database which GRES there are.
if [ -f "$out/accounting.sh" ]; then phase "accounting.sh --before" make_accounts "$controller" --before; fi
phase "slurmctld" start_slurmctld
phase "slurmd" start_slurmd
phase "all nodes idle" wait_idle
if [ -f "$out/accounting.sh" ]; then
    check "accounting.sh" make_accounts "$controller"
    check "accounting.sh again" make_accounts "$controller"
fi
phase "what slurmctld says of itself" dump_state
if [ -f "$expect" ]; then check "as expected: ${expect##*/}" "$here/compare.py" "$logs" "$expect"; fi
for partition in $(partitions); do check "srun on all of partition $partition" check_partition "$partition"; done
first=$(partitions | head -n 1)
[ -z "$first" ] || check "sbatch in partition $first" check_batch "$first"
while read -r node gres; do check "gres $gres on $node" check_gres "$node" "$gres"; done < <(gres_nodes)
for host in $(with_role login); do check "login: $host" machine_exec "$host" sinfo; done
if [ -n "$dbd" ]; then check "accounting" check_accounting; fi
check "daemons still run" daemons_run
keep_logs
check "logs are clean" check_logs
