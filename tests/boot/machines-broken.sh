# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034
# Part of machines.sh, after machines-hybrid.sh: what breaks such clusters. verify names it, and what it says mends it.

# Somebody made a key anew on one host, and what runs there was started with it.
another_munge_key()
{
    local key id
    key=$(host_run "$second" sh -c 'ls /home/*/*/state/*/secrets/munge')
    host_run "$second" sh -c 'head -c 1024 /dev/urandom >"$1"' - "$key"
    id=$(where_is c3)
    host_docker "$second" restart -t 1 "${id#* }"
    poll 30 inside c3 sh -c 'munge -n | unmunge >/dev/null 2>&1'
    verify_finds facts 'munge.*c3'
    mend_as_it_says munge
    whole_again 6
}
a_shifted_clock()
{
    host_date "$second" -400
    # Its mending is the machine's: hpcc can name it, and say how far.
    verify_finds facts '(clocks|machines).*rasqberry2|clocks.*c3.*(39|40)[0-9] s'
    host_date "$second" 0
    whole_again 6
}
# A program of the host's has the port that c4's slurmd wants when it comes again.
a_taken_port()
{
    local at port
    at=$(where_is c4)
    port=$(awk -F '\t' '$1 == "c4" { print $2 }' "$work/slurmd-ports")
    host_docker "$second" stop -t 5 "${at#* }"
    host_run "$second" timeout 100 python3 -c "import socket, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('', $port)); s.listen(); time.sleep(90)" &
    poll 10 host_run "$second" bash -c "exec 3<>/dev/tcp/192.168.4.164/$port" 2>/dev/null
    host_docker "$second" start "${at#* }"
    poll 40 verify_finds facts "$port"
    host_run "$second" pkill -f socket.SO_REUSEADDR
    wait
    poll 90 nodes_are idle 6
    whole_again 6
}
# c3 came up without it: what it writes there, nobody else sees.
an_unmounted_share()
{
    local at
    at=$(where_is c3)
    host_unmount_share "$second" /srv/home
    host_docker "$second" restart -t 1 "${at#* }"
    poll 60 nodes_are idle 6
    verify_finds facts '(home|share|shared).*c3'
    host_mount_share "$second" /srv/home
    mend_as_it_says shared
    whole_again 6
}
# A minute without a cable: slurmctld waits for its nodes, and verify says which machine is gone.
an_unplugged_cable()
{
    local since=$SECONDS
    host_unplug "$second"
    verify_finds facts 'rasqberry2'
    while [ $((SECONDS - since)) -lt 60 ]; do sleep 1; done
    host_plug "$second"
    whole_again 6
    partition_answers normal
}

# scontrol knows which port each has.
run scontrol -o show nodes | sed -nE 's/^NodeName=([^ ]+) .* Port=([0-9]+) .*/\1\t\2/p' >"$work/slurmd-ports" || true
check "another munge key on one host" another_munge_key
check "a shifted clock" a_shifted_clock
check "a taken port" a_taken_port
check "an unmounted share" an_unmounted_share
check "an unplugged cable, for a minute" an_unplugged_cable
