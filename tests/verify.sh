#!/bin/bash
# What verify says of a cluster over two machines, each thing broken on purpose: docker and ssh are stand-ins, and what programs in
# places say is what a test wants. Real machines: tests/boot/hosts-broken.sh.
#
#   tests/verify.sh
#
# shellcheck disable=SC2317 # the functions are called by try
set -u
cd "$(dirname "$0")/.." || exit 1
suite=verify
# shellcheck source-path=SCRIPTDIR source=stand-in.sh
. tests/stand-in.sh

# Places run: those in $FAKE/run. A command in a place runs here, with PLACE set; where it is in $FAKE/unseen, the share is not the
# others' there ($FAKE/unseen.code: the status of looking).
cat >"$work/bin/docker" <<'END2'
#!/bin/bash
case "$*" in
"compose version"*) echo 2.26.1 ;;
info*) echo "20.10 x86_64 $FAKE" ;;
"ps "*.State*)
	# The machine is the last word of the form that is asked for.
	machine=${*: -1}
	machine=${machine##*'\t'}
	grep -q '^pi2' "$FAKE/../trees/compose/state/lab/etc/machines.tsv" || machine=
	{ cat "$FAKE/ps" 2>/dev/null || sed 's/.*/&\tid-&\trunning\tUp 9 seconds\tlab-&-1/' "$FAKE/run"; } |
		awk -F '\t' -v OFS='\t' -v m="$machine" 'm == "pi1" || m == "pi2" || m == "pi3" { on = $1 == "c3" ? "pi2" : $1 == "c4" ? (third ? "pi3" : "pi2") : "pi1"; if (on == m) print $0, m; next } { print }' \
			third="$(grep -c pi3 "$FAKE/../trees/compose/state/lab/etc/machines.tsv" | grep -v '^0')"
	;;
logs*) cat "$FAKE/why.${*: -1}" 2>/dev/null ;;
exec*)
	shift
	while [[ $1 == -[it] ]]; do shift; done
	export PLACE=${3#id-}
	shift 3
	case "$*" in
	*"scontrol ping") echo "Slurmctld(primary) at slurmctld is UP" ;;
	*"show nodes") for i in c1 c2 c3 c4; do echo "NodeName=$i Arch=x86_64 CPUTot=2 State=IDLE Partitions=all Port=$((6814 + ${i#c}))"; done ;;
	*"show partition") echo "PartitionName=all State=UP Nodes=c[1-4] MaxNodes=UNLIMITED Default=YES" ;;
	"bash -c"*) if [ -e "$FAKE/nobash" ]; then echo 'OCI runtime exec failed: exec: "bash": executable file not found in $PATH' >&2; exit 126; else exec "$@"; fi ;;
	*'until [ "$(cat'*) if grep -qx "$PLACE" "$FAKE/unseen" 2>/dev/null; then exit "$(cat "$FAKE/unseen.code")"; else exec "$@"; fi ;;
	*) exec "$@" ;;
	esac
	;;
esac
END2
# One machine is this one, and the other may not answer.
cat >"$work/bin/ssh" <<'END2'
#!/bin/sh
cat "$FAKE/ssh" >&2
exit 255
END2
# shellcheck disable=SC2016 # for the script that is written
printf '#!/bin/sh\nif grep -qx "$PLACE" "$FAKE/nomunge" 2>/dev/null; then echo "munge: Error: Socket communication error" >&2; exit 1; fi\necho "MUNGE:$PLACE:"\n' >"$work/bin/munge"
cat >"$work/bin/unmunge" <<'END2'
#!/bin/sh
IFS=: read -r _ place _ || true
if grep -q "^$place " "$FAKE/munge" 2>/dev/null; then
	case $(sed -n "s/^$place //p" "$FAKE/munge") in
	Expired*) exit 15 ;;
	Rewound*) exit 16 ;;
	*) echo "unmunge: Error: $(sed -n "s/^$place //p" "$FAKE/munge")" && exit 3 ;;
	esac
fi
END2
# date +%s of a place whose clock is off, and what its key sums to.
cat >"$work/bin/date" <<'END2'
#!/bin/sh
now=$(/bin/date "$@") || exit
case $*:${PLACE:-} in
+%s:?*) now=$((now + $(sed -n "s/^$PLACE //p" "$FAKE/clock" 2>/dev/null | grep . || echo 0))) ;;
esac
printf '%s\n' "$now"
END2
cat >"$work/bin/sha256sum" <<'END2'
#!/bin/sh
case ${PLACE:-}: in
?*:) if grep -qx "$PLACE" "$FAKE/keys" 2>/dev/null; then echo other -; exit 0; fi ;;
esac
exec /usr/bin/sha256sum
END2
# What a dialled port says: lines `from to port silent|refused|unknown` in $FAKE/net.
cat >"$work/bin/timeout" <<'END2'
#!/bin/bash
if [[ "$*" == *"/dev/tcp/"* ]]; then
	name=${*: -2:1} port=${*: -1}
	echo "$PLACE $name $port" >>"$FAKE/dialed"
	case $(sed -n "s/^$PLACE $name $port //p" "$FAKE/net" 2>/dev/null) in
	silent) exit 124 ;;
	refused) echo 'bash: connect: Connection refused' && exit 1 ;;
	unknown) echo "bash: $name: Name or service not known" && exit 1 ;;
	untold) echo "timeout: failed to run command 'bash': No such file or directory" && exit 127 ;;
	esac
	exit 0
fi
exec /usr/bin/timeout "$@"
END2
# shellcheck disable=SC2016 # for the script that is written
printf '#!/bin/sh\n[ "$2" != hostnames ] || printf "c1\\nc2\\nc3\\nc4\\n"\n' >"$work/bin/scontrol"
printf '#!/bin/sh\necho "MPI plugin types are... pmix"\n' >"$work/bin/srun"
chmod +x "$work"/bin/*

# A cluster on pi1 (slurmctld, login, c1, c2) and pi2 (c3, c4), up; both machines are this one unless a test says otherwise.
fresh() {
	local i
	new_tree compose
	{
		printf '#host\taddress\troles\tmachine\tsegment\toutside\tssh\taliases\n'
		printf 'slurmctld\t198.51.100.1\tslurmctld\tpi1\tlan\t198.51.100.1\t22022\t-\nlogin\t198.51.100.1\tlogin\tpi1\tlan\t198.51.100.1\t22022\t-\n'
		for i in 1 2; do printf 'c%s\t198.51.100.1\tslurmd\tpi1\tlan\t198.51.100.1\t22022\t-\n' $i; done
		for i in 3 4; do printf 'c%s\t198.51.100.2\tslurmd\tpi2\tlan\t198.51.100.2\t22022\t-\n' $i; done
	} >"$tree/etc/hosts.tsv"
	printf '#machine\taddress\tuser\tport\tkey\tdirectory\tarch\tos\tswarm\tlabels\npi1\t-\t-\t-\t-\t-\t-\tlinux\tmanager\t-\npi2\t-\tpi\t-\t-\t-\t-\tlinux\tworker\t-\n' >"$tree/etc/machines.tsv"
	printf '#name\ttype\tdevice\tmount\toptions\troles\towner\tgroup\tmode\tsource\tserver\nshared\tnfs\t-\t%s\t-\tlogin,slurmd\t-\t-\t-\t/srv/lab\t198.51.100.1\ntools\tbind\t-\t%s\t-\tlogin,slurmd\t-\t-\t-\t/opt/tools\t-\n' "$FAKE/shared" "$FAKE/tools" >"$tree/etc/mounts.tsv"
	printf '#machine\tstorage\tdirectory\tclients\toptions\npi1\tshared\t/srv/lab\t198.51.100.2\trw\n' >"$tree/etc/exports.tsv"
	printf '#partition\tnodes\tcount\nall\tc[1-4]\t4\n' >"$tree/etc/partitions.tsv"
	sed -i "s,SHARED=.*,SHARED=$FAKE/shared,; s,CONF_DIR=.*,CONF_DIR=$FAKE/conf," "$tree/etc/cluster.env"
	sed -i "s,/etc/munge/munge.key,$FAKE/munge.key," "$tree/etc/secrets.tsv"
	mkdir -p "$FAKE/shared" "$FAKE/tools" "$FAKE/conf" "$tree/state/lab/secrets" "$tree/etc/files$FAKE/conf"
	cp "$tree/etc/files/etc/slurm/slurm.conf" "$FAKE/conf/"
	cp "$FAKE/conf/slurm.conf" "$tree/etc/files$FAKE/conf/"
	echo key >"$FAKE/munge.key"
	echo key >"$tree/state/lab/secrets/munge"
	cp -R "$tree/etc" "$tree/state/lab/etc"
	: >"$tree/state/lab/cluster.env"
	printf '%s\n' slurmctld login c1 c2 c3 c4 >"$FAKE/run"
}
# The claims that fail are these, and no others.
only() { [ "$(sed -n 's/^FAIL \([^:]*\): .*/\1/p' "$work/said" | paste -s -d ,)" = "$1" ] || { echo "fails otherwise than: $1" && return 1; }; }
away() {
	sed -i 's/^pi2\t-/pi2\t198.51.100.2/' "$tree/etc/machines.tsv" "$tree/state/lab/etc/machines.tsv"
	echo "$1" >"$FAKE/ssh"
}

well() {
	gives 0 verify facts && only '' && says '^ok machines$' && says '^ok munge$' && says '^ok clocks$' && says '^ok ports$' && says '^ok share$' && says '^ok share tools$' || return 1
	# slurmctld is dialled from both machines, a node of another machine from here, and nothing twice.
	sort "$FAKE/dialed" | uniq -d | grep . && return 1
	grep -qx 'c3 slurmctld 6817' "$FAKE/dialed" && grep -qx 'slurmctld c4 6818' "$FAKE/dialed" && grep -qx 'c3 c1 6815' "$FAKE/dialed" && ! grep -q 'c4 c3' "$FAKE/dialed" &&
		gives 2 status && says '^c3 +slurmd +pi2 +running'
}
one_machine() {
	sed -i '/^pi2/d' "$tree/state/lab/etc/machines.tsv" && gives 0 verify facts && ! grep -qE 'machines|ports|share tools' "$work/said" && [ ! -e "$FAKE/dialed" ]
}
other_key() {
	printf 'c3 Invalid credential\nc4 Invalid credential\n' >"$FAKE/munge" && printf 'c3\nc4\n' >"$FAKE/keys" || return 1
	gives 2 verify facts && says "^FAIL munge: another munge key than the cluster's: all of pi2 .c3 c4.; mend: .*cluster up && .*cluster restart c3 c4$" || return 1
	echo 'c3 Invalid credential' >"$FAKE/munge" && echo c3 >"$FAKE/keys" && gives 2 verify facts && says "^FAIL munge: another munge key than the cluster's: c3 on pi2; mend: .* restart c3$" || return 1
	# The key is right, and munged has not read it.
	rm "$FAKE/keys" && gives 2 verify facts && only munge && says "^FAIL munge: slurmctld does not take the credential of c3 on pi2 .Invalid credential.; mend: " || return 1
	echo c4 >"$FAKE/nomunge" && rm "$FAKE/munge" && gives 2 verify facts && only munge && says "^FAIL munge: slurmctld does not take the credential of c4 on pi2 .munge: Error: Socket.*; mend: .*up && .*restart c4$"
}
wrong_clock() {
	printf 'c3 400\nc4 400\n' >"$FAKE/clock" && printf 'c3 Rewound credential\nc4 Rewound credential\n' >"$FAKE/munge" && gives 2 verify facts && only munge,clocks &&
		says '^FAIL munge: .*all of pi2 .c3 c4.: the clocks are more than 300 s apart; mend: .*timedatectl' && says '^FAIL clocks: pi2 is (39[0-9]|400) s ahead of pi1 .munge bears 300.; mend: .*timedatectl' || return 1
	rm "$FAKE/munge" && printf 'c3 -60\nc4 -60\n' >"$FAKE/clock" && gives 2 verify facts && only clocks && says '^FAIL clocks: pi2 is (5[0-9]|60) s behind pi1; mend'
}
# Of three machines two agree.
first_clock() {
	printf 'pi3\t-\t-\t-\t-\t-\t-\tlinux\tworker\t-\n' >>"$tree/state/lab/etc/machines.tsv" && sed -i '/^c4/s/pi2/pi3/' "$tree/state/lab/etc/hosts.tsv" || return 1
	printf 'c3 400\nc4 401\n' >"$FAKE/clock" && gives 2 verify facts && says '^FAIL clocks: pi1 is (39[0-9]|400) s behind all others'
}
no_way() {
	printf 'c3 slurmctld 6817 silent\n' >"$FAKE/net" && gives 2 verify facts && only ports &&
		says "^FAIL ports: from pi2 .c3. to pi1: slurmctld:6817 does not answer.*; mend: .*iptables -I INPUT -p tcp -s - --dport 6817 -j ACCEPT" || return 1
	printf 'slurmctld c4 6818 refused\nlogin c4 6818 refused\n' >"$FAKE/net" && gives 2 verify facts && only ports && says '^FAIL ports: nothing listens at c4:6818 on pi2 .asked from login slurmctld.; mend: .* restart c4$' || return 1
	printf 'c3 c1 6815 unknown\n' >"$FAKE/net" && gives 2 verify facts && says '^FAIL ports: c3 does not know the name c1; mend: .*up && .*restart c3$' || return 1
	sed -i 's/\tlan\t198.51.100.[12]/\toverlay\t198.51.100.9/' "$tree/state/lab/etc/hosts.tsv" && printf 'c3 slurmctld 6817 silent\n' >"$FAKE/net" && gives 2 verify facts && says 'open 4789/udp, 7946/tcp and 7946/udp between pi2 and pi1'
}
# What was not asked is not well.
no_dials() {
	printf 'c3 slurmctld 6817 untold\nc3 c1 6815 untold\nc3 c2 6816 untold\n' >"$FAKE/net" && gives 0 verify facts && only '' && says '^skip ports: nothing could be dialled from c3 on pi2 ' || return 1
	touch "$FAKE/nobash" && gives 0 verify facts && only '' && says '^skip ports: nothing could be dialled from .*executable file not found' || return 1
	rm "$FAKE/nobash" && printf 'slurmctld c4 6818 refused\n' >>"$FAKE/net" && gives 2 verify facts && only ports
}
not_mounted() {
	printf 'c3\nc4\n' >"$FAKE/unseen" && echo 1 >"$FAKE/unseen.code" && gives 2 verify facts && only 'share,share tools' &&
		says '^FAIL share: what login writes in .*shared is not seen on all of pi2 .c3 c4.; mend: .*cluster up && .*cluster restart c3 c4$' &&
		says '^FAIL share tools: .*; mend: .*mount /opt/tools && .*cluster restart c3 c4$' || return 1
	echo 124 >"$FAKE/unseen.code" && gives 2 verify facts && says '^FAIL share: .*shared does not answer on all of pi2 .c3 c4.; mend: .*systemctl restart nfs-server'
}
unreachable() {
	away 'ssh: connect to host 198.51.100.2 port 22: Connection timed out' && printf '%s\n' slurmctld login c1 c2 >"$FAKE/run" && gives 2 verify facts &&
		only machines && says '^FAIL machines: pi2 .198.51.100.2. cannot be reached: .*Connection timed out; mend: see to .* ssh pi@198.51.100.2 .sudo true. works$' && says '^skip places: of c3 c4 nothing is known$' && says '^ok share$'
}
all_down() {
	printf '%s\n' slurmctld login c1 c2 >"$FAKE/run" && gives 2 verify facts && only places && says '^FAIL places: not running: all of pi2 .c3 c4.; mend: .* up$'
}
port_taken() {
	printf 'slurmd: error: Error binding slurm stream socket: Address already in use\nslurmd: error: Unable to bind listen port (6818): Address already in use\n' >"$FAKE/why.id-c4"
	printf '%s\n' slurmctld login c1 c2 c3 >"$FAKE/run" && sed 's/.*/&\tid-&\trunning\tUp\tx/; $a c4\tid-c4\trestarting\tRestarting\tx' "$FAKE/run" >"$FAKE/ps" && gives 2 verify facts && only places &&
		says '^FAIL places: not running: c4 on pi2; c4 finds port 6818 of pi2 in use; mend: end what listens on it .*ss -ltnp sport = :6818 says what it is., then .* up$'
}
json() {
	printf 'c3 slurmctld 6817 silent\n' >"$FAKE/net" && echo 'c3 Invalid credential' >"$FAKE/munge" && gives 2 verify facts --json || return 1
	python3 -c 'import json, sys
all = {i["claim"]: i for i in json.load(open(sys.argv[1]))}
assert all["ports"]["result"] == "FAIL" and all["ports"]["mend"] and all["machines"]["result"] == "ok" and "c3" in all["munge"]["what"]' "$work/said"
}

if [ $# -gt 0 ]; then
	try "$1" "$1"
	cat "$work/said"
	exit "$bad"
fi
tests() {
	try "two machines that are well" well
	try "another munge key" other_key
	try "a port that is not reached" no_way
}
by_shells tests
try "one machine: nothing more than before" one_machine
try "a clock" wrong_clock
try "the controller's own clock" first_clock
try "ports that cannot be dialled" no_dials
try "a share that is not mounted, or hangs" not_mounted
try "a machine that cannot be reached" unreachable
try "all places of a machine down" all_down
try "a port that somebody has" port_taken
try "JSON" json
exit "$bad"
