# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# Part of containers.sh: two ephemeral clusters at once, of one folder.
cat >"$work/ephemeral.yaml" <<'END'
targets:
  compose:
    ephemeral: true
END
first=$project second=$project-b
projects="$first $second"

up_both()
{
    local pids status=0
    "$out/compose/cluster" --name "$first" up --wait 180 >"$work/first" 2>&1 &
    pids=$!
    "$out/compose/cluster" --name "$second" up --wait 180 >"$work/second" 2>&1 || status=1
    wait "$pids" || status=1
    cat "$work/first" "$work/second"
    return $status
}
both_run()
{
    local p
    for p in $first $second; do
        project=$p
        nodes_are idle 4
        each_partition
    done
}
# Neither sees the other's, and they are on different subnets.
apart()
{
    [ "$(docker network ls -q --filter "label=com.docker.compose.project=$first" | wc -l)" = 1 ]
    [ "$(subnet "$first")" != "$(subnet "$second")" ]
    docker volume ls -q --filter "label=com.docker.compose.project=$first" | while read -r v; do
        docker volume inspect -f '{{index .Options "type"}}' "$v"
    done | sort -u | grep -qx tmpfs
}
subnet() { docker network ls -q --filter "label=com.docker.compose.project=$1" | xargs docker network inspect -f '{{(index .IPAM.Config 0).Subnet}}'; }
# Without a name one is chosen, and said; down leaves nothing.
nameless()
{
    local name
    "$out/compose/cluster" up --wait 180 | tee "$work/nameless"
    name=$(sed -nE 's/^cluster: (lab-[a-z0-9]+) is up.*/\1/p' "$work/nameless")
    echo "$name" >"$work/chosen"
    [ -n "$name" ]
    "$out/compose/cluster" --name "$name" down
    nothing_left "$name"
}
gone()
{
    "$out/compose/cluster" --name "$first" down
    "$out/compose/cluster" --name "$second" down
    nothing_left "$first" && nothing_left "$second"
}

phase "build" build "$root/specs/quickstart.yaml" "$work/ephemeral.yaml"
phase "up, both at once" up_both
check "both run jobs" both_run
check "each has its own network and state in memory" apart
check "down leaves nothing" gone
check "up without a name chooses one" nameless
