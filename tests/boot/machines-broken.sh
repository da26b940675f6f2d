# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034,SC2046
# Part of machines.sh, in machines-hybrid.sh: what goes wrong in clusters over two hosts, each of it done to one; verify names it, what
# verify says mends it, and then the cluster is whole.

# verify WHEN...: facts, from the first host; what it says is in $work/verify.
facts() { cluster verify facts >"$work/verify" 2>&1; }
# names CLAIM REGEX: verify ends, with 2, and says this of the claim.
names()
{
    local status=0
    facts || status=$?
    cat "$work/verify"
    [ "$status" = 2 ] || { echo "verify: exit $status" && return 1; }
    grep -E "^FAIL $1: $2" "$work/verify" >/dev/null || { echo "not named: FAIL $1: $2" && return 1; }
}
whole() { facts && cat "$work/verify" && ! grep -q '^FAIL' "$work/verify"; }
# Nodes come back a moment later than their places.
is_whole() { poll 60 whole && partition_answers normal; }
# as_told CLAIM [SED]: runs what verify said mends the claim, as its reader would.
as_told()
{
    local told
    told=$(sed -n "s/^FAIL $1: .*; mend: //p" "$work/verify" | sed "${2:-}")
    echo "mends by: $told"
    host_as "$first" "$hosts_user" sh -c "$told"
}
# The containers of these places, on the second host.
ids_of() { local place; for place; do where_is "$place" | cut -d ' ' -f 2; done; }

another_key()
{
    local key
    key=$(host_run "$second" sh -c "ls /home/$hosts_user/slurm-remote/state/*/secrets/munge")
    host_run "$second" dd if=/dev/urandom of="$key" bs=1024 count=1 status=none
    host_docker "$second" restart $(ids_of c3 c4 q2) >/dev/null
    names munge "another munge key than the cluster's: all of $second \(c3 c4 q2\); mend: " 
}
another_clock() { host_date "$second" 400 && poll 20 names clocks "$second is (39[0-9]|400) s ahead of $first \(munge bears 300\); mend: "; }
munge_says_why() { poll 20 names munge ".*all of $second \(c3 c4 q2\): the clocks are more than 300 s apart; mend: "; }
right_clock() { host_date "$second" 0; }

taken_port()
{
    port=$(awk -F '\t' '$1 == "c4" && $2 == "slurmd" { print $4 }' "$out/$target/etc/ports.tsv")
    host_docker "$second" stop $(ids_of c4) >/dev/null
    stopped=$(host_docker "$second" ps -aq --filter label=com.docker.compose.service=c4)
    host_run "$second" sh -c 'python3 -m http.server "$1" >/dev/null 2>&1 & echo $!' - "$port" >"$work/listener"
    poll 10 host_run "$second" bash -c "exec 3<>/dev/tcp/127.0.0.1/$port"
    host_docker "$second" start "$stopped" >/dev/null
    poll 30 names '(places|nodes)' ".*c4 finds port $port of $second in use; mend: end what listens on it"
}
end_listener()
{
    host_run "$second" kill "$(cat "$work/listener")"
    cluster up --wait 60
}

dropped_port()
{
    host_run "$second" iptables -w -I INPUT -p tcp -s 192.168.4.160 --dport 6818 -j DROP
    names ports "from $first \(.*\) to $second: c3:6818 does not answer.*; mend: "
}
open_port() { host_run "$second" iptables -w -D INPUT -p tcp -s 192.168.4.160 --dport 6818 -j DROP; }

# The folder that is below it comes into sight where containers start again.
unmounted()
{
    host_unmount_share "$second" /srv/shared
    host_docker "$second" restart $(ids_of c3) >/dev/null
    names 'share shared' "what login writes in /shared is not seen on c3 on $second.*; mend: ssh $hosts_user@192.168.4.164 'sudo mount /srv/shared' && "
}
mounted_again() { host_mount_share "$second" /srv/shared && as_told 'share shared' "s/.* && //"; }

all_ended()
{
    host_docker "$second" stop $(ids_of c3 c4 q2) >/dev/null
    names places "not running: all of $second \(c3 c4 q2\); mend: "
}

unplugged()
{
    local from=$SECONDS
    host_unplug "$second"
    names machines "$second \(192.168.4.164\) cannot be reached: .*; mend: " || { host_plug "$second" && return 1; }
    grep -q '^skip places: of c3 c4 q2 nothing is known' "$work/verify" && grep -q '^ok share$' "$work/verify"
    echo "verify took $((SECONDS - from)) s"
    [ $((SECONDS - from)) -lt 60 ]
}
# A minute in all.
plugged()
{
    sleep 40
    host_plug "$second"
}

check "the cluster is whole" is_whole
check "another munge key on $second: verify names it" another_key
check "what it says mends it" as_told munge
check "the cluster is whole" is_whole
check "a shifted clock on $second: verify names it" another_clock
check "and that munge bears no more than 300 s" munge_says_why
check "the clock is right again" right_clock
check "the cluster is whole" is_whole
check "a taken port on $second: verify names it" taken_port
check "it is free, and up again" end_listener
check "the cluster is whole" is_whole
check "a port of $second that a firewall drops: verify names it" dropped_port
check "it is open" open_port
check "the cluster is whole" is_whole
check "an unmounted folder on $second: verify names it" unmounted
check "it is mounted, and what verify says done" mounted_again
check "the cluster is whole" is_whole
check "all containers of $second ended: verify names it" all_ended
check "what it says mends it" as_told places
check "the cluster is whole" is_whole
check "$second unplugged: verify names it, and goes on with the rest" unplugged
check "for a minute" plugged
check "the cluster is whole" is_whole
