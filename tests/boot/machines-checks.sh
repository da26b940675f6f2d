# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# What is asked of a cluster over two hosts. Part of machines.sh; what is asked of any cluster in containers is containers-checks.sh's.

target=compose
first=rasqberry second=rasqberry2
project=

# The script that people run, as they run it: not as root, at home on the first host, which alone has what hpcc has built.
cluster() { host_as "$first" "$hosts_user" timeout -k 5 "${patience:-300}" "./$project/cluster" "$@"; }
run() { host_as "$first" "$hosts_user" timeout -k 5 "${patience:-60}" "./$project/cluster" exec -- "$@"; }

# A place runs on one host or the other: HOST CONTAINER.
where_is() # PLACE
{
    local name label id
    for name in "${hosts_names[@]}"; do
        for label in "com.docker.compose.service=$1" "com.docker.swarm.service.name=${project}_$1"; do
            id=$(host_docker "$name" ps -q --filter "label=$label" | head -n 1)
            [ -z "$id" ] || { echo "$name $id"; return 0; }
        done
    done
    return 1
}
inside() # PLACE CMD...
{
    local at
    at=$(where_is "$1")
    shift
    host_docker "${at% *}" exec -i "${at#* }" "$@"
}

logs_of() # PLACE
{
    local at
    at=$(where_is "$1")
    host_docker "${at% *}" logs "${at#* }"
}

# What stands in for what this machine's kernel or this test lacks: a release, and a shared folder in the place of NFS.
build() # SPEC [OVERLAY...]
{
    local spec=$1 one with=()
    shift
    printf 'slurm:\n  version: %s\n' "${release[$suite]}" >"$work/release.yaml"
    for one in "$work/release.yaml" "$@"; do with+=(--with "$one"); done
    "$hpcc" build -q "$spec" "${with[@]}" --target "$target" -o "$out" || return 1
    project=$(sed -n 's/^PROJECT=//p' "$out/$target/etc/cluster.env" | tr -d "'\"")
    # An edit, built again, goes over what is there, as hpcc's own building would.
    tar -C "$out/$target" -c . | host_as "$first" "$hosts_user" sh -c 'mkdir -p "$1" && tar -C "$1" -x' - "$project"
}

# The recipe's images, from an earlier run if they are still right: `cluster up` looks. Only where the first host is: how they come
# to the others is the cluster's business.
images_before()
{
    local reference
    host_image "$first" "debian:$suite-slim"
    for reference in $(images_built); do
        [ ! -e "$(image_tar "$suite-$reference")" ] || host_docker "$first" load -q -i "$(image_tar "$suite-$reference")" || return 1
    done
    images_ids >"$work/images.new"
    mv "$work/images.new" "$work/images"
}
images_after()
{
    local reference
    for reference in $(images_ids | comm -13 "$work/images" - | cut -d ' ' -f 1); do
        image_save "$reference" "$suite-$reference" host_docker "$first"
    done
}
images_built() { awk -F '\t' '$2 == "build" { print $3 }' "$out/$target/images.tsv"; }
images_ids()
{
    local reference
    for reference in $(images_built); do
        echo "$reference $(host_docker "$first" image inspect -f '{{.Id}}' "$reference" 2>/dev/null)"
    done | sort
}

# The first time it makes images: minutes of work, whatever comes after.
up()
{
    local code=0
    patience=${patience:-900} cluster up --wait "${up_wait:-120}" 2>&1 | tee "$work/up" || code=$?
    images_after
    return $code
}

# For networks of type overlay, where no service is a swarm's.
swarm_of_both()
{
    local token
    host_docker "$first" swarm init --advertise-addr 192.168.4.160 >/dev/null
    token=$(host_docker "$first" swarm join-token -q worker)
    host_docker "$second" swarm join --token "$token" --advertise-addr 192.168.4.164 192.168.4.160:2377
}

# All that a cluster has on the hosts: HOST KIND NAME.
leftovers()
{
    local name
    for name in "${hosts_names[@]}"; do
        {
            host_docker "$name" ps -a --format 'container {{.Names}}'
            host_docker "$name" volume ls --format 'volume {{.Name}}'
            host_docker "$name" network ls --format 'network {{.Name}}' | grep -vxE 'network (bridge|host|none|docker_gwbridge|ingress)' || true
            host_run "$name" sh -c 'ls -d /home/*/*/state/*/ /home/*/hpcc/*/state/*/ 2>/dev/null' | sed 's/^/folder /' || true
        } | sed "s/^/$name /"
    done
}
nothing_left()
{
    leftovers >"$work/leftovers"
    cat "$work/leftovers"
    [ ! -s "$work/leftovers" ]
}
nothing_is_left_here()
{
    hosts_leftovers >"$work/leftovers"
    cat "$work/stopped" "$work/leftovers"
    [ ! -s "$work/leftovers" ]
}

keep_host_logs()
{
    local name id
    for name in "${hosts_names[@]}"; do
        echo "==== $name"
        for id in $(host_docker "$name" ps -aq); do
            echo "== $(host_docker "$name" inspect -f '{{.Name}} {{.State.Status}}' "$id")"
            host_docker "$name" logs --tail 25 "$id" 2>&1
        done
        echo "== dockerd"
        host_run "$name" tail -n 30 /var/log/dockerd.log
        host_run "$name" tail -n 10 /var/log/sshd.log
    done
}

# What stands in the place of an NFS.
share_folders()
{
    hosts_share /srv/shared
    hosts_share /srv/home
    # Jobs' user, as containers know it.
    host_run "$first" chown 1000:1000 /srv/shared
}

# ---- MPI over both hosts: 1 + 2 + 3 + 4

sum_of_four() { tee /dev/stderr | grep -x 'sum 10 of 4 ranks on 4 hosts' >/dev/null; }
four_by_srun() { mpi_run run srun --mpi=pmix -p "$1" -N4 -n4 -t 2 hpcc-mpi-sum | sum_of_four; }
four_by_mpirun() { mpi_run run salloc -p "$1" -N4 -n4 -t 2 mpirun hpcc-mpi-sum | sum_of_four; }

# ---- QPUs: one on each host

qpu_is_given() { run srun -p quantum --gres=qpu:1 -t 1 sh -c 'scontrol -o show job $SLURM_JOB_ID' | grep -E 'gres(/|:)qpu[:=]1' >/dev/null; }
waits_for_it() { run squeue -h -j "$1" -o '%r' | grep -E 'Resources|Priority|ReqNodeNotAvail' >/dev/null; }
third_waits()
{
    local job jobs=()
    for job in 1 2; do jobs+=("$(run sbatch --parsable -p quantum --gres=qpu:1 -t 2 -o /dev/null --wrap 'sleep 60')"); done
    for job in "${jobs[@]}"; do poll 20 job_is "$job" RUNNING; done
    job=$(run sbatch --parsable -p quantum --gres=qpu:1 -t 2 -o /dev/null --wrap true)
    poll 30 waits_for_it "$job" || { run scancel "${jobs[@]}" "$job"; return 1; }
    job_is "$job" PENDING
    run scancel "${jobs[@]}"
    poll 40 job_is "$job" COMPLETED
}

# The site's own plugin, where the spec says that it lies.
spank_plugin()
{
    local version=${release[$suite]} folder=spank-plugins/plugins/spank_qrmi/build
    gcc -shared -fPIC -DPLUGIN_VERSION=$((10#${version%.*} << 16 | 10#${version#*.} << 8)) -o "$work/spank_qrmi.so" "$here/spank-qrmi.c"
    host_run "$first" sh -c 'mkdir -p "$1" && cat >"$1/spank_qrmi.so"' - "/srv/shared/$folder" <"$work/spank_qrmi.so"
}
# --qpu is its option; it reads its JSON on the node.
spank_is_there()
{
    run srun -p quantum --gres=qpu:1 --qpu=ibm_torino -w q2 -t 1 printenv SLURM_JOB_QPU_RESOURCES | tee /dev/stderr | grep -x ibm_torino
}

# ---- the folder that all nodes see

batch_into_shared() # PARTITION FOLDER NODE: the output of a job on the other host is there for login
{
    local id
    id=$(run sbatch --parsable -p "$1" -w "$3" -t 1 -o "$2/found-%j.txt" --wrap 'hostname; id -un')
    poll "${patience:-30}" job_is "$id" COMPLETED
    run cat "$2/found-$id.txt" | tee /dev/stderr | grep -x "$3" >/dev/null
}

interactive() # PARTITION NODE: a terminal on the other host
{
    [ "$(run srun -p "$1" -w "$2" -t 1 --pty hostname | tr -d '\r')" = "$2" ]
}

up_again_changes_nothing()
{
    local before
    before=$(engines_containers)
    up
    [ "$before" = "$(engines_containers)" ]
}
engines_containers()
{
    local name
    for name in "${hosts_names[@]}"; do
        host_docker "$name" ps -q | xargs -r docker -H "unix://$(host_path "$name" /run/docker.sock)" inspect -f '{{.Id}} {{.State.StartedAt}}' | sort
    done
}
