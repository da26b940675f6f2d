#!/bin/bash
# What cluster and driver.sh of target swarm do without an engine: docker is a stand-in for one machine's, which notes how it was called and
# keeps what a swarm would. Real swarms: tests/boot/machines-swarm.sh.
#
#   tests/swarm.sh [FUNCTION...]
#
# shellcheck disable=SC2317 # the functions are called by try
set -u
cd "$(dirname "$0")/.." || exit 1
suite=swarm
# shellcheck source-path=SCRIPTDIR source=stand-in.sh
. tests/stand-in.sh

# Folders and files in $FAKE: swarm (there is one), labels (of its node, `name<TAB>value`), networks, secrets, tasks (`place<TAB>number`);
# hangs: its engine takes a call and does not answer.
cat >"$work/bin/docker" <<'END'
#!/bin/bash
printf '%q ' "$@" >>"$FAKE/calls"
echo >>"$FAKE/calls"
touch "$FAKE/labels" "$FAKE/networks" "$FAKE/secrets" "$FAKE/tasks"
case "$*" in
info*HeartbeatPeriod*) ;;
info*)
	[ ! -e "$FAKE/hangs" ] || exec sleep 40
	if [ -e "$FAKE/swarm" ]; then echo "active node1 true cl x86_64"; else echo "inactive - false - x86_64"; fi
	;;
"swarm init"*) touch "$FAKE/swarm" ;;
"swarm leave"*) rm "$FAKE/swarm" ;;
"node ls"*) echo node1 ;;
"node inspect"*) [[ $* =~ \"(hpcc[^\"]*)\" ]] && awk -F '\t' -v n="${BASH_REMATCH[1]}" '$1 == n { v = $2 } END { print v }' "$FAKE/labels" ;;
"node update --label-add"*) printf '%s\t%s\n' "${4%%=*}" "${4#*=}" >>"$FAKE/labels" ;;
"node update --label-rm"*) sed -i "/^$4	/d" "$FAKE/labels" ;;
"service ls"*--format*) sed 's/	.*//; s/^/lab_/' "$FAKE/tasks" ;;
"service ls"*) cut -f 2 "$FAKE/tasks" ;;
"service logs"*) echo $$ >>"$FAKE/following" && exec sleep 40 ;;
"service scale"*"=0") sed -i "/^$(sed 's/.*lab_\(.*\)=0/\1/' <<<"$*")	/d" "$FAKE/tasks" ;;
"service ps"*) ;;
"network ls --filter"*{{.Name}}) cat "$FAKE/networks" ;;
"network rm lab_busy") echo 'network lab_busy is in use by service x' >&2 && exit 1 ;;
"network rm"*) sed -i "/^$3\$/d" "$FAKE/networks" ;;
"secret ls"*) cat "$FAKE/secrets" ;;
"secret create"*) cat >/dev/null && echo "$5" >>"$FAKE/secrets" ;;
"stack config"*) cat "$4" ;;
"stack deploy"*)
	for i in $(sed -nE '/^services:/,/^networks:/s/^  ([a-z0-9]+):.*/\1/p' "$FAKE/stack"); do
		grep -q "^$i	" "$FAKE/tasks" || printf '%s\ttask%s\n' "$i" "$RANDOM"
	done >>"$FAKE/tasks"
	sed -nE '/^networks:/,$s/^  ([a-z0-9]+):.*/lab_\1/p' "$FAKE/stack" | sort -u "$FAKE/networks" - -o "$FAKE/networks"
	;;
"stack ps"*) cut -f 2 "$FAKE/tasks" ;;
"stack rm"*) : >"$FAKE/tasks" && : >"$FAKE/networks" ;;
"inspect --type task"*) awk -F '\t' '{ print $1 "\tid-" $1 "\trunning\trunning since 1\tnode1\t" $2 }' "$FAKE/tasks" ;;
"image inspect"*Id*) echo sha256:1 ;;
"image inspect"*Created*) sed 's/$/ 2026-01-01/' "$FAKE/image" 2>/dev/null ;;
"image inspect"*) cat "$FAKE/image" 2>/dev/null ;;
build*) [[ $* =~ hpcc.context=([^ ]*) ]] && echo "${BASH_REMATCH[1]}" >"$FAKE/image" ;;
exec*)
	shift
	while [[ $1 == -[it] ]]; do shift; done
	shift 3 # -u USER CONTAINER
	case "$*" in
	*"scontrol ping") echo "Slurmctld(primary) at slurmctld is UP" ;;
	*"show nodes") for i in c1 c2; do echo "NodeName=$i CPUTot=2 State=IDLE Partitions=all"; done ;;
	esac
	;;
esac
END
printf '#!/bin/sh\n' >"$work/bin/ip"
chmod +x "$work"/bin/*

fresh() {
	new_tree swarm swarm
	: >"$FAKE/calls"
	rm "$tree/compose.yaml"
	{
		printf 'services:\n'
		for i in slurmctld login c1 c2; do printf '  %s:\n    hostname: %s\n    image: hpcc/lab-slurm\n' $i $i; done
		printf 'networks:\n  wide: {}\n  fast:\n    driver: overlay\n'
	} >"$tree/stack.yaml"
	ln -s "$tree/stack.yaml" "$FAKE/stack"
	printf '#machine\taddress\tuser\tport\tkey\tdirectory\tarch\tos\tswarm\tlabels\npi1\t-\t-\t-\t-\t-\t-\tlinux\tmanager\t-\n' >"$tree/etc/machines.tsv"
	sed -i '/^[^#]/s/$/\tpi1\twide\t-\t22\t-/' "$tree/etc/hosts.tsv"
	small_secrets
}

first_up() {
	gives 0 up && says 'lab is up: 2 nodes idle' && called '^swarm init ' && called '^stack deploy .* lab' && grep -q '^hpcc.lab	pi1$' "$FAKE/labels" &&
		grep -qE "^hpcc.lab.origin	[0-9a-f]{16} [^ ]* [^ ]*:$tree$" "$FAKE/labels" || return 1
	: >"$FAKE/calls" && gives 0 up && not_called '^(build|node update|secret create|swarm init)' && gives 0 status && gives 0 exec true && called '^exec -i -u user id-login' &&
		gives 0 down --purge --yes && [ ! -e "$tree/state/lab" ] && ! grep -q hpcc.lab "$FAKE/labels"
}
hangs() {
	touch "$FAKE/hangs" && sed -i 's/docker_within 40/docker_within 1/' "$tree"/*.sh && gives 1 up && says "engine cannot be used: it does not answer within 1 s"
}
# The same name from another folder: also one that has a state of its own, from before.
elsewhere() {
	cp -R "$tree" "$work/trees/two" && gives 0 up || return 1
	local one=$tree tree=$work/trees/two
	: >"$FAKE/calls"
	gives 1 up && says "the swarm of pi1 has a cluster lab that was brought up from [^ ]*:$one: end it there .*--name NAME.*'docker node update --label-rm hpcc.lab.origin node1' on pi1" &&
		not_called '^(stack deploy|node update|build)' || return 1
	mkdir -p "$tree/state/lab" && printf 'PROJECT=lab\nNET=10.83\nSUBNET=10.83.0.0/16\n' >"$tree/state/lab/cluster.env" && gives 1 up && says 'brought up from' || return 1
	# The first has moved: its state tells.
	mv "$one" "$one.moved" && tree=$one.moved && ln -sf "$tree/stack.yaml" "$FAKE/stack" && gives 0 up && grep -q ":$tree$" "$FAKE/labels"
}
networks() {
	gives 0 up && echo lab_busy >>"$FAKE/networks" && sed -i '/^  fast/,$d' "$tree/stack.yaml" && gives 0 up && says 'the network lab_fast is gone, which the spec has no more' &&
		says 'the network lab_busy, which the spec has no more, stays: .*in use' && not_called '^network rm lab_wide' && grep -qx lab_wide "$FAKE/networks"
}
followed() { [ "$(wc -l <"$FAKE/following" 2>/dev/null)" = 4 ]; }
followers() {
	gives 0 up || return 1
	"$tree/cluster" logs -f >"$work/said" 2>&1 </dev/null &
	local pid=$! i
	poll 20 followed && kill "$pid" && poll 10 gone "$pid" || return 1
	while read -r i; do poll 5 gone "$i" || return 1; done <"$FAKE/following"
}

if [ $# -gt 0 ]; then
	for one; do try "$one" "$one"; done
	exit "$bad"
fi
tests() { try "up, up again, down" first_up; }
by_shells tests
try "an engine that never answers" hangs
try "the same name from elsewhere" elsewhere
try "networks that the spec drops" networks
try "logs -f ends with its script" followers
exit "$bad"
