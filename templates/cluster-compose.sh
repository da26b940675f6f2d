#!/bin/sh
# The driver of target compose: one Docker engine, docker compose v2, a container a place. Sourced by cluster, never run;
# cluster's heading says what each function is for.
#
# Places are found by compose's labels, not by their containers' names, so that compose.override.yaml may name them. Only
# `up` reads compose.yaml: a cluster of thousands of places can be looked at and ended without.
#
# compose.yaml reads HPCC_STATE and HPCC_NET, and HPCC_PORT_n where it publishes port n of this machine.
# shellcheck disable=SC2034,SC2154 # cluster's variables

compose() {
	if [ -e "$HERE/compose.override.yaml" ]; then set -- -f "$HERE/compose.override.yaml" "$@"; fi
	d_ansi=never
	if [ -t 1 ]; then d_ansi=auto; fi
	docker compose --ansi "$d_ansi" --project-directory "$HERE" -p "$NAME" -f "$HERE/compose.yaml" "$@"
}

driver_environment() {
	# Compose would take these for wishes of the user's.
	unset COMPOSE_FILE COMPOSE_PROJECT_NAME COMPOSE_PROFILES COMPOSE_IGNORE_ORPHANS COMPOSE_REMOVE_ORPHANS
	HPCC_STATE=$STATE
	export HPCC_STATE
	if [ -n "$NET" ]; then
		HPCC_NET=$NET
		export HPCC_NET
	fi
	# shellcheck disable=SC2046,SC2163 # names
	export HPCC_STATE $(sed -n 's/^\(HPCC_PORT_[0-9]*\)=.*/\1/p' "$STATE/cluster.env")
}

driver_check() {
	command -v docker >/dev/null 2>&1 ||
		{ warn "docker is not installed: https://docs.docker.com/engine/install/ says how; Debian's package is docker.io" && return 1; }
	case $(docker compose version --short 2>/dev/null || true) in
	2.* | v2.* | [3-9].* | v[3-9].* | [1-9][0-9].*) ;;
	*)
		warn "docker has no compose of version 2: install the plugin (package docker-compose-plugin, or docker-compose-v2)"
		return 1
		;;
	esac
	# shellcheck disable=SC1083 # docker's own braces
	if ! docker info --format '{{.ServerVersion}} {{.DockerRootDir}}' >"$tmp/engine" 2>"$tmp/said" || [ ! -s "$tmp/engine" ]; then
		if grep -qi 'permission denied' "$tmp/said"; then
			warn "no rights to use Docker's engine: run this as root, or join the group docker (sudo usermod -aG docker $(id -un)) and log in again"
		elif grep -qiE 'cannot connect|daemon running|no such file|connection refused' "$tmp/said"; then
			warn "Docker's engine does not run: start it (sudo systemctl start docker)"
		else
			warn "Docker's engine cannot be used: $(tail -n 1 "$tmp/said")"
		fi
		return 1
	fi
	[ "${1:-}" = up ] || return 0
	case $HERE in
	*:*) warn "docker cannot mount a folder with ':' in its path: move $HERE" && return 1 ;;
	esac
	d_root=$(cut -d ' ' -f 2- "$tmp/engine")
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

driver_name() {
	d_random=$(od -An -N 2 -t x1 /dev/urandom | tr -d ' \n')
	echo "$PROJECT-$d_random"
}

# ---- what differs from cluster to cluster

# Subnets that are taken: `subnet<TAB>by whom`. Networks of this cluster's own do not count, nor does the default route.
subnets_taken() {
	# shellcheck disable=SC2016 # Go's variables
	docker network ls -q | xargs docker network inspect -f \
		'{{$n := .Name}}{{$p := index .Labels "com.docker.compose.project"}}{{range .IPAM.Config}}{{.Subnet}}{{"\t"}}{{$n}}{{"\t"}}{{$p}}{{"\n"}}{{end}}' 2>/dev/null |
		awk -F '\t' -v own="$NAME" '$1 ~ /\./ && $3 != own { print $1 "\tthe docker network " $2 }'
	# What other clusters of this folder have chosen, up or down.
	for d_file in "$HERE"/state/*/cluster.env; do
		if [ -e "$d_file" ] && [ "$d_file" != "$STATE/cluster.env" ]; then
			d_other=${d_file%/cluster.env}
			sed -n "s,^SUBNET=\(.*\),\1${tab}the cluster ${d_other##*/},p" "$d_file"
		fi
	done
	if [ -r "$tmp/overlaps" ]; then cat "$tmp/overlaps"; fi
	# Bridges are docker's networks, which are told above, or this cluster's own.
	if command -v ip >/dev/null 2>&1; then
		ip -4 route show table all 2>/dev/null | awk '
			{ for (i = 1; i < NF; i++) if ($i == "dev") dev = $(i + 1) }
			$1 ~ /^(broadcast|local|multicast|unreachable|default|blackhole|prohibit)$/ { next }
			dev ~ /^(br-|docker|lo$)/ { next }
			$1 ~ /^[0-9.]+(\/[0-9]+)?$/ { print $1 (index($1, "/") ? "" : "/32") "\ta route of this machine (" dev ")" }'
	elif [ -r /proc/net/route ]; then
		awk 'function hex(s,    i, n) { n = 0; for (i = 1; i <= length(s); i++) n = n * 16 + index("0123456789ABCDEF", substr(s, i, 1)) - 1; return n }
			NR > 1 && $2 != "00000000" && $1 !~ /^(br-|docker|lo$)/ {
				bits = 0
				for (m = hex($8); m > 0; m = int(m / 2)) bits += m % 2
				printf "%d.%d.%d.%d/%d\ta route of this machine (%s)\n", hex(substr($2, 7, 2)), hex(substr($2, 5, 2)), hex(substr($2, 3, 2)), hex(substr($2, 1, 2)), bits, $1
			}' /proc/net/route
	else
		netstat -rn -f inet 2>/dev/null | awk '$1 ~ /^[0-9.]+\/[0-9]+$/ { print $1 "\ta route of this machine" }'
	fi
}

# choose_net: prints `prefix<TAB>who had the one that was wanted`, the first free one of a series that is always the same; nothing
# if none is. subnets_taken's lines are on standard input.
choose_net() {
	awk -F '\t' -v net="$NET_BUILT" -v subnet="$SUBNET_BUILT" '
		function number(ip,    p) { split(ip, p, "."); return ((p[1] * 256 + p[2]) * 256 + p[3]) * 256 + p[4] }
		function overlap(a, abits, b, bits) { if (abits < bits) bits = abits; bits = 2 ^ (32 - bits); return int(a / bits) == int(b / bits) }
		# Who has the prefix; nothing if nobody.
		function holder(prefix,    i) {
			for (i = 1; i <= n; i++) if (overlap(number(prefix substr(address, length(net) + 1)), mask, at[i], bits[i])) return who[i]
			return ""
		}
		function offer(prefix) {
			if (found != "" || prefix in seen) return
			seen[prefix] = 1
			if (holder(prefix) == "") found = prefix
		}
		BEGIN { split(subnet, s, "/"); address = s[1]; mask = s[2] }
		{ n++; split($1, s, "/"); at[n] = number(s[1]); bits[n] = s[2]; who[n] = $2 }
		END {
			octets = split(net, o, ".")
			first = holder(net)
			offer(net)
			if (octets == 2) {
				if (o[1] == 10) for (i = 1; i < 256; i++) offer("10." (o[2] + i) % 256)
				for (i = 20; i < 32; i++) offer("172." i)
				for (i = 16; i < 256; i++) offer("10." i)
			} else if (octets == 3) {
				for (i = 1; i < 256; i++) offer(o[1] "." o[2] "." (o[3] + i) % 256)
				for (i = 16; i < 256; i++) offer("10." i ".0")
			}
			if (found != "") print found "\t" first
		}'
}

ports_busy() {
	docker ps --format '{{.Ports}}' 2>/dev/null | tr ',' '\n' | sed -n 's/.*:\([0-9]*\)->.*/\1/p'
	cat "$HERE"/state/*/cluster.env 2>/dev/null | sed -n 's/^HPCC_PORT_[0-9]*=//p'
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '
		function hex(s,    i, n) { n = 0; for (i = 1; i <= length(s); i++) n = n * 16 + index("0123456789ABCDEF", substr(s, i, 1)) - 1; return n }
		$4 == "0A" { sub(/.*:/, "", $2); print hex($2) }'
}

# Two clusters of one folder must not choose the same: one chooses at a time.
driver_prepare() {
	d_tries=0
	until mkdir "$HERE/state/choosing" 2>/dev/null; do
		d_tries=$((d_tries + 1))
		# It takes a moment; what is older was left behind.
		if [ "$d_tries" -gt 50 ]; then
			rmdir "$HERE/state/choosing" 2>/dev/null || true
			d_tries=0
		fi
		sleep 0.2
	done
	d_result=0
	prepare_alone || d_result=$?
	rmdir "$HERE/state/choosing" 2>/dev/null || true
	[ "$d_result" = 0 ] || return "$d_result"
	# shellcheck source=/dev/null
	. "$STATE/cluster.env"
	driver_environment
}

prepare_alone() {
	docker ps -a --filter "label=com.docker.compose.project=$NAME" --format '{{.Label "com.docker.compose.project.working_dir"}}' >"$tmp/folders" || return 1
	d_other=$(grep -vxF "$HERE" "$tmp/folders" | head -n 1 || true)
	if [ -n "$d_other" ] && [ -e "$d_other/compose.yaml" ]; then
		warn "a cluster $NAME runs from $d_other: end it there, or give this one another name ('--name NAME')"
		return 1
	fi
	recreate=
	if [ ! -r "$STATE/cluster.env" ]; then
		if [ -s "$tmp/folders" ]; then
			# They have the old secrets, and a configuration that is no more.
			say "the state of $NAME is gone: its containers are made anew; what they have stored stays"
			recreate=--force-recreate
		fi
		d_net=$NET_BUILT d_subnet=$SUBNET_BUILT
		subnets_taken >"$tmp/taken"
		if [ -n "$NET_BUILT" ]; then
			choose_net <"$tmp/taken" >"$tmp/chosen"
			if [ ! -s "$tmp/chosen" ]; then
				warn "no subnet like $SUBNET_BUILT is free: $(sed "s/^\([^$tab]*\)$tab\(.*\)/\1 is \2's/" "$tmp/taken" | some)"
				return 1
			fi
			d_net=$(cut -f 1 "$tmp/chosen")
			d_subnet=$d_net${SUBNET_BUILT#"$NET_BUILT"}
			if [ "$d_net" != "$NET_BUILT" ]; then
				say "$SUBNET_BUILT overlaps with $(cut -f 2 "$tmp/chosen"): $NAME gets $d_subnet"
			fi
		fi
		printf '# Chosen for this cluster by its first up; kept from then on.\nPROJECT=%s\nNET=%s\nSUBNET=%s\n' \
			"$NAME" "$d_net" "$d_subnet" >"$STATE/cluster.env.new"
	else
		cp "$STATE/cluster.env" "$STATE/cluster.env.new"
	fi
	# Another cluster's ports on this machine cannot be the same; the one that bears the built name keeps those that were asked for.
	# shellcheck disable=SC2013,SC2016 # numbers; compose's variables
	for d_port in $(sed -n 's/.*\${HPCC_PORT_\([0-9]*\):-.*/\1/p' "$HERE/compose.yaml" | sort -u); do
		if [ "$NAME" = "$PROJECT_BUILT" ] || grep -q "^HPCC_PORT_$d_port=" "$STATE/cluster.env.new"; then continue; fi
		ports_busy | sort -u >"$tmp/busy"
		d_free=$d_port
		while grep -qx "$d_free" "$tmp/busy"; do d_free=$((d_free + 1)); done
		echo "HPCC_PORT_$d_port=$d_free" >>"$STATE/cluster.env.new"
	done
	mv "$STATE/cluster.env.new" "$STATE/cluster.env"
}

# ---- images

sum() {
	if command -v sha256sum >/dev/null 2>&1; then
		sha256sum
	elif command -v shasum >/dev/null 2>&1; then
		shasum -a 256
	else
		cksum
	fi | cut -d ' ' -f 1
}

archive_path() {
	case $1 in
	/*) echo "$1" ;;
	*) echo "$HERE/$1" ;;
	esac
}

# The sum of what an image is made from: it is a label of the image, so that the image itself says whether it is the right one.
context_sum() {
	{
		(cd "$HERE/images/$1" && find . -type f | sort | while IFS= read -r d_file; do
			echo "$d_file $(sum <"$d_file")"
		done)
		if [ "$2" != - ]; then sum <"$(archive_path "$2")"; fi
	} | sum
}

# kind, reference and archive of images.tsv's line for an image.
image_of() { grep -v '^#' "$HERE/images.tsv" | awk -F '\t' -v n="$1" '$1 == n { print $3; exit }'; }

driver_images() {
	grep -v '^#' "$HERE/images.tsv" >"$tmp/images" || true
	while IFS=$tab read -r d_image d_kind d_reference d_archive; do
		if [ "$d_kind" = ready ]; then
			docker image inspect "$d_reference" >/dev/null 2>&1 </dev/null && continue
			say "fetches the image $d_reference"
			docker pull -q "$d_reference" >"$tmp/said" 2>&1 </dev/null || {
				warn "the image $d_reference is not here and cannot be fetched: $(tail -n 1 "$tmp/said")"
				return 1
			}
			continue
		fi
		build_image "$d_image" "$d_reference" "${d_archive:--}" "${1:-}" </dev/null || return 1
	done <"$tmp/images"
}

# build_image NAME REFERENCE ARCHIVE [rebuild]
build_image() {
	d_context=$HERE/images/$1
	if [ "$3" != - ] && [ ! -r "$(archive_path "$3")" ]; then
		warn "the image $2 is made from $3, which cannot be read"
		return 1
	fi
	d_sum=$(context_sum "$1" "$3")
	if [ -z "$4" ] && [ "$(docker image inspect -f '{{index .Config.Labels "hpcc.context"}}' "$2" 2>/dev/null)" = "$d_sum" ]; then return 0; fi
	if [ "$3" != - ]; then
		d_context=$tmp/context
		rm -rf "$d_context"
		mkdir "$d_context"
		if ! cp -R "$HERE/images/$1/." "$d_context" || ! cp "$(archive_path "$3")" "$d_context/slurm-source"; then
			warn "cannot copy $3 to $tmp: is the disk full?"
			return 1
		fi
	fi
	d_log=$HERE/state/image-$1.log
	d_from=$(date +%s)
	set -- "$1" "$2" "$3" ${4:+--no-cache}
	d_name=$1 d_reference=$2
	shift 3
	docker build --force-rm "$@" --label "hpcc.context=$d_sum" -t "$d_reference" "$d_context" >"$d_log" 2>&1 &
	d_build=$!
	d_told=0
	while kill -0 "$d_build" 2>/dev/null; do
		sleep 0.1
		d_passed=$(since "$d_from")
		if [ "$d_told" = 0 ] && [ "$d_passed" -ge 3 ]; then
			say "makes the image $d_reference, which takes minutes the first time; state/image-$d_name.log says how far"
			d_told=1
		elif [ "$d_passed" -ge $((d_told * 30)) ] && [ "$d_told" -gt 0 ]; then
			say "makes $d_reference ($d_passed s): $(grep -E '^(Step|#[0-9]+ \[)' "$d_log" | tail -n 1 | cut -c 1-100)"
			d_told=$((d_told + 1))
		fi
	done
	if wait "$d_build"; then
		if [ "$d_told" -gt 0 ]; then say "the image $d_reference is made ($(since "$d_from") s)"; fi
		return 0
	fi
	tail -n 30 "$d_log" | sed 's/^/  /' >&2
	if grep -q 'no space left on device' "$d_log"; then
		warn "the image $d_reference cannot be made: the disk is full ('docker system df' says what Docker holds)"
	else
		warn "the image $d_reference cannot be made; the whole log is $d_log"
	fi
	return 1
}

# Any client of Slurm's reads the whole file before it does anything.
driver_preflight() {
	d_image=$(image_of slurm)
	[ -n "$d_image" ] || return 0
	docker run --rm --network none -v "$1:$CONF_DIR:ro" -e "SLURM_CONF=$CONF_DIR/slurm.conf" --entrypoint scontrol "$d_image" \
		show hostnames x </dev/null
}

# ---- up

# `place<TAB>container<TAB>state<TAB>words<TAB>name` of this cluster's containers.
containers() {
	docker ps -a --filter "label=com.docker.compose.project=$NAME" --filter label=com.docker.compose.oneoff=False \
		--format '{{.Label "com.docker.compose.service"}}\t{{.ID}}\t{{.State}}\t{{.Status}}\t{{.Names}}'
}

driver_up() {
	driver_environment
	containers >"$tmp/before" || return 1
	: >"$tmp/kept"
	: >"$tmp/anew"
	restart_counts <"$tmp/before" >"$tmp/counts.before"
	d_from=$(date +%s)
	d_log=$tmp/up.log
	# shellcheck disable=SC2086 # one word or none
	compose up -d --remove-orphans $recreate >"$d_log" 2>&1 </dev/null &
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
		driver_explain "$d_log"
		return $?
	fi
	recreate=
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
	d_ids=$(awk -F '\t' 'NR == FNR { if ($3 == "restarting") was[$2] = 1; next } $2 in was { print $2 }' "$tmp/before" "$tmp/containers")
	# shellcheck disable=SC2086 # containers' names have no blanks
	if [ -n "$d_ids" ]; then quiet_docker restart $d_ids || true; fi
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
	awk -F '\t' 'NR == FNR { kept[$1] = 1; next } $1 in kept { print $2 }' "$tmp/kept" "$tmp/containers" |
		xargs docker inspect -f '{{.Id}} {{.State.StartedAt}}' >"$tmp/started" 2>/dev/null || return 0
	awk -F '\t' -v at="$(cat "$STATE/changed.at")" -v made="$tmp/made" '
		FILENAME == ARGV[1] { split($0, p, " "); if (substr(p[2], 1, 19) > at) fresh[substr(p[1], 1, 12)] = 1; next }
		FILENAME == ARGV[2] { id[$1] = $2; next }
		id[$1] in fresh { print >>made; next }
		{ print }' "$tmp/started" "$tmp/containers" "$tmp/kept" >"$tmp/kept.old"
	mv "$tmp/kept.old" "$tmp/kept"
}

# restart_counts: `container count` for the lines of containers on standard input: how often the engine has started each again.
restart_counts() {
	cut -f 2 | xargs docker inspect -f '{{.Id}} {{.RestartCount}}' 2>/dev/null | awk '{ print substr($1, 1, 12), $2 }'
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

# failed_place LOG WORDS: the place that an error with WORDS is about, as well as it can be known; the engine keeps with a
# container why it could not start it, and compose may name the container before the error.
failed_place() {
	d_found=$(containers | awk -F '\t' '$3 != "running" { print $2 }' |
		xargs docker inspect -f '{{index .Config.Labels "com.docker.compose.service"}} {{.State.Error}}' 2>/dev/null |
		grep -- "$2" | head -n 1 | cut -d ' ' -f 1)
	if [ -z "$d_found" ]; then
		d_found=$(grep -- "$2" "$1" | sed -nE "s/.*Container $NAME-([^ ]+)-[0-9]+ .*/\1/p; s/.*endpoint $NAME-([^ ]+)-[0-9]+ .*/\1/p" | head -n 1)
	fi
	# Neither: what was begun and not done, if it is one.
	if [ -z "$d_found" ]; then
		d_found=$(sed -nE "s/^ *Container $NAME-([^ ]+)-[0-9]+ +(Creating|Created|Recreate|Recreated|Starting|Started)\$/\1 \2/p" "$1" | awk '
			{ if ($2 ~ /ed$/) delete open[$1]; else open[$1] = 1 }
			END { for (i in open) { n++; one = i } if (n == 1) print one }')
	fi
	echo "${d_found:-a place of $NAME}"
}

# Why compose could not, in one line.
driver_explain() {
	if grep -qiE 'pool overlaps|overlaps with other one|invalid pool request|conflicts with network' "$1"; then
		if [ -n "$NET_BUILT" ] && [ ! -s "$tmp/before" ] && [ ! -e "$STATE/applied" ]; then
			# Someone was quicker.
			printf '%s\tanother network of the engine\n' "$SUBNET" >>"$tmp/overlaps"
			rm -f "$STATE/cluster.env"
			driver_prepare || return 1
			return 75
		fi
		subnets_taken >"$tmp/taken"
		warn "the subnet $SUBNET of $NAME overlaps with another network of this machine ('docker network ls' lists them): remove that one," \
			"or give the spec another subnet; a cluster with another --name gets a free one"
		return 1
	fi
	if grep -qE 'port is already allocated|address already in use|ports are not available' "$1"; then
		d_port=$(sed -nE 's/.*(Bind for|listen tcp4?|exposing port TCP|listen udp4?) [^ ]*:([0-9]+)[: ].*/\2/p; s/.*failed to bind host port [^ ]*:([0-9]+)[:\/].*/\1/p' "$1" | head -n 1)
		d_place=$(sed -nE "s/.*endpoint ([^ ]+) .*/\1/p" "$1" | head -n 1 | sed "s/^$NAME-//; s/-[0-9]*\$//")
		d_user=$(docker ps --filter "publish=${d_port:-0}" --format '{{.Names}}' 2>/dev/null | head -n 1)
		warn "port ${d_port:-(see below)} of this machine is in use${d_user:+ by the container $d_user}: ${d_place:-a place} of $NAME publishes it;" \
			"end what uses it, or publish another port in the spec"
		[ -n "$d_port" ] || tail -n 2 "$1" | sed 's/^/cluster:   /' >&2
		return 1
	fi
	if grep -qi 'no space left on device' "$1"; then
		warn "the disk is full: make room ('docker system df' says what Docker holds), then '$(me) up' goes on"
		return 1
	fi
	if grep -qiE 'no such image|pull access denied|image .* not found|manifest unknown' "$1"; then
		warn "an image is missing: $(grep -iE 'no such image|pull access denied|not found|manifest unknown' "$1" | tail -n 1 | sed 's/^Error response from daemon: //')"
		return 1
	fi
	d_type=$(sed -n 's/.*error setting rlimit type \([0-9]*\).*/\1/p' "$1" | head -n 1)
	if [ -n "$d_type" ]; then
		case $d_type in
		3) d_limit=stack ;;
		7) d_limit=nofile ;;
		8) d_limit=memlock ;;
		*) d_limit="of type $d_type" ;;
		esac
		warn "this engine may not raise the limit $d_limit for $(failed_place "$1" 'setting rlimit'): lower services.*.limits in the spec"
		return 1
	fi
	d_path=$(sed -n 's/.*bind source path does not exist: *//p' "$1" | head -n 1)
	if [ -n "$d_path" ]; then
		warn "$(failed_place "$1" 'bind source path') mounts $d_path of this machine, which does not exist: make it, or name another in the spec"
		return 1
	fi
	if grep -qi 'unknown capability' "$1"; then
		d_word=$(sed -nE 's/.*[Uu]nknown capability( to [a-z]+)?: *"?([A-Za-z_]+).*/\2/p' "$1" | head -n 1)
		warn "this engine does not know the capability ${d_word:-that the spec names}, which $(failed_place "$1" '[Uu]nknown capability') wants: mend it in the spec"
		return 1
	fi
	if grep -q 'cannot assign requested address' "$1"; then
		d_word=$(grep 'cannot assign requested address' "$1" |
			sed -nE 's/.*(Bind for|listen [a-z0-9]+|failed to bind host port|exposing port [A-Z]+) \[?([0-9a-fA-F.:]+)\]?:[0-9]+[:\/ ].*/\2/p' | head -n 1)
		warn "${d_word:-an address} is no address of this machine: $(failed_place "$1" 'cannot assign requested address') is to be published there;" \
			"name another address in the spec"
		return 1
	fi
	# Without compose's telling of what it does.
	grep -E 'Error|failed|invalid' "$1" >"$tmp/errors" || grep -vE '^ *(Container|Network|Volume) ' "$1" >"$tmp/errors" || true
	tail -n 5 "$tmp/errors" | sed 's/^ */cluster:   /' >&2
	warn "docker compose could not start $NAME"
	return 1
}

driver_record() {
	rm -rf "$STATE/applied.new"
	mkdir "$STATE/applied.new"
	for d_file in compose.yaml compose.override.yaml images.tsv; do
		if [ -e "$HERE/$d_file" ]; then cp "$HERE/$d_file" "$STATE/applied.new/"; fi
	done
	rm -rf "$STATE/applied"
	mv "$STATE/applied.new" "$STATE/applied"
}

driver_differs() {
	for d_file in compose.yaml compose.override.yaml images.tsv; do
		if [ -e "$HERE/$d_file" ] || [ -e "$STATE/applied/$d_file" ]; then
			cmp -s "$HERE/$d_file" "$STATE/applied/$d_file" || echo "$d_file"
		fi
	done
	grep -v '^#' "$HERE/images.tsv" | while IFS=$tab read -r d_image d_kind d_reference d_archive; do
		[ "$d_kind" = build ] || continue
		d_is=$(docker image inspect -f '{{index .Config.Labels "hpcc.context"}}' "$d_reference" 2>/dev/null </dev/null || true)
		if [ "${d_archive:--}" != - ] && [ ! -r "$(archive_path "$d_archive")" ]; then continue; fi
		[ "$d_is" = "$(context_sum "$d_image" "${d_archive:--}")" ] || echo "the image $d_reference"
	done
}

# ---- places

driver_places() { containers | cut -f 1,3,4; }
driver_running() {
	keep_containers
	awk -F '\t' '$3 == "running" { print $1 }' "$tmp/containers"
}

# Several may ask at once: the list is there whole, or not at all.
keep_containers() {
	d_list=$(mktemp "$tmp/containers.XXXXXX")
	containers >"$d_list"
	mv -f "$d_list" "$tmp/containers"
}

# container_of PLACE...: their containers.
container_of() {
	[ -e "$tmp/containers" ] || keep_containers
	for d_want; do
		awk -F '\t' -v p="$d_want" '$1 == p { print $2; found = 1; exit } END { exit !found }' "$tmp/containers" || {
			warn "$d_want does not run" && return 1
		}
	done
}

driver_exec() {
	d_flags=
	while :; do
		case $1 in
		-i | -t)
			d_flags="$d_flags $1"
			shift
			;;
		*) break ;;
		esac
	done
	d_container=$(container_of "$1") || return 125
	d_user=$2
	shift 2
	# shellcheck disable=SC2086 # options
	docker exec $d_flags -u "$d_user" "$d_container" "$@"
}

# A container of the same image with the same volumes, for the one that is stopped.
driver_beside() {
	d_container=$(container_of "$1") || return 125
	shift
	d_command=$1
	shift
	docker run --rm -i --network none --volumes-from "$d_container" --entrypoint "$d_command" \
		"$(docker inspect -f '{{.Image}}' "$d_container")" "$@"
}

driver_refresh() { driver_exec "$1" root /bin/bash /etc/hpcc/entrypoint.sh refresh </dev/null; }

driver_account() { driver_exec "$1" root /bin/bash /etc/hpcc/entrypoint.sh accounting </dev/null; }

# The engine's words only when something went wrong.
quiet_docker() {
	docker "$@" >"$tmp/docker" 2>&1 </dev/null || {
		warn "$(tail -n 1 "$tmp/docker")"
		return 1
	}
}
# shellcheck disable=SC2046 # containers' names have no blanks
{
	driver_stop() { quiet_docker stop $(container_of "$@"); }
	driver_start() { quiet_docker start $(container_of "$@"); }
	driver_restart() { quiet_docker restart $(container_of "$@"); }
}

driver_remake() {
	driver_environment
	: >"$tmp/before"
	compose up -d --no-deps --force-recreate "$@" >"$tmp/up.log" 2>&1 </dev/null || {
		driver_explain "$tmp/up.log"
		return 1
	}
	rm -f "$tmp/containers"
}

driver_kill() {
	# shellcheck disable=SC2016 # for the shell over there
	driver_exec "$1" root sh -c 'for p in /proc/[0-9]*; do
		read -r name <"$p/comm" 2>/dev/null || continue
		if [ "$name" = "$1" ]; then kill "${p#/proc/}"; fi
	done' sh "$2" </dev/null
}

# What went wrong is seldom in the last line: others end after it.
driver_why() {
	docker logs --tail 60 "$(container_of "$1")" >"$tmp/why" 2>&1 </dev/null || true
	if grep -qE 'fatal: |entrypoint: .* failed' "$tmp/why"; then
		grep -E 'fatal: |entrypoint: ' "$tmp/why" | tail -n 3
	else
		tail -n 3 "$tmp/why"
	fi | cut -c 1-200
}

driver_logs() {
	driver_environment
	d_follow=$1 d_tail=$2
	shift 2
	if [ -n "$d_tail" ]; then set -- --tail "$d_tail" "$@"; fi
	if [ "$d_follow" = yes ]; then set -- -f "$@"; fi
	if [ "$d_follow" = yes ] || [ -t 1 ]; then
		compose logs "$@"
	else
		# Compose clears the line of a terminal that is none.
		compose logs "$@" | sed "s/^$(printf '\033')\[2K//"
	fi
}

driver_enter() {
	docker ps --filter "label=com.docker.compose.project=$NAME" --format '{{.Label "com.docker.compose.service"}} {{.Ports}}' |
		sed -nE 's/^([^ ]+) (.*, )?([0-9.]+):([0-9]+)->22\/tcp.*/\1 \3 \4/p' | while read -r d_place d_address d_port; do
		if [ "$d_address" = 0.0.0.0 ]; then d_address=localhost; fi
		echo "ssh to $d_place: ssh -p $d_port $DEFAULT_USER@$d_address"
	done
}

driver_down() {
	containers | cut -f 2 >"$tmp/ids"
	if [ -s "$tmp/ids" ]; then
		# shellcheck disable=SC2046 # containers' names have no blanks
		quiet_docker stop $(cat "$tmp/ids") || return 1
		# shellcheck disable=SC2046
		quiet_docker rm -f -v $(cat "$tmp/ids") || return 1
	fi
	for d_network in $(docker network ls -q --filter "label=com.docker.compose.project=$NAME"); do
		quiet_docker network rm "$d_network" || return 1
	done
}

driver_purge() {
	for d_volume in $(docker volume ls -q --filter "label=com.docker.compose.project=$NAME"); do
		quiet_docker volume rm "$d_volume" || return 1
	done
}
