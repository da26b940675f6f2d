# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# Part of containers.sh: one cluster's life, from its first `up` to nothing left.
spec=$root/specs/quickstart.yaml

# From the first container's making to the last one's start.
own_start()
{
    docker ps -q --filter "label=com.docker.compose.project=$project" | xargs docker inspect -f '{{.Created}} {{.State.StartedAt}}' |
        /usr/bin/python3 -c 'import sys; t = [[float(x[17:26]) + 60 * int(x[14:16]) + 3600 * int(x[11:13]) for x in l.split()] for l in sys.stdin]; print(f"{max(b for a, b in t) - min(a for a, b in t):.1f}")'
}

# ---- changes of the spec, under a running job

cat >"$work/edit.yaml" <<'END'
nodes:
  c4:
    memory: 768M
  c5:
    cpus: 1
    memory: 512M
partitions:
  normal:
    nodes: c[1-5]
END
cat >"$work/move.yaml" <<'END'
nodes:
  c2:
    address: 10.180.7.7
networks:
  cluster:
    type: bridge
    subnet: 10.180.0.0/16
services:
  default:
    network: cluster
END

# c4 shrinks and c5 is new while a job runs on c1: only they are made anew.
edit_under_a_job()
{
    local job before after
    job=$(run sbatch --parsable -w c1 -t 5 -o /dev/null --wrap 'sleep 15')
    poll 20 job_is "$job" RUNNING
    before=$(containers_of c1 c2 c3 login database)
    local c4
    c4=$(container c4)
    build "$spec" "$work/edit.yaml"
    up
    after=$(containers_of c1 c2 c3 login database)
    [ "$before" = "$after" ]
    [ "$c4" != "$(container c4)" ]
    [ -n "$(container c5)" ]
    job_is "$job" RUNNING
    [ "$(run scontrol -o show node c4 | grep -o ' RealMemory=[0-9]*')" = " RealMemory=768" ]
    poll 60 nodes_are idle 4
    partition_answers normal
    poll 40 job_is "$job" COMPLETED
}
# Nothing has changed: nothing happens.
up_again_changes_nothing()
{
    local before
    before=$(containers_of slurmctld slurmdbd database login c1 c2 c3 c4 c5)
    local started
    started=$(docker inspect -f '{{.State.StartedAt}}' $before)
    up
    [ "$before" = "$(containers_of slurmctld slurmdbd database login c1 c2 c3 c4 c5)" ]
    [ "$started" = "$(docker inspect -f '{{.State.StartedAt}}' $before)" ]
}
# What somebody adds beside the output is honoured, and costs only what it changes.
override_is_honoured()
{
    local before login
    before=$(containers_of slurmctld c1 c2 database) login=$(container login)
    printf 'services:\n  login:\n    environment:\n      OWN: "yes"\n' >"$out/compose/compose.override.yaml"
    build "$spec" "$work/edit.yaml"
    [ -e "$out/compose/compose.override.yaml" ]
    grep -q compose.override.yaml "$out/compose/.hpcc-manifest.json"
    up
    [ "$(inside login printenv OWN)" = yes ]
    [ "$before" = "$(containers_of slurmctld c1 c2 database)" ] && [ "$login" != "$(container login)" ]
    rm "$out/compose/compose.override.yaml"
    up
    ! inside login printenv OWN
}
# A folder that nobody can boot is refused before anything is touched.
preflight_refuses()
{
    local before conf=$out/compose/etc/files/etc/slurm/slurm.conf
    before=$(containers_of slurmctld c1)
    cp "$conf" "$work/slurm.conf"
    echo 'NoSuchKey=1' >>"$conf"
    local code=0
    cluster up >"$work/refused" 2>&1 || code=$?
    cp "$work/slurm.conf" "$conf"
    cat "$work/refused"
    [ "$code" != 0 ] && grep -q NoSuchKey "$work/refused"
    [ "$before" = "$(containers_of slurmctld c1)" ]
    nodes_are idle 5
}

# ---- what breaks by itself

# slurmd ends: its container starts it again, and the node is back.
slurmd_killed()
{
    inside c2 sh -c 'kill -9 $(cat /run/slurm/slurmd.pid)'
    poll 60 sh -c "docker inspect -f '{{.RestartCount}}' $(container c2) | grep -qv '^0$'"
    poll 60 nodes_are idle 5
    run srun -w c2 -t 1 hostname | grep -x c2 >/dev/null
}
munged_killed()
{
    inside c3 sh -c 'kill -9 $(pidof munged)'
    poll 20 inside c3 sh -c 'munge -n | unmunge >/dev/null 2>&1'
    run srun -w c3 -t 1 hostname | grep -x c3 >/dev/null
}
made_anew_with_the_same_address()
{
    docker rm -f "$(container c2)" >/dev/null
    up
    poll 60 nodes_are idle 5
    run srun -w c2 -t 1 hostname | grep -x c2 >/dev/null
}
made_anew_with_another_address()
{
    local c1
    c1=$(container c1)
    sed "s/10\\.180/$1/" "$work/move.yaml" >"$work/moved.yaml"
    build "$spec" "$work/edit.yaml" "$work/moved.yaml"
    up
    [ "$c1" = "$(container c1)" ]
    [ "$(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$(container c2)")" = "$1.7.7" ]
    poll 60 nodes_are idle 5
    run srun -w c2 -t 1 hostname | grep -x c2 >/dev/null
    run srun -N5 -t 1 hostname | sort | tr '\n' ' ' | grep -x "c1 c2 c3 c4 c5 " >/dev/null
}
every_service_restarts()
{
    local place
    for place in slurmctld slurmdbd database login; do
        docker restart -t 20 "$(container "$place")" >/dev/null
    done
    poll 90 run sacctmgr -n show cluster
    poll 90 nodes_are idle 5
    batch_is_found
}

# ---- what must outlive what

# A job that sacct knows and a node that is drained: history, and state.
leave_traces()
{
    traces=$(run sbatch --parsable -t 1 -J trace -o /dev/null --wrap true)
    echo "$traces" >"$work/traces"
    poll 30 job_is_recorded "$traces" COMPLETED
    as_root scontrol update NodeName=c3 State=DRAIN Reason="to be kept"
    run sh -c 'echo kept >kept.txt'
}
traces_are_there()
{
    poll 60 job_is_recorded "$(cat "$work/traces")" COMPLETED
    run sinfo -h -n c3 -o '%T %E' | tee /dev/stderr | grep '^drained.* to be kept' >/dev/null
}
home_is_kept() { [ "$(run cat kept.txt)" = kept ]; }
down_and_up()
{
    cluster down
    [ -z "$(docker ps -aq --filter "label=com.docker.compose.project=$project")" ]
    up
    traces_are_there
    home_is_kept
}
backup_and_restore()
{
    cluster backup "$work/backup.tar.gz"
    [ "$(stat -c %a "$work/backup.tar.gz")" = 600 ]
    cluster down --purge --yes
    nothing_left
    up
    ! job_is_recorded "$(cat "$work/traces")" COMPLETED
    cluster restore --yes "$work/backup.tar.gz"
    traces_are_there
}
resumed() { as_root scontrol update NodeName=c3 State=RESUME && poll 30 nodes_are idle 5; }
munge_key_changes_under_a_job()
{
    local job
    job=$(run sbatch --parsable -w c1 -t 5 -o /dev/null --wrap 'sleep 8')
    poll 20 job_is "$job" RUNNING
    inside c1 sha256sum /etc/munge/munge.key >"$work/key"
    cluster rotate munge
    ! inside c1 sha256sum /etc/munge/munge.key | cmp -s - "$work/key"
    each_partition
    poll 40 job_is "$job" COMPLETED
}
database_password_changes()
{
    cluster rotate database
    poll 60 run sacctmgr -n show cluster
}

# What is secret is in state/ alone, readable by its owner: not in what hpcc wrote, not in what Docker tells, not in a log.
secrets_stay()
{
    local file place said=0
    for place in database slurmdbd slurmctld login c1; do
        docker inspect "$(container "$place")"
        docker logs "$(container "$place")" 2>&1
        docker top "$(container "$place")" -eo pid,args
    done >"$work/told"
    for file in "$out/compose/state/$project"/secrets/*; do
        [ "$(stat -c %a "$file")" = 600 ]
        # A line that only this secret has: a key's first lines are all keys'.
        grep -v -e '-----' "$file" | tail -n 2 | cut -c 1-40 >"$work/patterns"
        ! grep -rlFf "$work/patterns" "$out/compose" --exclude-dir=secrets || said=1
        ! grep -qFf "$work/patterns" "$work/told" || said=1
    done
    return $said
}

# ---- verify, and what it must find

wrong_munge_key()
{
    inside c2 sh -c 'cp -p /etc/munge/munge.key /tmp/kept && head -c 1024 /dev/urandom >/etc/munge/munge.key && pkill munged || kill $(pidof munged)'
    sleep 1
    local code=0
    verify_finds facts 'munge.*c2' || code=1
    inside c2 sh -c 'cat /tmp/kept >/etc/munge/munge.key && rm /tmp/kept; kill $(pidof munged)'
    return $code
}
stopped_slurmd()
{
    docker stop -t 2 "$(container c2)" >/dev/null
    local code=0
    verify_finds facts 'c2' || code=1
    docker start "$(container c2)" >/dev/null
    poll 60 nodes_are idle 5
    return $code
}
broken_share()
{
    local code=0
    nsenter -t "$(docker inspect -f '{{.State.Pid}}' "$(container c2)")" -m umount /home
    verify_finds facts 'share.*c2' || code=1
    docker restart -t 2 "$(container c2)" >/dev/null
    poll 60 nodes_are idle 5
    return $code
}
no_database()
{
    docker stop -t 20 "$(container database)" >/dev/null
    local code=0
    verify_finds facts 'database' || code=1
    docker start "$(container database)" >/dev/null
    poll 60 run sacctmgr -n show cluster
    return $code
}
missing_pmix()
{
    local code=0 file
    file=$(inside login sh -c 'ls -d /usr/lib/*/slurm*/mpi_pmix*.so | tr "\n" " "')
    inside login sh -c "for f in $file; do mv \$f \$f.away; done"
    verify_finds facts 'pmix' || code=1
    inside login sh -c "for f in $file; do mv \$f.away \$f; done"
    return $code
}
another_configuration()
{
    local code=0
    inside c1 sh -c 'cp -p /etc/slurm/slurm.conf /tmp/kept && echo "# changed" >>/etc/slurm/slurm.conf'
    verify_finds facts 'c1' || code=1
    inside c1 sh -c 'cat /tmp/kept >/etc/slurm/slurm.conf; rm /tmp/kept'
    return $code
}
# Somebody has taken it out of service: no fault of the cluster's, and said.
node_set_down()
{
    local code=0
    as_root scontrol update NodeName=c3 State=DOWN Reason="broken fan"
    cluster verify facts | tee /dev/stderr | grep '^ok nodes: c3 .*broken fan' >/dev/null || code=1
    as_root scontrol update NodeName=c3 State=RESUME
    poll 30 nodes_are idle 5
    return $code
}

phase "build" build "$spec"
phase "up" up
echo "     up to all nodes idle: $took s, of which the containers' own start took $(own_start) s"
check "every node idle" nodes_are idle 4
check "srun over all nodes of every partition" each_partition
[ "$suite" = sid ] || check "MPI over two nodes by srun --mpi=pmix" mpi_by_srun
check "MPI over two nodes by mpirun in an allocation" mpi_by_mpirun
check "sbatch output is found from login" batch_is_found
check "verify full" verify_is_fine full
check "secrets stay where they are" secrets_stay
check "logs" logs_are_clean
check "a node's memory edited and a node added, while a job runs" edit_under_a_job
check "up again changes nothing" up_again_changes_nothing
check "compose.override.yaml is honoured" override_is_honoured
check "a configuration that Slurm refuses is refused before" preflight_refuses
check "slurmd killed" slurmd_killed
check "munged killed" munged_killed
check "a node made anew with the same address" made_anew_with_the_same_address
check "every service restarted" every_service_restarts
check "history and states are left" leave_traces
check "down and up keeps them" down_and_up
check "backup, down --purge, up, restore keeps them" backup_and_restore
check "a drained node is resumed" resumed
check "the munge key changes under a job" munge_key_changes_under_a_job
check "the database's password changes" database_password_changes
check "verify finds a wrong munge key" wrong_munge_key
check "verify finds a stopped slurmd" stopped_slurmd
check "verify finds a broken share" broken_share
check "verify finds no database" no_database
[ "$suite" = sid ] || check "verify finds PMIx missing" missing_pmix
check "verify finds another configuration" another_configuration
check "verify names a node that somebody took out of service, and why" node_set_down
check "verify is content again" verify_is_fine smoke
check "a node made anew with another address" made_anew_with_another_address "$(sed -n 's/^NET=//p' "$out/compose/etc/cluster.env")"
phase "down --purge" cluster down --purge --yes
check "nothing is left" nothing_left
