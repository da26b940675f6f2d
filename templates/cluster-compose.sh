#!/bin/sh
# The driver of target compose: a Docker engine on each machine, docker compose v2 here, a container a place. Sourced by cluster,
# never run; cluster's heading says what each function is for, and machines.sh how other machines are reached. What is only for
# several machines is in hosts.sh; with one, every engine is `docker`, and nothing is asked twice.
#
# Places are found by compose's labels, not by their containers' names, so that compose.override.yaml may name them. Only
# `up` reads compose.yaml: a cluster of thousands of places can be looked at and ended without.
#
# compose.yaml reads HPCC_STATE, HPCC_NAME and HPCC_NET, and HPCC_PORT_n where it publishes port n of this machine.
# shellcheck disable=SC2034,SC2154 # cluster's variables

# shellcheck source-path=SCRIPTDIR source=cluster-hosts.sh
. "$HERE/hosts.sh"

# The machines that are reached; those that are not, in $tmp/unreached.
d_all=

# compose_on MACHINE ARG...
compose_on() {
	d_machine=$1
	shift
	d_file=$HERE/compose.yaml d_over=$HERE/compose.override.yaml
	if [ "$m_count" -gt 1 ]; then
		d_file=$HERE/hosts/$d_machine/compose.yaml d_over=$HERE/overrides/$d_machine.yaml
		HPCC_STATE=$(state_on "$d_machine")
	fi
	if [ -e "$d_over" ]; then set -- -f "$d_over" "$@"; fi
	d_ansi=never
	if [ -t 1 ]; then d_ansi=auto; fi
	docker_on "$d_machine" compose --ansi "$d_ansi" --project-directory "$HERE" -p "$NAME" -f "$d_file" "$@"
}
# The compose files and what else of the build is the driver's, below $HERE.
driver_files() {
	for d_file in compose.yaml compose.override.yaml images.tsv; do echo "$d_file"; done
	if [ "$m_count" -gt 1 ]; then
		(cd "$HERE" && find hosts overrides -type f \( -name '*.yaml' -o -name '*.tsv' \) 2>/dev/null) | sort
	fi
}

driver_environment() {
	# Compose would take these for wishes of the user's.
	unset COMPOSE_FILE COMPOSE_PROJECT_NAME COMPOSE_PROFILES COMPOSE_IGNORE_ORPHANS COMPOSE_REMOVE_ORPHANS
	HPCC_STATE=$STATE HPCC_NAME=$NAME
	export HPCC_STATE HPCC_NAME
	if [ -n "$NET" ]; then
		HPCC_NET=$NET
		export HPCC_NET
	fi
	# shellcheck disable=SC2046,SC2163 # names
	export HPCC_STATE $(sed -n 's/^\(HPCC_PORT_[0-9]*\)=.*/\1/p' "$STATE/cluster.env")
}

driver_check() {
	docker_is_here || return 1
	case $(docker compose version --short 2>/dev/null || true) in
	2.* | v2.* | [3-9].* | v[3-9].* | [1-9][0-9].*) ;;
	*)
		warn "docker has no compose of version 2: install the plugin (package docker-compose-plugin, or docker-compose-v2)"
		return 1
		;;
	esac
	reach "${1:-all}" "${2:-}" || return 1
	d_reached=
	for d_m in $d_all; do
		if check_engine "$d_m"; then
			d_reached="$d_reached $d_m"
		elif [ "$m_count" -le 1 ]; then
			return 1
		else
			case ${1:-} in
			some | down) ;;
			*) return 1 ;;
			esac
		fi
	done
	d_all=${d_reached# }
	[ "${1:-}" = up ] || return 0
	case $HERE in
	*:*) warn "docker cannot mount a folder with ':' in its path: move $HERE" && return 1 ;;
	esac
	check_disk || return 1
	check_overlays || return 1
	if [ "$m_count" -gt 1 ]; then inspect_machines; fi
}

# check_engine MACHINE: whether its engine can be used: its version, kind of processor and folder.
check_engine() {
	# shellcheck disable=SC1083 # docker's own braces
	engine_answers "$1" '{{.ServerVersion}} {{.Architecture}} {{.DockerRootDir}}'
}

check_disk() {
	d_root=
	for d_m in $d_all; do
		if machine_here "$d_m"; then d_root=$(cut -d ' ' -f 3- "$tmp/engine.$d_m"); fi
	done
	# On another machine, or in a virtual one, that folder is not ours to measure.
	for d_folder in "$d_root" "$HERE"; do
		[ -d "$d_folder" ] || continue
		d_free=$(df -Pk "$d_folder" 2>/dev/null | awk 'NR == 2 { print $4 }')
		case $d_free in
		'' | *[!0-9]*) continue ;;
		esac
		if [ "$d_free" -lt 262144 ]; then
			warn "the disk of $d_folder is nearly full ($((d_free / 1024)) MiB free): make room ('docker system df' says what Docker holds)"
			return 1
		fi
	done
}

# ---- what differs from cluster to cluster

# Subnets that are taken: `subnet<TAB>by whom`. Networks of this cluster's own do not count, nor does the default route. One prefix
# holds on all machines.
subnets_taken() {
	for d_m in $d_all; do
		# shellcheck disable=SC2016,SC2046 # Go's variables; identifiers
		docker_on "$d_m" network inspect -f \
			'{{$n := .Name}}{{$p := index .Labels "com.docker.compose.project"}}{{range .IPAM.Config}}{{.Subnet}}{{"\t"}}{{$n}}{{"\t"}}{{$p}}{{"\n"}}{{end}}' \
			$(docker_on "$d_m" network ls -q </dev/null) 2>/dev/null </dev/null |
			awk -F '\t' -v own="$NAME" -v on="$([ "$m_count" = 1 ] || echo " on $d_m")" '$1 ~ /\./ && $3 != own { print $1 "\tthe docker network " $2 on }'
	done
	subnets_of_others
	if [ -r "$tmp/overlaps" ]; then cat "$tmp/overlaps"; fi
	# Bridges are docker's networks, which are told above, or this cluster's own.
	for d_m in $d_all; do
		routes_of "$d_m" "$(there "$d_m")"
	done
}

ports_busy() {
	for d_m in $d_all; do
		docker_on "$d_m" ps --format '{{.Ports}}' 2>/dev/null </dev/null | tr ',' '\n' | sed -n 's/.*:\([0-9]*\)->.*/\1/p'
		if [ -e "$tmp/looked.$d_m" ]; then sed -n 's/^listen //p' "$tmp/looked.$d_m"; fi
	done
	ports_chosen
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '
		function hex(s,    i, n) { n = 0; for (i = 1; i <= length(s); i++) n = n * 16 + index("0123456789ABCDEF", substr(s, i, 1)) - 1; return n }
		$4 == "0A" { sub(/.*:/, "", $2); print hex($2) }'
}

driver_prepare() {
	alone prepare_alone || return 1
	# shellcheck source=/dev/null
	. "$STATE/cluster.env"
	driver_environment
}

prepare_alone() {
	for d_m in $d_all; do
		docker_on "$d_m" ps -a --filter "label=com.docker.compose.project=$NAME" \
			--format '{{.Label "com.docker.compose.project.working_dir"}}' >"$tmp/folders.$d_m" </dev/null || return 1
	done
	for d_m in $d_all; do cat "$tmp/folders.$d_m"; done >"$tmp/folders"
	d_other=$(grep -vxF "$HERE" "$tmp/folders" | head -n 1 || true)
	if [ -n "$d_other" ] && { [ -e "$d_other/compose.yaml" ] || [ -e "$d_other/hosts" ]; }; then
		warn "a cluster $NAME runs from $d_other: end it there, or give this one another name ('--name NAME')"
		return 1
	fi
	if [ "$m_count" -gt 1 ]; then own_machines || return 1; fi
	keep_left || return 1
	recreate=
	if [ ! -r "$STATE/cluster.env" ]; then
		if [ -s "$tmp/folders" ]; then
			# They have the old secrets, and a configuration that is no more.
			say "the state of $NAME is gone: its containers are made anew; what they have stored stays"
			recreate=--force-recreate
		fi
		subnets_taken >"$tmp/taken"
		choose_subnet || return 1
	else
		cp "$STATE/cluster.env" "$STATE/cluster.env.new"
	fi
	# shellcheck disable=SC2016,SC2046 # compose's variables; numbers
	choose_ports $(driver_files | grep 'compose\.yaml$' | while IFS= read -r d_file; do
		sed -n 's/.*\${HPCC_PORT_\([0-9]*\):-.*/\1/p' "$HERE/$d_file" 2>/dev/null
	done | sort -u)
	[ "$m_count" -le 1 ] || origin_keep || return 1
	mv "$STATE/cluster.env.new" "$STATE/cluster.env"
}

# ---- images

driver_images() {
	grep -v '^#' "$HERE/images.tsv" >"$tmp/images" || true
	while IFS=$tab read -r d_image d_kind d_reference d_archive; do
		if [ "$m_count" -gt 1 ]; then
			images_apart "$d_image" "$d_kind" "$d_reference" "${d_archive:--}" "${1:-}" </dev/null || return 1
			continue
		fi
		if [ "$d_kind" = ready ]; then
			docker image inspect "$d_reference" >/dev/null 2>&1 </dev/null && continue
			say "fetches the image $d_reference"
			docker pull -q "$d_reference" >"$tmp/said" 2>&1 </dev/null || {
				warn "the image $d_reference is not here and cannot be fetched: $(tail -n 1 "$tmp/said")"
				return 1
			}
			continue
		fi
		build_image "$d_image" "$d_reference" "${d_archive:--}" "${1:-}" "$d_all" </dev/null || return 1
	done <"$tmp/images"
}

driver_preflight() {
	[ -n "$(image_of slurm)" ] || return 0
	d_m=$(lines hosts.tsv | awk -F '\t' '("," $3 ",") ~ /,slurmctld,/ { print $4; exit }')
	if [ "$m_count" -le 1 ] || machine_here "$d_m"; then
		preflight_on "$d_m" "$1"
		return $?
	fi
	d_from=$(state_on "$d_m")/preflight d_result=0
	if ! machine_put "$d_m" "$1" "$d_from"; then
		echo "it cannot be written in ${d_from%/*} on $d_m: is there room, and may $(on_machine "$d_m" id -un </dev/null) write there?" >&2
		return 2
	fi
	preflight_on "$d_m" "$d_from" || d_result=$?
	on_machine "$d_m" rm -rf "$d_from" </dev/null
	return "$d_result"
}

# ---- up

# `place<TAB>container<TAB>state<TAB>words<TAB>name<TAB>machine` of this cluster's containers on the machines that are reached.
containers() {
	if [ "$m_count" = 1 ]; then
		containers_on "$d_all"
		return $?
	fi
	d_lists=$(mktemp -d "$tmp/ps.XXXXXX")
	for d_m in $d_all; do
		{ containers_on "$d_m" >"$d_lists/$d_m" && mv "$d_lists/$d_m" "$d_lists/$d_m.whole"; } &
	done
	wait
	for d_m in $d_all; do
		if [ ! -e "$d_lists/$d_m.whole" ]; then
			warn "Docker's engine on $d_m does not answer"
			return 1
		fi
		cat "$d_lists/$d_m.whole"
	done
	rm -rf "$d_lists"
}
containers_on() {
	docker_on "$1" ps -a --filter "label=com.docker.compose.project=$NAME" --filter label=com.docker.compose.oneoff=False \
		--format '{{.Label "com.docker.compose.service"}}\t{{.ID}}\t{{.State}}\t{{.Status}}\t{{.Names}}\t'"$1" </dev/null
}

# inspected FORMAT: what the engines say of the containers in the lines on standard input; nothing of those that are gone.
inspected() {
	d_lines=$(mktemp "$tmp/inspected.XXXXXX")
	cat >"$d_lines"
	for d_m in $d_all; do
		awk -F '\t' -v m="$d_m" -v n="$m_count" 'n == 1 || $6 == m { print $2 }' "$d_lines" >"$d_lines.ids"
		# shellcheck disable=SC2046 # containers' names have no blanks
		[ ! -s "$d_lines.ids" ] || docker_on "$d_m" inspect -f "$1" $(cat "$d_lines.ids") 2>/dev/null </dev/null || true
	done
	rm -f "$d_lines" "$d_lines.ids"
}

# up_on MACHINE ARG...: what it says is in $tmp/up.MACHINE; $tmp/up.failed.MACHINE is there if it could not.
up_on() {
	d_on=$1
	shift
	rm -f "$tmp/up.failed.$d_on"
	if hold_overlays "$d_on" >"$tmp/up.$d_on" 2>&1; then
		compose_on "$d_on" up -d "$@" >>"$tmp/up.$d_on" 2>&1 </dev/null || : >"$tmp/up.failed.$d_on"
	else
		: >"$tmp/up.failed.$d_on"
	fi
	[ ! -s "$tmp/overlays" ] || release_overlays "$d_on"
}

# All machines at once. What each says is in $tmp/up.MACHINE; the first that could not, in $tmp/up.failed.
compose_up() {
	rm -f "$tmp"/up.failed.*
	for d_m in $d_all; do
		carries "$d_m" || continue
		# shellcheck disable=SC2086 # one word or none
		up_on "$d_m" --remove-orphans $recreate &
	done
	wait
	for d_m in $d_all; do
		if [ -e "$tmp/up.failed.$d_m" ]; then
			echo "$d_m" >"$tmp/up.failed"
			return 1
		fi
	done
	# What a place leaves, another may need: places that moved have gone before these come.
	for d_m in $d_all; do
		if ! carries "$d_m"; then clear_machine "$d_m" || return 1; fi
	done
}

driver_up() {
	driver_environment
	driver_bring || return 1
	# One that is away has been named, and is for later.
	leave_machines clear_left || [ $? = 2 ] || return 1
	make_overlays || return 1
	containers >"$tmp/before" || return 1
	: >"$tmp/kept"
	: >"$tmp/anew"
	restart_counts <"$tmp/before" >"$tmp/counts.before"
	d_from=$(date +%s)
	rm -f "$tmp/up.failed"
	compose_up &
	d_up=$!
	d_told=0
	while kill -0 "$d_up" 2>/dev/null; do
		sleep 0.1
		d_passed=$(since "$d_from")
		if [ $((d_passed / 10)) -gt "$d_told" ]; then
			d_told=$((d_passed / 10))
			say "starts containers: $(containers | awk -F '\t' '$3 == "running"' | wc -l | tr -d ' ') of $(places_of | wc -l | tr -d ' ') run ($d_passed s)"
		fi
	done
	rm -f "$tmp/containers"
	if ! wait "$d_up"; then
		[ -s "$tmp/up.failed" ] || return 1
		driver_explain "$(cat "$tmp/up.failed")"
		return $?
	fi
	recreate=
	drop_overlays
	containers >"$tmp/containers"
	awk -F '\t' -v kept="$tmp/kept" -v made="$tmp/made" -v anew="$tmp/anew" '
		BEGIN { printf "" >made; printf "" >kept }
		NR == FNR { was[$1] = $2; if ($3 == "running") ran[$1 "\t" $2] = 1; next }
		{ print $1 >(($1 "\t" $2) in ran ? kept : made) }
		$1 in was && was[$1] != $2 { print $1 >anew }' "$tmp/before" "$tmp/containers"
	# NR == FNR does not hold for an empty first file.
	if [ ! -s "$tmp/before" ]; then
		cut -f 1 "$tmp/containers" >"$tmp/made"
		: >"$tmp/kept"
		: >"$tmp/anew"
	fi
	# Docker waits ever longer before it starts again what fails; what was wrong may be mended now.
	awk -F '\t' 'NR == FNR { if ($3 == "restarting") was[$2] = 1; next } $2 in was' "$tmp/before" "$tmp/containers" >"$tmp/failing"
	for d_m in $d_all; do
		d_ids=$(awk -F '\t' -v m="$d_m" -v n="$m_count" 'n == 1 || $6 == m { print $2 }' "$tmp/failing")
		# shellcheck disable=SC2086 # containers' names have no blanks
		if [ -n "$d_ids" ]; then quiet_docker_on "$d_m" restart $d_ids || true; fi
	done
	# Only places of this cluster; an override may add services of its own.
	places_of | sort >"$tmp/all"
	cp "$tmp/made" "$tmp/begun"
	for d_file in kept anew; do
		sort "$tmp/$d_file" | comm -12 - "$tmp/all" >"$tmp/kept.own"
		mv "$tmp/kept.own" "$tmp/$d_file"
	done
	drop_fresh
}

# What an `up` that ended early has started has seen the last change already: it has nothing to be told.
drop_fresh() {
	if [ ! -s "$tmp/kept" ] || [ ! -s "$tmp/changed" ] || [ ! -s "$STATE/changed.at" ]; then return 0; fi
	awk -F '\t' 'NR == FNR { kept[$1] = 1; next } $1 in kept' "$tmp/kept" "$tmp/containers" |
		inspected '{{.Id}} {{.State.StartedAt}}' >"$tmp/started"
	awk -F '\t' -v at="$(cat "$STATE/changed.at")" -v made="$tmp/made" '
		FILENAME == ARGV[1] { split($0, p, " "); if (substr(p[2], 1, 19) > at) fresh[substr(p[1], 1, 12)] = 1; next }
		FILENAME == ARGV[2] { id[$1] = $2; next }
		id[$1] in fresh { print >>made; next }
		{ print }' "$tmp/started" "$tmp/containers" "$tmp/kept" >"$tmp/kept.old"
	mv "$tmp/kept.old" "$tmp/kept"
}

# restart_counts: `container count` for the lines of containers on standard input: how often the engine has started each again.
restart_counts() {
	inspected '{{.Id}} {{.RestartCount}}' | awk '{ print substr($1, 1, 12), $2 }'
}

driver_ended() {
	containers >"$tmp/ended"
	# What fails at its start runs for an instant, again and again.
	if cut -f 3,4 "$tmp/ended" | grep -qE "^running${tab}Up (Less than a second|[012] seconds?)"; then
		sleep 1
		containers >"$tmp/ended"
	fi
	restart_counts <"$tmp/ended" >"$tmp/counts"
	awk -F '\t' '
		FILENAME == ARGV[1] || FILENAME == ARGV[2] {
			split($0, p, " ")
			if (FILENAME == ARGV[1]) before[p[1]] = p[2]; else count[p[1]] = p[2]
			next
		}
		{ id = substr($2, 1, 12) }
		$3 != "running" { print $1 "\tdoes not run (" $4 ")"; next }
		# The count begins anew when someone restarts a container.
		count[id] > 0 && count[id] != before[id] { print $1 "\thas ended and was started again: " count[id] (count[id] == 1 ? " time" : " times") }' \
		"$tmp/counts.before" "$tmp/counts" "$tmp/ended"
}

# explain_nfs "DIRECTORY of SERVER" WORDS MACHINE: what mount(2) says of NFS (the engine asks it itself), and what it means.
explain_nfs() {
	case $2 in
	'no such device' | 'unknown filesystem'*) d_word="its kernel has no NFS: install nfs-common (or nfs-utils) there and load it (sudo modprobe nfs)" ;;
	'permission denied' | 'operation not permitted') d_word="the server does not let it: 'exportfs -v' there says whom it does" ;;
	'no such file'*) d_word="the server does not export it ('exportfs -v' there says what it does), or its / is an overlay, where NFSv4 cannot begin: say nfsvers=3 under 'options' of the storage" ;;
	'invalid argument' | 'protocol not supported') d_word="the server does not take these options: choose others under 'options' of the storage, such as nfsvers=3" ;;
	*) d_word="is the server up, and port 2049 open to it?" ;;
	esac
	warn "$3 cannot mount $1 ($2): $d_word"
}

# failed_place MACHINE WORDS: the place that an error with WORDS is about, as well as it can be known; the engine keeps with a
# container why it could not start it, and compose may name the container before the error.
failed_place() {
	d_log=$tmp/up.$1
	d_found=$(containers | awk -F '\t' '$3 != "running"' |
		inspected '{{index .Config.Labels "com.docker.compose.service"}} {{.State.Error}}' |
		grep -- "$2" | head -n 1 | cut -d ' ' -f 1)
	if [ -z "$d_found" ]; then
		d_found=$(grep -- "$2" "$d_log" | sed -nE "s/.*Container $NAME-([^ ]+)-[0-9]+ .*/\1/p; s/.*endpoint $NAME-([^ ]+)-[0-9]+ .*/\1/p" | head -n 1)
	fi
	# Neither: what was begun and not done, if it is one.
	if [ -z "$d_found" ]; then
		d_found=$(sed -nE "s/^ *Container $NAME-([^ ]+)-[0-9]+ +(Creating|Created|Recreate|Recreated|Starting|Started)\$/\1 \2/p" "$d_log" | awk '
			{ if ($2 ~ /ed$/) delete open[$1]; else open[$1] = 1 }
			END { for (i in open) { n++; one = i } if (n == 1) print one }')
	fi
	echo "${d_found:-a place of $NAME}"
}

# driver_explain MACHINE: why compose could not there, in one line.
driver_explain() {
	d_failed=$1 d_there=$(there "$1") d_log=$tmp/up.$1
	if grep -qiE 'pool overlaps|overlaps with other one|invalid pool request|conflicts with network' "$d_log"; then
		if [ -n "$NET_BUILT" ] && [ ! -s "$tmp/before" ] && [ ! -e "$STATE/applied" ]; then
			# Someone was quicker.
			printf '%s\tanother network of the engine\n' "$SUBNET" >>"$tmp/overlaps"
			rm -f "$STATE/cluster.env"
			driver_prepare || return 1
			return 75
		fi
		subnets_taken >"$tmp/taken"
		warn "the subnet $SUBNET of $NAME overlaps with another network of $d_there ('docker network ls' lists them): remove that one," \
			"or give the spec another subnet; a cluster with another --name gets a free one"
		return 1
	fi
	if grep -qE 'port is already allocated|address already in use|ports are not available' "$d_log"; then
		d_port=$(sed -nE 's/.*(Bind for|listen tcp4?|exposing port TCP|listen udp4?) [^ ]*:([0-9]+)[: ].*/\2/p; s/.*failed to bind host port [^ ]*:([0-9]+)[:\/].*/\1/p' "$d_log" | head -n 1)
		d_place=$(sed -nE "s/.*endpoint ([^ ]+) .*/\1/p" "$d_log" | head -n 1 | sed "s/^$NAME-//; s/-[0-9]*\$//")
		d_user=$(docker_on "$d_failed" ps --filter "publish=${d_port:-0}" --format '{{.Names}}' 2>/dev/null </dev/null | head -n 1)
		warn "port ${d_port:-(see below)} of $d_there is in use${d_user:+ by the container $d_user}: ${d_place:-a place} of $NAME publishes it;" \
			"end what uses it, or publish another port in the spec"
		[ -n "$d_port" ] || tail -n 2 "$d_log" | sed 's/^/cluster:   /' >&2
		return 1
	fi
	if grep -qi 'no space left on device' "$d_log"; then
		warn "the disk is full$([ "$m_count" = 1 ] || echo " on $d_there"): make room ('docker system df' says what Docker holds), then '$(me) up' goes on"
		return 1
	fi
	if grep -qiE 'no such image|pull access denied|image .* not found|manifest unknown' "$d_log"; then
		warn "an image is missing: $(grep -iE 'no such image|pull access denied|not found|manifest unknown' "$d_log" | tail -n 1 | sed 's/^Error response from daemon: //')"
		return 1
	fi
	d_type=$(sed -n 's/.*error setting rlimit type \([0-9]*\).*/\1/p' "$d_log" | head -n 1)
	if [ -n "$d_type" ]; then
		case $d_type in
		3) d_limit=stack ;;
		7) d_limit=nofile ;;
		8) d_limit=memlock ;;
		*) d_limit="of type $d_type" ;;
		esac
		warn "this engine may not raise the limit $d_limit for $(failed_place "$d_failed" 'setting rlimit'): lower services.*.limits in the spec"
		return 1
	fi
	d_path=$(sed -n 's/.*bind source path does not exist: *//p' "$d_log" | head -n 1)
	if [ -n "$d_path" ]; then
		warn "$(failed_place "$d_failed" 'bind source path') mounts $d_path of $d_there, which does not exist: make it, or name another in the spec"
		return 1
	fi
	d_path=$(sed -nE 's/.*failed to mount local volume: mount :([^:]*):.*addr=([^,:]*).*: ([a-z ]+)$/\1 of \2'"$tab"'\3/p' "$d_log" | head -n 1)
	if [ -n "$d_path" ]; then
		explain_nfs "${d_path%%"$tab"*}" "${d_path#*"$tab"}" "$d_there"
		return 1
	fi
	if grep -qi 'unknown capability' "$d_log"; then
		d_word=$(sed -nE 's/.*[Uu]nknown capability( to [a-z]+)?: *"?([A-Za-z_]+).*/\2/p' "$d_log" | head -n 1)
		warn "this engine does not know the capability ${d_word:-that the spec names}, which $(failed_place "$d_failed" '[Uu]nknown capability') wants: mend it in the spec"
		return 1
	fi
	if grep -q 'cannot assign requested address' "$d_log"; then
		d_word=$(grep 'cannot assign requested address' "$d_log" |
			sed -nE 's/.*(Bind for|listen [a-z0-9]+|failed to bind host port|exposing port [A-Z]+) \[?([0-9a-fA-F.:]+)\]?:[0-9]+[:\/ ].*/\2/p' | head -n 1)
		warn "${d_word:-an address} is no address of $d_there: $(failed_place "$d_failed" 'cannot assign requested address') is to be published there;" \
			"name another address in the spec"
		return 1
	fi
	# Without compose's telling of what it does.
	grep -E 'Error|failed|invalid' "$d_log" >"$tmp/errors" || grep -vE '^ *(Container|Network|Volume) ' "$d_log" >"$tmp/errors" || true
	tail -n 5 "$tmp/errors" | sed 's/^ */cluster:   /' >&2
	warn "docker compose could not start $NAME$([ "$m_count" = 1 ] || echo " on $d_failed")"
	return 1
}

driver_record() {
	rm -rf "$STATE/applied.new"
	mkdir "$STATE/applied.new"
	driver_files | while IFS= read -r d_file; do
		[ -e "$HERE/$d_file" ] || continue
		mkdir -p "$STATE/applied.new/$(dirname -- "$d_file")"
		cp "$HERE/$d_file" "$STATE/applied.new/$d_file"
	done
	rm -rf "$STATE/applied"
	mv "$STATE/applied.new" "$STATE/applied"
}

driver_differs() {
	{
		driver_files
		if [ -d "$STATE/applied" ]; then (cd "$STATE/applied" && find . -type f | sed 's,^\./,,'); fi
	} | sort -u | while IFS= read -r d_file; do
		if [ -e "$HERE/$d_file" ] || [ -e "$STATE/applied/$d_file" ]; then
			cmp -s "$HERE/$d_file" "$STATE/applied/$d_file" || echo "$d_file"
		fi
	done
	grep -v '^#' "$HERE/images.tsv" | while IFS=$tab read -r d_image d_kind d_reference d_archive; do
		[ "$d_kind" != ready ] || continue
		if [ "${d_archive:--}" != - ] && [ ! -r "$(archive_path "$d_archive")" ]; then continue; fi
		d_sum=$(context_sum "$d_image" "${d_archive:--}")
		for d_m in $(if [ "$m_count" = 1 ]; then echo "$d_all"; else users_of "$d_image"; fi); do
			d_is=$(docker_on "$d_m" image inspect -f '{{index .Config.Labels "hpcc.context"}}' "$d_reference" 2>/dev/null </dev/null || true)
			[ "$d_is" = "$d_sum" ] || echo "the image $d_reference$([ "$m_count" = 1 ] || echo " on $d_m")"
		done
	done
}

# ---- places

driver_places() {
	containers | cut -f 1,3,4
	[ "$m_count" -gt 1 ] || return 0
	lines hosts.tsv | awk -F '\t' -v all="$d_all" '
		BEGIN { n = split(all, m, " "); for (i = 1; i <= n; i++) has[m[i]] = 1 }
		!($4 in has) { print $1 "\tunreachable\t" $4 " cannot be reached" }'
}
# container_of PLACE...: their containers and the machines that these are on, a line each.
container_of() {
	[ -e "$tmp/containers" ] || keep_containers
	for d_want; do
		awk -F '\t' -v p="$d_want" '$1 == p { print $2 " " $6; found = 1; exit } END { exit !found }' "$tmp/containers" || {
			warn "$d_want does not run" && return 1
		}
	done
}

find_container() {
	d_found=$(container_of "$1") || return 1
	d_container=${d_found%% *} d_machine=${d_found#* }
}

# A container of the same image with the same volumes, for the one that is stopped.
driver_beside() {
	find_container "$1" || return 125
	shift
	d_command=$1
	shift
	docker_on "$d_machine" run --rm -i --network none --volumes-from "$d_container" --entrypoint "$d_command" \
		"$(docker_on "$d_machine" inspect -f '{{.Image}}' "$d_container" </dev/null)" "$@"
}

# on_places VERB PLACE...: of docker, on their containers, machine by machine.
on_places() {
	d_verb=$1
	shift
	container_of "$@" >"$tmp/ids" || return 1
	for d_m in $d_all; do
		d_ids=$(awk -v m="$d_m" -v n="$m_count" 'n == 1 || $2 == m { print $1 }' "$tmp/ids")
		# shellcheck disable=SC2086 # containers' names have no blanks
		[ -z "$d_ids" ] || quiet_docker_on "$d_m" "$d_verb" $d_ids || return 1
	done
}
driver_stop() { on_places stop "$@"; }
driver_start() { on_places start "$@"; }
driver_restart() { on_places restart "$@"; }

# by_machine PLACE...: a line for each machine that has some: its name, and theirs. By hosts.tsv: they need not run.
by_machine() {
	if [ "$m_count" = 1 ]; then
		echo "$d_all $*"
		return 0
	fi
	for d_want; do echo "$d_want"; done | awk -F '\t' '
		NR == FNR { want[$1] = 1; next }
		$1 in want { places[$4] = places[$4] " " $1 }
		END { for (m in places) print m places[m] }' - "$ETC/hosts.tsv"
}

driver_remake() {
	driver_environment
	: >"$tmp/before"
	list_overlays
	by_machine "$@" >"$tmp/remake"
	while read -r d_m d_places; do
		# shellcheck disable=SC2086 # places' names have no blanks
		up_on "$d_m" --no-deps --force-recreate $d_places
		if [ -e "$tmp/up.failed.$d_m" ]; then
			driver_explain "$d_m"
			return 1
		fi
	done <"$tmp/remake"
	rm -f "$tmp/containers"
}

driver_why() {
	find_container "$1" || return 0
	# One that was stopped has ended once since it began; what it said in runs before may be long mended. One that dies again and again
	# has said it then.
	d_since=$(docker_on "$d_machine" inspect -f '{{if eq .State.Status "exited"}}{{.State.StartedAt}}{{end}}' "$d_container" 2>/dev/null </dev/null) || true
	docker_on "$d_machine" logs ${d_since:+--since "$d_since"} --tail 60 "$d_container" >"$tmp/why" 2>&1 </dev/null || true
	said_why "$tmp/why"
}

driver_logs() {
	driver_environment
	d_follow=$1 d_tail=$2
	shift 2
	if [ $# -gt 0 ]; then
		by_machine "$@" >"$tmp/logs"
	else
		for d_m in $d_all; do
			if carries "$d_m"; then echo "$d_m"; fi
		done >"$tmp/logs"
	fi
	set --
	if [ -n "$d_tail" ]; then set -- --tail "$d_tail" "$@"; fi
	if [ "$d_follow" = yes ]; then set -- -f "$@"; fi
	while read -r d_m d_places; do
		# A signal to this script alone finds it waiting, and ends them.
		# shellcheck disable=SC2086 # places' names have no blanks
		if [ "$d_follow" = yes ]; then
			compose_on "$d_m" logs "$@" $d_places </dev/null &
		elif [ -t 1 ]; then
			compose_on "$d_m" logs "$@" $d_places </dev/null
		else
			# Compose clears the line of a terminal that is none.
			compose_on "$d_m" logs "$@" $d_places </dev/null | sed "s/^$(printf '\033')\[2K//"
		fi
	done <"$tmp/logs"
	if [ "$d_follow" = yes ]; then wait; fi
}

driver_enter() {
	for d_m in $d_all; do
		docker_on "$d_m" ps --filter "label=com.docker.compose.project=$NAME" --format '{{.Label "com.docker.compose.service"}} {{.Ports}}' </dev/null |
			sed -nE 's/^([^ ]+) (.*, )?([0-9.]+):([0-9]+)->22\/tcp.*/\1 \3 \4/p' | while read -r d_place d_address d_port; do
			if [ "$d_address" = 0.0.0.0 ]; then d_address=$(enter_at "$d_m"); fi
			echo "ssh to $d_place: ssh -p $d_port $DEFAULT_USER@$d_address"
		done
	done
	# Where a place is on its machine's own network, sshd listens there itself.
	lines hosts.tsv | awk -F '\t' -v user="$DEFAULT_USER" '
		("," $3 ",") ~ /,login,/ && $7 ~ /^[0-9]+$/ && $7 != 22 && $2 == $6 { print "ssh to " $1 ": ssh -p " $7 " " user "@" $6 }'
}
enter_at() {
	d_at=$(machine_field "$1" 2)
	if [ "$m_count" = 1 ] || [ "$d_at" = - ]; then echo localhost; else echo "$d_at"; fi
}

driver_down() {
	for d_m in $d_all; do clear_machine "$d_m" || return 1; done
	d_rest=0
	if [ "$purge" = yes ]; then
		leave_machines purge_left || d_rest=$?
	else
		leave_machines clear_left || d_rest=$?
	fi
	# A machine that is away has its places still, and what they stored.
	for d_m in $(machine_names); do
		case " $d_all $(tr '\n' ' ' <"$tmp/gone") " in
		*" $d_m "*) ;;
		*) [ "$m_count" -le 1 ] || d_rest=2 ;;
		esac
	done
	remove_overlays || [ "$d_rest" = 2 ] || return 1
	return "$d_rest"
}

driver_purge() {
	for d_m in $d_all; do purge_machine "$d_m" || return 1; done
}
