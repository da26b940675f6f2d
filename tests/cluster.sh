#!/bin/bash
# What cluster, driver.sh and verify.sh of target compose do without an engine: docker is a stand-in that notes how it was
# called and answers as a test wants.
#
#   tests/cluster.sh [HPCC [FUNCTION...]]
#
# shellcheck disable=SC2317 # the functions are called by try
set -u
cd "$(dirname "$0")/.." || exit 1
suite=cluster
# shellcheck source-path=SCRIPTDIR source=stand-in.sh
. tests/stand-in.sh
mkdir "$FAKE"

# The stand-in. A file in $FAKE says what it answers: info, up, preflight, build, pull (what fails, and its words), containers,
# networks, folders, image (the label of the image), recreate (places that compose makes anew), nodes, jobs (what squeue says),
# counts (of restarts), errors (`place error` of containers that could not start), status (of new containers).
cat >"$work/bin/docker" <<'END'
#!/bin/bash
printf '%q ' "$@" >>"$FAKE/calls"
echo >>"$FAKE/calls"
# Another machine's engine has a folder of its own; calls are noted in one.
if [ -n "${DOCKER_HOST:-}" ]; then
	alive "$(cat "$FAKE/master" 2>/dev/null)" || { echo "Cannot connect to the Docker daemon at $DOCKER_HOST" >&2 && exit 1; }
	FAKE=$FAKE/away
	printf 'away: %s\n' "$*" >>"${FAKE%/*}/calls"
fi
on=$(sed -nE 's,.* [^ ]*/hosts/([^ /]*)/compose\.yaml .*,\1,p' <<<"$*")
touch "$FAKE/containers"
failed() { if [ -e "$FAKE/$1" ]; then cat "$FAKE/$1" >&2; exit 1; fi; }
case "$*" in
"compose version"*) failed no-compose; echo 2.26.1 ;;
version) ;;
"context inspect"*) echo "unix://$FAKE/docker.sock" ;;
"info --format {{.Swarm.ControlAvailable}}") [ -e "$FAKE/manager" ] && echo true || echo false ;;
"info --format {{if eq (print .Swarm.LocalNodeState)"*) cat "$FAKE/swarm" 2>/dev/null || echo m1 ;;
info*) failed info; [ ! -e "$FAKE/hangs" ] || exec sleep 20; echo "20.10 x86_64 $FAKE" ;;
"network ls --filter label=hpcc.cluster"*) cat "$FAKE/overlays" 2>/dev/null || true ;;
"network rm lab_busy") echo 'Error: network lab_busy is in use by task x' >&2; exit 1 ;;
"network rm lab_"*) sed -i "/^$3\$/d" "$FAKE/overlays" ;;
"network create -d overlay"*) echo "${*: -1}" >>"$FAKE/overlays" ;;
"network ls -q --filter"*) echo net1 ;;
"network ls"*) echo x ;;
"network inspect --format"*) exit 1 ;;
"network inspect lab_"*) [ ! -e "$FAKE/unknown" ] ;;
"network inspect"*) cat "$FAKE/networks" 2>/dev/null || true ;;
"inspect "*StartedAt*) cat "$FAKE/started" 2>/dev/null || true ;;
"inspect "*RestartCount*)
	for i in "${@:4}"; do echo "$i $(sed -n "s/^$i //p" "$FAKE/counts" 2>/dev/null)"; done
	[ ! -e "$FAKE/counts.next" ] || mv "$FAKE/counts.next" "$FAKE/counts"
	;;
"inspect "*State.Error*) cat "$FAKE/errors" 2>/dev/null || true ;;
"ps "*working_dir*) cat "$FAKE/folders" 2>/dev/null || true ;;
"ps "*.State*) last=${*: -1} && awk -v on="${last##*\\t}" '{ print $0 "\t" on }' "$FAKE/containers" ;;
"ps -aq --filter label=hpcc.holds=lab") [ ! -e "$FAKE/held" ] || echo holder ;;
"ps "*) ;;
"volume ls"*) echo vol1 ;;
"image inspect"*) [ -e "$FAKE/image" ] && cat "$FAKE/image" ;;
pull*) failed pull ;;
load*) cat >/dev/null; cp "${FAKE%/*}/image" "$FAKE/image" ;;
build*)
	failed build
	[[ $* =~ hpcc.context=([^ ]*) ]] && echo "${BASH_REMATCH[1]}" >"$FAKE/image"
	;;
*" logs "*) echo $$ >>"${FAKE%/away}/following"; exec sleep 40 ;;
"run -d --rm"*hpcc.holds*) touch "$FAKE/held" && echo holder ;;
run*) [ ! -e "$FAKE/slow-run" ] || sleep 3; [ ! -e "$FAKE/preflight" ] || { cat "$FAKE/preflight" >&2; exit 1; } ;;
compose*" up "*)
	[ ! -e "$FAKE/slow" ] || sleep 3
	if [ -e "$FAKE/up-once" ]; then cat "$FAKE/up-once" >&2; rm "$FAKE/up-once"; exit 1; fi
	failed up
	if [ -e "$FAKE/unknown" ] && [ ! -e "$FAKE/held" ]; then echo "network lab_wide not found" >&2 && exit 1; fi
	env | grep '^HPCC_' | sort >"$FAKE/environment"
	: >"$FAKE/containers.new"
	grep -v '^#' "$HPCC_STATE/etc/hosts.tsv" | while IFS=$'\t' read -r place _ _ machine _; do
		[ -z "$on" ] || [ "$on" = "$machine" ] || continue
		if grep -q "^$place	.*	running" "$FAKE/containers" && ! grep -qx "$place" "$FAKE/recreate" 2>/dev/null; then
			grep "^$place	" "$FAKE/containers"
		else
			printf '%s\t%s\t%s\t%s\n' "$place" "id-$place-$RANDOM" "$(sed -n "s/^$place //p" "$FAKE/status" 2>/dev/null | grep . || printf 'running\tUp 9 seconds')" "lab-$place-1"
		fi
	done >"$FAKE/containers.new"
	mv "$FAKE/containers.new" "$FAKE/containers"
	;;
exec*)
	shift
	while [[ $1 == -[it] ]]; do shift; done
	shift 3 # -u USER CONTAINER
	case "$*" in
	*"scontrol ping") echo "Slurmctld(primary) at slurmctld is UP" ;;
	*"show nodes") if [ -e "$FAKE/nodes" ]; then cat "$FAKE/nodes"; else
		for i in $(cat "$FAKE/containers" "$FAKE/away/containers" 2>/dev/null | grep -o '^c[0-9]*'); do echo "NodeName=$i Arch=x86_64 CPUTot=2 State=IDLE Partitions=all"; done; fi ;;
	*" squeue "*) cat "$FAKE/jobs" 2>/dev/null || true ;;
	*entrypoint.sh\ refresh) [ ! -e "$FAKE/refresh" ] || exit 1 ;;
	"sh -c while read -r when "*) exec "$@" ;;
	*scontrol* | sinfo* | *sinfo\ -o* | *sacctmgr* | *accounting.sh*) ;;
	*) exec "$@" ;;
	esac
	;;
stop*) ;;
"rm -f holder") rm "$FAKE/held" ;;
rm*) : >"$FAKE/containers" ;;
esac
END
# `dead`: it reaches nobody. A machine's home is $FAKE/home, and the login's shell there is no better than csh or fish: no quoted text goes
# over a line's end, ! is history, and \\ or \' in quotes is one sign.
cat >"$work/bin/ssh" <<'END'
#!/bin/bash
operation='' master=no
while :; do
	case $1 in
	-O) operation=$2 && shift ;;
	-M) master=yes ;;
	-T) ;;
	-*) shift ;;
	*) break ;;
	esac
	shift
done
if [ -e "$FAKE/dead" ]; then
	echo "ssh: connect to host $1 port 22: No route to host" >&2
	exit 255
fi
case $operation in
check) alive "$(cat "$FAKE/master" 2>/dev/null)" && exit 0 || exit 255 ;;
forward) exit 0 ;;
esac
if [ "$master" = yes ]; then
	echo $$ >"$FAKE/master"
	exec cat >/dev/null
fi
shift
case $* in
*$'\n'* | *!* | *'\\'* | *"\\'"*) echo "Unmatched '." >&2 && exit 1 ;;
esac
cd "$FAKE/home" && HOME=$FAKE/home exec sh -c "$*"
END
cat >"$work/bin/ip" <<'END'
#!/bin/sh
cat "$FAKE/routes" 2>/dev/null || true
END
printf '#!/bin/sh\n' >"$work/bin/exportfs"
# For what runs inside a place.
# shellcheck disable=SC2016 # for the script that is written
printf '#!/bin/sh\n[ "$2" != hostnames ] || printf "c1\\nc2\\n"\n' >"$work/bin/scontrol"
chmod +x "$work"/bin/*

# With a docker that knows nothing.
fresh() {
	new_tree "${folder:-compose}" "${target:-compose}"
	: >"$FAKE/calls"
	small_secrets
}
one_line() { [ "$(wc -l <"$work/said")" = 1 ] || { echo "more than one line" && return 1; }; }

help_texts() {
	gives 0 help && says '^ *up ' && gives 0 --help && says '^ *rotate ' && gives 1 && gives 1 nonsense && says "no verb 'nonsense'" || return 1
	for verb in up down status verify exec logs restart backup restore rotate; do
		gives 0 "$verb" --help && says "^cluster \[--name NAME\] $verb" && gives 0 help "$verb" && says "] $verb" || return 1
	done
}
no_docker() {
	# Everything but docker.
	mkdir "$work/trees/bin" && find /bin/ /usr/bin/ -maxdepth 1 ! -name 'docker*' -exec ln -sf -t "$work/trees/bin" {} + 2>/dev/null
	PATH=$work/trees/bin gives 1 up && says 'docker is not installed' && one_line
}
no_compose() { touch "$FAKE/no-compose" && gives 1 up && says 'no compose of version 2' && one_line; }
no_rights() {
	echo 'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock' >"$FAKE/info"
	gives 1 up && says 'no rights' && one_line && rm "$FAKE/info" && gives 0 up --no-wait || return 1
	echo 'permission denied' >"$FAKE/info"
	gives 1 status && says 'no rights'
}
no_engine() {
	echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?' >"$FAKE/info"
	gives 1 up && says 'does not run: start it' && one_line
}
disk_full() {
	mkdir "$work/trees/bin" && printf '#!/bin/sh\necho F\necho "/dev/x 100 99 1024 99%% /"\n' >"$work/trees/bin/df" && chmod +x "$work/trees/bin/df"
	PATH=$work/trees/bin:$PATH gives 1 up && says 'nearly full \(1 MiB free\)' && one_line
}
port_in_use() {
	echo 'Error response from daemon: driver failed programming external connectivity on endpoint lab-login-1 (5e): Bind for 127.0.0.1:2222 failed: port is already allocated' >"$FAKE/up"
	gives 1 up && says 'port 2222 of this machine is in use.*login of lab' || return 1
	echo 'Error response from daemon: driver failed programming external connectivity on endpoint lab-login-1 (5e): Error starting userland proxy: listen tcp4 127.0.0.1:2222: bind: address already in use' >"$FAKE/up"
	gives 1 up && says 'port 2222 of this machine is in use.*login of lab' || return 1
	echo 'Error response from daemon: failed to set up container networking: driver failed programming external connectivity on endpoint lab-login-1 (5e): failed to bind host port 127.0.0.1:2222/tcp: address already in use' >"$FAKE/up"
	gives 1 up && says 'port 2222 of this machine is in use.*login of lab'
}
other_failures() {
	echo 'failed to create: no space left on device' >"$FAKE/up" && gives 1 up && says 'the disk is full' || return 1
	echo 'Error response from daemon: No such image: hpcc/x:latest' >"$FAKE/up" && gives 1 up && says 'an image is missing: No such image: hpcc/x' || return 1
	rm "$FAKE/up" "$FAKE/image" && seq 100 >"$FAKE/build" && gives 1 up && says 'cannot be made' && says ' 100$' && ! says ' 70$' >/dev/null || return 1
	[ "$(wc -l <"$work/said")" = 31 ]
}
start_failures() {
	local oci='Error response from daemon: OCI runtime create failed: runc create failed: error during container init'
	echo "$oci: error setting rlimit type 8: operation not permitted: unknown" >"$FAKE/up"
	echo 'c2 OCI runtime create failed: error setting rlimit type 8: operation not permitted' >"$FAKE/errors"
	printf 'c2\tid-c2\tcreated\tCreated\tlab-c2-1\n' >"$FAKE/containers"
	gives 1 up && says 'may not raise the limit memlock for c2: lower services' && one_line || return 1
	printf ' Container lab-c1-1  Creating\n Container lab-c1-1  Created\n Container lab-login-1  Creating\nError response from daemon: invalid mount config for type "bind": bind source path does not exist: /no where\n' >"$FAKE/up"
	rm "$FAKE/errors" "$FAKE/containers" && gives 1 up && says 'login mounts /no where of this machine, which does not exist' && one_line || return 1
	echo 'Error response from daemon: invalid CapAdd: unknown capability: "CAP_FLY"' >"$FAKE/up"
	gives 1 up && says 'does not know the capability CAP_FLY, which a place of lab wants' && one_line || return 1
	echo 'Error response from daemon: driver failed programming external connectivity on endpoint lab-login-1 (5e): Error starting userland proxy: listen tcp4 192.0.2.7:2222: bind: cannot assign requested address' >"$FAKE/up"
	gives 1 up && says '192.0.2.7 is no address of this machine: login' && one_line || return 1
	echo "Error response from daemon: error while mounting volume '/var/lib/docker/volumes/lab_shared/_data': failed to mount local volume: mount :/srv/shared:/var/lib/docker/volumes/lab_shared/_data, data: addr=192.168.4.160,nfsvers=4: no such device" >"$FAKE/up"
	gives 1 up && says 'this machine cannot mount /srv/shared of 192.168.4.160 .no such device.: its kernel has no NFS' && one_line || return 1
	sed -i 's/no such device/connection refused/' "$FAKE/up" && gives 1 up && says 'connection refused.: is the server up, and port 2049 open' && one_line || return 1
	printf ' Container lab-c1-1  Creating\nError response from daemon: something new\n Container lab-c2-1  Started\n' >"$FAKE/up"
	gives 1 up && says 'something new' && ! says 'Creating|Started' >/dev/null
}
anew() {
	gives 0 up && ! says 'made anew' >/dev/null || return 1
	printf 'c1\nlogin\n' >"$FAKE/recreate" && printf '18 c1\n19 c[1-2]\n20 c2\n' >"$FAKE/jobs" && gives 0 up && says 'made anew: c1 login$' &&
		says 'jobs 18 19 ran on c1, which was made anew: they end' && ! says 'on c2' >/dev/null && called 'update NodeName=c1 State=DOWN Reason=' && called 'update NodeName=c1 State=RESUME' || return 1
	: >"$FAKE/calls" && echo login >"$FAKE/recreate" && gives 0 up && says 'made anew: login$' && ! says 'ran on' >/dev/null && not_called 'State=DOWN'
}
ends_again() {
	printf 'login restarting\tRestarting (1) 1 second ago\n' >"$FAKE/status" && gives 2 up && says 'login does not run .Restarting' && says 'lab is not up: login' && ! says 'lab is up' >/dev/null || return 1
	rm "$FAKE/status" && : >"$FAKE/containers" && gives 0 up || return 1
	# It runs at this moment.
	local id
	id=$(awk '$1 == "login" { print $2 }' "$FAKE/containers")
	echo "$id 3" >"$FAKE/counts" && gives 0 up && echo "$id 4" >"$FAKE/counts.next" && gives 2 up && says 'login has ended and was started again: 4 times'
}
renumbered() {
	gives 0 up && sed -i 's/2000/2001/' "$tree/etc/users.tsv" && gives 0 up && says 'restarts slurmctld, which knows the old uid of user' && called '^restart id-slurmctld' || return 1
	: >"$FAKE/calls" && gives 0 up && not_called '^restart' && [ ! -e "$tree/state/lab/renumbered" ] || return 1
	sed -i 's/EPHEMERAL=no/EPHEMERAL=yes/' "$tree/etc/cluster.env" && sed -i 's/2001/2002/' "$tree/etc/users.tsv" && gives 0 --name lab up &&
		says "knows the old uid of user until '.*cluster.* down' and" && not_called '^restart'
}
ready_image() {
	sed -i 's/build/ready/' "$tree/images.tsv"
	echo 'Error: pull access denied' >"$FAKE/pull" && gives 1 up && says 'hpcc/lab-slurm is not here and cannot be fetched: .*denied' || return 1
	rm "$FAKE/pull" && gives 0 up && not_called '^build'
}
first_up() {
	gives 0 up && says 'lab is up: 2 nodes idle \([0-9]+ s\)' && called '^compose --ansi never --project-directory .* -p lab -f .* up -d --remove-orphans' &&
		grep -qx "HPCC_STATE=$tree/state/lab" "$FAKE/environment" && grep -qx HPCC_NET=10.83 "$FAKE/environment" &&
		cmp "$tree/etc/hosts.tsv" "$tree/state/lab/etc/hosts.tsv" && [ "$(stat -c %a "$tree/state/lab/secrets/munge")" = 600 ] &&
		not_called 'refresh' && not_called '^restart' && [ ! -e "$tree/state/lab/lock" ] && [ ! -e "$tree/state/lab/changed" ]
}
again() {
	gives 0 up || return 1
	find "$tree/state" -type f -printf '%p %T@ %i\n' | grep -v /applied/ | sort >"$work/before"
	: >"$FAKE/calls"
	gives 0 up && not_called '^build' && not_called '^run' && not_called refresh && not_called '^restart' && not_called reconfigure || return 1
	find "$tree/state" -type f -printf '%p %T@ %i\n' | grep -v /applied/ | sort | diff "$work/before" - | grep -v cluster.env
	gives 0 status && says 'c2 .*running' && ! says 'would change' >/dev/null
}
edit() {
	gives 0 up || return 1
	exec 9<"$tree/state/lab/etc/files/etc/slurm"
	local inode
	inode=$(stat -c %i "$tree/state/lab/etc" "$tree/state/lab/etc/files/etc/slurm")
	echo '# more' >>"$tree/etc/files/etc/slurm/slurm.conf"
	mkdir "$tree/etc/files/etc/new" && echo x >"$tree/etc/files/etc/new/file"
	rm "$tree/etc/partitions.tsv"
	echo c2 >"$FAKE/recreate"
	gives 2 status && says 'would change: etc/files/etc/new/file, etc/files/etc/slurm/slurm.conf, etc/partitions.tsv' || return 1
	: >"$FAKE/calls"
	gives 0 up || return 1
	[ "$inode" = "$(stat -c %i "$tree/state/lab/etc" "$tree/state/lab/etc/files/etc/slurm")" ] || { echo "another inode" && return 1; }
	diff -r "$tree/etc" "$tree/state/lab/etc" || return 1
	called '^run .*show hostnames' && called 'id-c1-.* refresh' && called 'id-slurmctld-.* refresh' && not_called 'id-c2-.* refresh' && called 'scontrol reconfigure' || return 1
	rm -r "$tree/etc/files/etc/new" && gives 0 up && [ ! -e "$tree/state/lab/etc/files/etc/new" ]
}
old_release() {
	sed -i 's/24.11/22.05/' "$tree/etc/cluster.env" && gives 0 up && echo '#' >>"$tree/etc/files/etc/slurm/slurm.conf" && gives 0 up &&
		called '^restart id-slurmctld' && called reconfigure
}
preflight() {
	gives 0 up && echo 'Nonsense=1' >>"$tree/etc/files/etc/slurm/slurm.conf" && echo 'scontrol: fatal: Parse error in line 5' >"$FAKE/preflight" || return 1
	: >"$FAKE/calls"
	gives 1 up && says 'nothing was changed' && says 'Parse error' && not_called ' up ' && not_called refresh && ! grep -q Nonsense "$tree/state/lab/etc/files/etc/slurm/slurm.conf" &&
		rm "$FAKE/preflight" && gives 0 up && called refresh
}
ended_early() {
	gives 0 up && echo '#' >>"$tree/etc/files/etc/slurm/slurm.conf" && touch "$FAKE/refresh" && gives 1 up && says 'did not reach' && rm "$FAKE/refresh" || return 1
	gives 2 status && says 'ended early' || return 1
	: >"$FAKE/calls"
	gives 0 up && called refresh && called reconfigure && [ ! -e "$tree/state/lab/changed" ]
}
# What the first has started before it failed has seen everything.
half_first() {
	echo 'listen tcp4 127.0.0.1:2222: bind: address already in use' >"$FAKE/up" && gives 1 up && [ -s "$tree/state/lab/changed" ] || return 1
	rm "$FAKE/up" && printf 'c1\tcafe00000001\trunning\tUp\tlab-c1-1\nc2\tcafe00000002\trunning\tUp\tlab-c2-1\n' >"$FAKE/containers" &&
		printf 'cafe00000001ffff %s\ncafe00000002ffff %s\n' 2099-01-01T00:00:00.1Z 2001-01-01T00:00:00.1Z >"$FAKE/started" &&
		gives 0 up && called 'cafe00000002 .*refresh' && not_called 'cafe00000001 .*refresh'
}
late_nodes() {
	echo 'NodeName=c1 CPUTot=2 State=IDLE Partitions=all' >"$FAKE/nodes"
	echo 'NodeName=c2 CPUTot=2 State=DOWN*+NOT_RESPONDING Partitions=all Reason=Not responding [slurm@2025-01-01T00:00:00]' >>"$FAKE/nodes"
	gives 2 up --wait 1 && says 'c2: DOWN.*Not responding' && says 'cannot take jobs: c2' || return 1
	sed -i 's/DOWN\*+NOT_RESPONDING/DOWN/' "$FAKE/nodes" && gives 2 up --wait 1 && says 'resumes c2' && called 'NodeName=c2 State=RESUME' || return 1
	sed -i 's/State=DOWN/State=IDLE+DRAIN/; s/Not resp.*/new disk [root@2025-01-01T00:00:00]/' "$FAKE/nodes" && gives 0 up --wait 1 && says 'c2 is IDLE\+DRAIN: new disk' || return 1
	sed -i 's/new disk .root/Low RealMemory [slurm/' "$FAKE/nodes" && gives 2 up --wait 1 && says 'c2: IDLE.DRAIN: Low RealMemory'
}
lock() {
	touch "$FAKE/slow"
	"$tree/cluster" up >"$work/first" 2>&1 &
	local first=$!
	sleep 1.5
	gives 1 up && says 'another cluster command .process [0-9]*. works on lab' && one_line || return 1
	gives 0 --name other up || return 1
	wait "$first" && rm "$FAKE/slow" && gives 0 up || return 1
	# One whose maker was killed.
	ln -s 4194304 "$tree/state/lab/lock" && gives 0 up && [ ! -h "$tree/state/lab/lock" ]
}
interrupted() {
	touch "$FAKE/slow"
	"$tree/cluster" up >"$work/first" 2>&1 &
	local first=$!
	sleep 1.5
	kill "$first" && ! wait "$first" && [ ! -h "$tree/state/lab/lock" ] && rm "$FAKE/slow" && gives 0 up
}
# head reads one line and ends.
reader_ends() {
	gives 0 up || return 1
	mkdir "$work/trees/tmp" && TMPDIR=$work/trees/tmp "$tree/cluster" status 2>"$work/said" | head -n 1 >/dev/null
	TMPDIR=$work/trees/tmp "$tree/cluster" up 2>"$work/said" | true
	[ ! -h "$tree/state/lab/lock" ] && [ -z "$(ls "$work/trees/tmp")" ]
}
name_choice() {
	gives 1 status && says 'no cluster was started from here' && gives 0 up && gives 0 status || return 1
	gives 0 --name other up && gives 1 status && says 'several.* lab other' && gives 2 --name other status || gives 0 --name other status || return 1
	gives 1 --name nothing status && says 'there is: lab other' && gives 1 --name 'A b' up && says 'no name for a cluster' && gives 1 --name ../x up || return 1
	grep -qx 'HPCC_PORT_2222=2223' "$tree/state/other/cluster.env" || grep -q HPCC_PORT_2222= "$tree/state/other/cluster.env"
}
ephemeral() {
	sed -i 's/EPHEMERAL=no/EPHEMERAL=yes/' "$tree/etc/cluster.env" && gives 0 up && says 'this cluster is lab-[0-9a-f]{4}' || return 1
	gives 1 backup "$work/file" && says 'ephemeral' && gives 0 down && called '^volume rm vol1' && [ ! -e "$(echo "$tree"/state/lab-*)" ]
}
subnet() {
	printf '10.0.0.0/8\tmine\tlab\n172.17.0.0/16\tbridge\t\n10.83.128.0/17\tsome-net\tx\n' >"$FAKE/networks"
	printf 'default via 10.83.0.1 dev eth0\n10.84.0.0/14 dev tun0 scope link\n10.83.0.0/16 dev br-12 proto kernel\n' >"$FAKE/routes"
	gives 0 up && says '10.83.0.0/16 overlaps with the docker network some-net: lab gets 10.88.0.0/16' && grep -qx HPCC_NET=10.88 "$FAKE/environment" &&
		grep -qP '^c1\t10.88.1.1\tslurmd$' "$tree/state/lab/etc/hosts.tsv" && grep -qP '^c1\t10.83.1.1\t' "$tree/etc/hosts.tsv" &&
		[ "$(tail -n 3 "$tree/state/lab/etc/cluster.env" | paste -s -d ' ')" = "PROJECT=lab NET=10.88 SUBNET=10.88.0.0/16" ] || return 1
	# And keeps it.
	rm "$FAKE/networks" "$FAKE/routes" && gives 0 up && grep -qx HPCC_NET=10.88 "$FAKE/environment" && ! says overlaps >/dev/null || return 1
	# Another cluster of this folder has one of its own, though nothing runs.
	gives 0 --name other up && grep -qx HPCC_NET=10.83 "$FAKE/environment" && gives 0 --name third up && grep -qx HPCC_NET=10.84 "$FAKE/environment"
}
quicker() {
	echo 'failed to create network lab_cluster: Error response from daemon: Pool overlaps with other one on this address space' >"$FAKE/up-once"
	gives 0 up && says 'overlaps with another network of the engine: lab gets 10.84' && grep -qP '^c1\t10.84.1.1\t' "$tree/state/lab/etc/hosts.tsv" || return 1
	echo 'Error response from daemon: Pool overlaps with other one on this address space' >"$FAKE/up" && gives 1 up && says 'the subnet 10.84.0.0/16 of lab overlaps'
}
fixed_subnet() {
	sed -i 's/^NET=.*/NET=/' "$tree/etc/cluster.env" && printf '10.83.0.0/16\tsome-net\t\n' >"$FAKE/networks"
	gives 0 up && ! grep -q HPCC_NET "$FAKE/environment" && cmp "$tree/etc/hosts.tsv" "$tree/state/lab/etc/hosts.tsv"
}
purge() {
	gives 0 up && gives 1 down --purge && says '\-\-yes' && not_called '^rm' && not_called '^volume rm' && gives 0 down && says 'stays' && not_called '^volume rm' &&
		[ -e "$tree/state/lab/secrets/munge" ] && called '^stop id-slurmctld' && called '^rm -f -v id-' && called '^network rm net1' || return 1
	gives 0 down --purge --yes && called '^volume rm vol1' && [ ! -e "$tree/state/lab" ]
}
lost_state() {
	gives 0 up && rm -r "$tree/state/lab" && echo "$tree" >"$FAKE/folders" && gives 0 up && says 'the state of lab is gone' && called 'up -d --remove-orphans --force-recreate'
}
elsewhere() {
	mkdir "$work/trees/other" && touch "$work/trees/other/compose.yaml" && echo "$work/trees/other" >"$FAKE/folders" &&
		gives 1 up && says "a cluster lab runs from $work/trees/other" && one_line && rm -r "$work/trees/other" || return 1
	: >"$FAKE/folders" && gives 0 --name lab up
}
arguments() {
	gives 0 up || return 1
	# shellcheck disable=SC2016 # to arrive as they are
	local list=(a 'b c' "it's" 'say "x"' '$HOME' '`id`' '' $'two\nlines' '\back\\slash' '*' '--on' '%s' 'ä')
	# shellcheck disable=SC2086
	$shell "$tree/cluster" exec -- printf '<%s>' "${list[@]}" >"$work/said" 2>&1 </dev/null || return 1
	[ "$(cat "$work/said"; echo x)" = "$(printf '<%s>' "${list[@]}"; echo x)" ] || return 1
	gives 7 exec sh -c 'exit 7' && gives 0 exec true && called '^exec -i -u user id-login-' && gives 0 exec --root --on c1 true && called '^exec -i -u root id-c1-' || return 1
	# shellcheck disable=SC2086
	[ "$(echo through | $shell "$tree/cluster" exec cat)" = through ] || return 1
	gives 1 exec --on nowhere true && says "no place 'nowhere'" && gives 1 exec --frob && gives 1 exec --user && sed -i '/^login/d' "$FAKE/containers" &&
		gives 1 exec true && says 'login does not run'
}
links() {
	gives 0 up && mkdir -p "$work/trees/l i/n" && ln -s "$tree/cluster" "$work/trees/l i/one" && ln -s ../one "$work/trees/l i/n/two" || return 1
	(cd "$work/trees/l i/n" && ./two status && cd / && PATH=$PATH:"$work/trees/l i/n" two status) >"$work/said" 2>&1 && says running
}
override() {
	echo 'services: {}' >"$tree/compose.override.yaml" && gives 0 up && called 'compose.yaml -f .*compose.override.yaml up' || called 'compose.override.yaml.* up' || return 1
	rm "$tree/compose.override.yaml" && gives 2 status && says 'would change: compose.override.yaml'
}
rebuild() {
	gives 0 up && : >"$FAKE/calls" && echo '# x' >>"$tree/images/slurm/Dockerfile" && gives 2 status && says 'the image hpcc/lab-slurm' && gives 0 up && called '^build --force-rm --label' &&
		: >"$FAKE/calls" && gives 0 up && not_called '^build' && gives 0 up --rebuild && called '^build --force-rm --no-cache'
}
archive() {
	sed -i 's,-$,slurm.tar.bz2,' "$tree/images.tsv" && gives 1 up && says 'slurm.tar.bz2, which cannot be read' && one_line && echo x >"$tree/slurm.tar.bz2" && gives 0 up &&
		called '^build .*/context ' && echo y >"$tree/slurm.tar.bz2" && : >"$FAKE/calls" && gives 0 up && called '^build'
}
# What a machine exports is told by tests/nfsexport.sh; here that it is asked to, before anything starts, and at the end no more.
exports() {
	local file=$work/root/etc/exports.d/hpcc-lab.exports
	rm -rf "$work/root" && mkdir -p "$work/root/proc/fs/nfsd" && echo tcp 2049 >"$work/root/proc/fs/nfsd/portlist" || return 1
	export NFS_EXPORT_ROOT=$work/root
	cp "$templates/nfs-export.sh" "$tree/" && printf '#machine\tstorage\tdirectory\tclients\toptions\nlocalhost\tshared\t/srv/my files\t192.168.4.164\trw,sync\n' >"$tree/etc/exports.tsv" || return 1
	gives 0 up && [ -d "$work/root/srv/my files" ] && grep -qxF '/srv/my\040files 192.168.4.164(rw,sync)' "$file" || return 1
	# The spec exports nothing any more.
	rm "$tree/etc/exports.tsv" "$tree/nfs-export.sh" && gives 0 up && [ ! -e "$file" ] && [ -d "$work/root/srv/my files" ] || return 1
	cp "$templates/nfs-export.sh" "$tree/" && printf '#machine\tstorage\tdirectory\tclients\toptions\nlocalhost\tshared\t/srv/x\t192.168.4.164\trw\n' >"$tree/etc/exports.tsv" && gives 0 up && [ -e "$file" ] &&
		gives 0 down && [ -e "$file" ] && gives 0 down --purge --yes && [ ! -e "$file" ] && [ -d "$work/root/srv/x" ] || return 1
	# It cannot: nothing starts.
	: >"$FAKE/calls" && echo x >"$work/root/srv/file" && sed -i 's,/srv/x,/srv/file,' "$tree/etc/exports.tsv" && gives 1 up && says '/srv/file on .* is no directory' && says 'localhost does not export' && not_called ' up -d' || return 1
	# It may not: all that is to be run, as it is typed.
	rm -rf "$work/root/srv" && mkdir "$work/no-root" || return 1
	printf '#!/bin/sh\ncase $* in -u) echo 1000 ;; *) echo pi ;; esac\n' >"$work/no-root/id"
	printf '#!/bin/sh\nexit 1\n' >"$work/no-root/sudo"
	chmod +x "$work/no-root/"*
	for i in 1 2 3 4 5 6 7 8; do printf 'localhost\ts%s\t/srv/s%s\t192.168.4.164\trw\n' "$i" "$i"; done >"$tree/etc/exports.tsv"
	PATH=$work/no-root:$PATH gives 1 up && says '^cluster: this needs root' && says '^  mkdir -p -m 0755 .*/srv/s1$' && says '^/srv/s8 192.168.4.164\(rw\)$' && says '^END$' && says '^  exportfs -ra$' || return 1
	unset NFS_EXPORT_ROOT
}
restarts() {
	gives 0 up && sed -i 's/slurmd -D/slurmd -D -v/' "$tree/etc/processes.tsv" && gives 0 up && called '^restart id-c1-[0-9]* id-c2-' && not_called '^restart.*slurmctld' &&
		says 'restarts c1 c2'
}

# A tree for two machines: north is this one, south is not.
apart() {
	mkdir -p "$FAKE/home" "$FAKE/away" "$tree/hosts/north" "$tree/hosts/south"
	python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$FAKE/docker.sock" || exit 1
	printf '#machine\taddress\tuser\tport\tkey\tdirectory\tarch\tos\tswarm\tlabels\n' >"$tree/etc/machines.tsv"
	printf '%s\t-\t-\t-\t%s\tlinux\tworker\t-\n' "north	localhost	-" "-	-" "south	192.0.2.11	root" "-	-" >>"$tree/etc/machines.tsv"
	printf '#host\taddress\troles\tmachine\tsegment\toutside\tssh\taliases\n' >"$tree/etc/hosts.tsv"
	printf '%s\t10.83.0.%s\t%s\t%s\tinner@%s\t192.0.2.10\t22\t-\n' slurmctld 2 slurmctld north north login 5 login north north \
		c1 6 slurmd north north c2 7 slurmd south south >>"$tree/etc/hosts.tsv"
	printf '#place\tlistener\tmachine\tport\tlast\thow\nc2\tslurmd\tsouth\t6818\t6818\thost\n' >"$tree/etc/ports.tsv"
	printf 'hidden\t1024\t-\t/etc/hidden\troot\troot\t0400\tslurmctld\n' >>"$tree/etc/secrets.tsv"
	# shellcheck disable=SC2016 # for the script that is written
	printf 'echo other >"$1/hidden"\n' >>"$tree/secrets.sh"
	mv "$tree/compose.yaml" "$tree/hosts/north/"
	cp "$tree/hosts/north/compose.yaml" "$tree/hosts/south/"
	cp "$tree/images.tsv" "$tree/hosts/north/"
	cp "$tree/images.tsv" "$tree/hosts/south/"
}
away=hpcc/lab/south/state/lab
apart_up() {
	apart
	gives 0 up && says 'the image hpcc/lab-slurm is on south' && called '^away: load' && not_called '^away: build' || return 1
	called 'hosts/north/compose.yaml up' && called '^away: compose .*hosts/south/compose.yaml up' || return 1
	cmp "$tree/state/lab/etc/hosts.tsv" "$FAKE/home/$away/etc/hosts.tsv" && cmp "$tree/state/lab/secrets/munge" "$FAKE/home/$away/secrets/munge" || return 1
	# What no place there has, and what is only half brought.
	[ ! -e "$FAKE/home/$away/secrets/hidden" ] && [ ! -e "$FAKE/home/$away/new" ] && [ ! -e "$FAKE/home/$away/new.put" ] || return 1
	[ "$(stat -c %a "$FAKE/home/$away/secrets")" = 700 ] || return 1
	cut -f 1 "$FAKE/away/containers" | grep -qx c2 && ! grep -q '^c2' "$FAKE/containers" || return 1
	# Again: nothing is sent, nothing is made.
	find "$FAKE/home" -printf '%p %T@ %i\n' | sort >"$work/before"
	: >"$FAKE/calls"
	gives 0 up && not_called 'load' && not_called refresh && not_called reconfigure || return 1
	find "$FAKE/home" -printf '%p %T@ %i\n' | sort | diff "$work/before" - || return 1
	gives 0 status && says '^c2 .*running' && gives 0 exec --on c2 true && called '^away: exec ' && gives 0 restart c2 && called '^away: restart '
}
apart_edit() {
	apart && gives 0 up || return 1
	echo "# edited" >>"$tree/etc/files/etc/slurm/slurm.conf"
	rm "$tree/etc/users.tsv"
	inode=$(stat -c %i "$FAKE/home/$away/etc") key=$(stat -c %i "$FAKE/home/$away/secrets/munge")
	echo changed >"$tree/state/lab/secrets/munge"
	gives 0 up && grep -q edited "$FAKE/home/$away/etc/files/etc/slurm/slurm.conf" && [ ! -e "$FAKE/home/$away/etc/users.tsv" ] || return 1
	# Running places have both open.
	[ "$(stat -c %i "$FAKE/home/$away/etc")" = "$inode" ] && [ "$(stat -c %i "$FAKE/home/$away/secrets/munge")" = "$key" ] &&
		grep -q changed "$FAKE/home/$away/secrets/munge"
}
apart_dead() {
	apart
	touch "$FAKE/dead"
	gives 1 up && says 'south \(192.0.2.11\) cannot be reached: ssh: .*No route to host' && one_line && not_called build && not_called ' up ' || return 1
	[ ! -e "$tree/state/lab" ] || return 1
	rm "$FAKE/dead"
	gives 0 up || return 1
	touch "$FAKE/dead"
	gives 2 status && says '^c2 .*unreachable' && says '^c1 .*running' && gives 0 exec --on c1 true || return 1
	# What is reached ends; the state stays for the rest.
	gives 2 down --purge --yes && says 'south .*cannot be reached' && says 'down where it could be reached' && not_called '^away: rm' || return 1
	! grep -q '^c1' "$FAKE/containers" && [ -s "$tree/state/lab/secrets/munge" ] && rm "$FAKE/dead" || return 1
	gives 0 down --purge --yes && called '^away: rm' && [ ! -e "$tree/state/lab" ] && [ ! -e "$FAKE/home/hpcc" ]
}
# The spec drops south while it is away, or while the up does not end: it is cleared when it can be, also by down.
apart_dropped() {
	apart && gives 0 up || return 1
	printf 'north\tlocalhost\t-\t-\t-\t-\t-\tlinux\tworker\t-\n' >"$tree/etc/machines.tsv"
	sed -i '/^c2/d' "$tree/etc/hosts.tsv" && cp "$tree/hosts/north/compose.yaml" "$tree/" && rm -r "$tree/hosts" && touch "$FAKE/dead" || return 1
	gives 0 up --no-wait && says 'south .*cannot be reached' && [ -s "$tree/state/lab/machines.left" ] || return 1
	gives 2 down --purge --yes && [ -s "$tree/state/lab/machines.left" ] && not_called '^away: rm' && rm "$FAKE/dead" || return 1
	gives 0 down --purge --yes && called '^away: rm' && [ ! -e "$tree/state/lab" ] && [ ! -e "$FAKE/home/hpcc" ]
}
apart_gone() {
	apart && gives 0 up --no-wait && gives 0 down --purge --yes && [ ! -e "$FAKE/home/hpcc" ] && [ ! -e "$tree/state/lab" ] &&
		called '^away: rm ' && called '^away: volume rm'
}
# A signal to all processes at once, as from a terminal: what was stopped over there is started again.
apart_interrupted() {
	apart && sed -i '/^slurmctld/s/north/south/; /^slurmctld/s/@north/@south/' "$tree/etc/hosts.tsv" && gives 0 up --no-wait && touch "$FAKE/away/slow-run" || return 1
	setsid "$tree/cluster" backup "$work/trees/backup" >"$work/said" 2>&1 </dev/null &
	local pid=$!
	poll 20 called '^away: run --rm -i' >/dev/null && kill -TERM -- "-$pid" && ! wait "$pid" && called '^away: start id-slurmctld' && ! says 'could not be started' >/dev/null &&
		poll 10 disconnected
}
connected() { alive "$(cat "$FAKE/master" 2>/dev/null)"; }
disconnected() { ! connected; }
# Whoever follows ends with the script, here and over there.
followers() { followers_end 1; }
followers_end() {
	local places=$1 pid i
	gives 0 up --no-wait || return 1
	"$tree/cluster" logs -f >"$work/said" 2>&1 </dev/null &
	pid=$!
	poll 20 followed_by "$places" && kill "$pid" && poll 10 gone "$pid" || return 1
	while read -r i; do poll 5 gone "$i" || return 1; done <"$FAKE/following"
}
followed_by() { [ "$(wc -l <"$FAKE/following" 2>/dev/null)" = "$1" ]; }
apart_followers() { apart && followers_end 2; }
# Debian's own name of a machine is 127.0.1.1.
apart_own_name() {
	apart && sed -i 's/localhost/north.example.org/' "$tree/etc/machines.tsv" || return 1
	# shellcheck disable=SC2016 # for the script that is written
	mkdir "$work/trees/bin" && printf '#!/bin/sh\n[ "$2" != north.example.org ] || echo "127.0.1.1 STREAM north.example.org"\n' >"$work/trees/bin/getent" && chmod +x "$work/trees/bin/getent" || return 1
	PATH=$work/trees/bin:$PATH gives 0 up --no-wait && called '^compose .*hosts/north' && not_called '^away: .*hosts/north'
}
# The engine over there answers, and its socket does not come through.
apart_no_sockets() {
	apart && echo 'error during connect: Get "http://%2Ftmp%2Fd2/v1.24/info": EOF' >"$FAKE/away/info" &&
		gives 1 up && says "answers on south, and not through ssh: .*AllowStreamLocalForwarding.*reload ssh" && one_line && not_called ' up '
}
apart_hangs() {
	apart && touch "$FAKE/away/hangs" && sed -i 's/docker_within 40/docker_within 1/' "$tree"/*.sh && gives 1 up && says 'engine on south cannot be used: it does not answer within 1 s'
}
# What Slurm is to read does not get there: Slurm has not said no.
apart_no_room() {
	apart && sed -i '/^slurmctld/s/north/south/' "$tree/etc/hosts.tsv" && echo x >"$FAKE/home/hpcc" &&
		gives 1 up && says 'cannot be written in .*state/lab on south' && says 'could not be shown the new configuration: nothing was changed' && ! says 'does not take' >/dev/null
}
apart_own_folder() {
	apart && mkdir "$FAKE/home/mine" && sed -i '/^south/s/root\t-\t-\t-/root\t-\t-\tmine/' "$tree/etc/machines.tsv" && gives 0 up --no-wait && [ -s "$FAKE/home/mine/state/lab/secrets/munge" ] &&
		gives 0 down --purge --yes && [ -d "$FAKE/home/mine" ] && [ ! -e "$FAKE/home/mine/state" ]
}
# The same name from another folder, and from another machine that south knows by another directory.
apart_elsewhere() {
	apart && gives 0 up --no-wait && cp -R "$tree" "$work/trees/two" && rm -r "$work/trees/two/state" && : >"$FAKE/calls" && : >"$FAKE/folders" || return 1
	local one=$tree tree=$work/trees/two
	gives 1 up && says "south has a cluster lab that was brought up from [^ ]*:$one: end it there .*--name NAME.*'rm .*/hpcc/lab/south/state/lab/origin' on south" && not_called ' up ' && not_called '^away: (rm|load)' || return 1
	[ ! -e "$tree/state/lab" ] && rm "$FAKE/home/$away/origin" && echo /home/somebody/lab >"$FAKE/away/folders" && gives 1 up &&
		says 'south has a cluster lab that was brought up from /home/somebody/lab of another machine' && rm "$FAKE/away/folders" && gives 0 --name other up --no-wait || return 1
	# Its own state went, or its folder has moved.
	mv "$one" "$one.moved" && tree=$one.moved && echo "$one" >"$FAKE/away/folders" && gives 0 up --no-wait && rm -r "$tree/state/lab" && rm "$FAKE/away/folders" && gives 0 up --no-wait
}
# A network over all machines that the spec drops.
apart_networks() {
	apart && touch "$FAKE/manager" || return 1
	printf '#network\ttype\tsubnet\tgateway\trange\tparent\tmtu\tencrypted\nwide\toverlay\t10.1.0.0/24\t-\t-\t-\t-\tno\nfast\toverlay\t10.2.0.0/24\t-\t-\t-\t-\tno\n' >"$tree/etc/networks.tsv"
	gives 0 up --no-wait && grep -qx lab_fast "$FAKE/overlays" || return 1
	sed -i '/^fast/d' "$tree/etc/networks.tsv" && echo lab_busy >>"$FAKE/overlays" && gives 0 up --no-wait && says 'the network lab_fast is gone, which the spec has no more' &&
		says 'the network lab_busy, which the spec has no more, stays: .*in use' && called '^network rm lab_fast' && not_called '^network rm lab_wide' || return 1
	sed -i '/busy/d' "$FAKE/overlays" && rm "$tree/etc/networks.tsv" && gives 0 up --no-wait && called '^network rm lab_wide' && [ ! -s "$FAKE/overlays" ] &&
		: >"$FAKE/calls" && gives 0 up --no-wait && not_called 'network (rm|ls --filter)'
}
# An overlay needs a swarm of all machines, which is asked for before images are made; an engine that knows the network no more than a
# worker does gets a container that holds it while Compose makes its own.
apart_swarm() {
	apart && printf '#\nwide\toverlay\t10.1.0.0/24\t-\t10.1.0.240/28\t-\t-\tno\n' >"$tree/etc/networks.tsv" || return 1
	gives 1 up && says "none of north south manages one: 'docker swarm init" && not_called '^build' && touch "$FAKE/manager" || return 1
	: >"$FAKE/away/swarm" && gives 1 up && says 'south is not in the swarm of north' && not_called '^build' || return 1
	echo m7 >"$FAKE/away/swarm" && gives 1 up && says 'south is in another swarm than north' && not_called '^build' || return 1
	rm "$FAKE/away/swarm" && touch "$FAKE/away/unknown" && gives 0 up --no-wait && called '^network create .*--subnet 10.1.0.0/24 --ip-range 10.1.0.240/28 lab_wide' &&
		called '^away: run -d --rm --pull never --network lab_wide --label hpcc.holds=lab --entrypoint sleep' && [ ! -e "$FAKE/away/held" ] && not_called '^away: run -d --rm .*lab_fast' || return 1
	# Of an `up` that was killed, and a spec that has it no more.
	touch "$FAKE/away/held" && rm "$tree/etc/networks.tsv" && gives 0 up --no-wait && [ ! -e "$FAKE/away/held" ]
}
# Nothing is left of a connection, however the script ends.
apart_killed() {
	apart
	touch "$FAKE/slow"
	"$tree/cluster" up >"$work/said" 2>&1 </dev/null &
	local pid=$!
	poll 10 connected && kill -KILL "$pid" && poll 10 disconnected
}

if [ $# -gt 1 ]; then
	shift
	for one; do try "$one" "$one"; done
	exit "$bad"
fi
tests() {
	try "the first up" first_up
	try "an edit: running places keep their folder, are told, and removed files go" edit
	try "arguments of exec arrive as they are" arguments
}
folder="it's a \"place\" \$HOME" tests
folder=
by_shells tests
try "help, of all and of each verb" help_texts
try "up again touches nothing" again
try "subnet: the next free one, and kept" subnet
try "two machines: up, up again, places where they are" apart_up
try "two machines: an edit" apart_edit
try "two machines: one cannot be reached" apart_dead
try "two machines: purge" apart_gone
try "two machines: one leaves the spec" apart_dropped
try "two machines: killed" apart_killed
try "two machines: a signal to all" apart_interrupted
try "two machines: logs -f ends with its script" apart_followers
try "logs -f ends with its script" followers
try "two machines: this one by its own name" apart_own_name
try "two machines: sshd forwards no sockets" apart_no_sockets
try "two machines: an engine that never answers" apart_hangs
try "two machines: the configuration does not get there" apart_no_room
try "two machines: a folder of the user's stays" apart_own_folder
try "two machines: the same name from elsewhere" apart_elsewhere
try "two machines: networks that the spec drops" apart_networks
try "two machines: a network over all of them, and the swarm that it needs" apart_swarm
try "no docker" no_docker
try "no compose" no_compose
try "no rights" no_rights
try "no engine" no_engine
try "a full disk" disk_full
try "a port in use" port_in_use
try "disk, image, build: a line each" other_failures
try "limit, mount, capability, address: a line each" start_failures
try "places made anew, and the jobs that ran there" anew
try "a place that ends again and again is not up" ends_again
try "a user with another uid" renumbered
try "a ready image" ready_image
try "before 23.11 slurmctld is restarted" old_release
try "a configuration that Slurm refuses changes nothing" preflight
try "what ended early is done by the next up" ended_early
try "what started after the last change is not told of it" half_first
try "nodes that do not come, and those set aside" late_nodes
try "two at once" lock
try "interrupted" interrupted
try "its reader ends before it" reader_ends
try "which cluster" name_choice
try "ephemeral" ephemeral
try "subnet: someone was quicker" quicker
try "subnet: fixed by the spec" fixed_subnet
try "purge asks" purge
try "the state is gone, the containers are not" lost_state
try "the same name in another folder" elsewhere
try "through links and PATH" links
try "compose.override.yaml" override
try "an image is made when it must" rebuild
try "a source archive" archive
try "a program that starts otherwise is restarted where it runs" restarts
try "exports of a machine: made, changed, taken back" exports
exit "$bad"
