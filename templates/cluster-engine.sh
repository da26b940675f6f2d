#!/bin/sh
# What drivers share whose places run on Docker's engines: whether an engine can be used and whose clusters it has, subnets and ports that
# are free, images that are made and brought to the machines, what is done in a place by entrypoint.sh.
# Sourced by cluster before driver.sh; never run.
#
#   docker_is_here                 whether there is a docker to ask; 1, and what mends it: there is none
#   engine_answers MACHINE FORMAT  what its engine says of itself, in $tmp/engine.MACHINE; 1, and what mends it: it cannot be used
#   origin_own, origin_refuses     from where a cluster was brought up
#   alone COMMAND...               one cluster of this folder at a time
#   routes_of MACHINE [CALLED]     lines `subnet<TAB>by whom` of what a machine reaches without its router
#   subnets_of_others              the same of what other clusters of this folder have chosen, up or down
#   choose_net                     the first free one of a series of subnets; lines of subnets that are taken on standard input
#   choose_subnet                  what a cluster's first `up` keeps in $STATE/cluster.env.new, by the subnets in $tmp/taken
#   choose_ports PORT...           adds ports that are free there, of a cluster that does not bear the built name
#   preflight_on MACHINE FOLDER    Slurm's own reader on the configuration in a folder of the machine
#   arch_name WORD                 Docker's name of a kind of processor
#   image_of NAME                  what images.tsv calls it
#   context_sum NAME ARCHIVE       the sum of what an image is made from
#   said_why FILE                  of what a place said what went wrong
#   build_image, images_apart      make an image on one machine; one image on all machines that run from it
#
# Of the driver they want: d_all, the machines that can be used; arch_of MACHINE; users_of NAME: the machines that run from an image;
# ports_busy: those that nobody else may have; containers: `place<TAB>container<TAB>state...` of all; find_container PLACE: its container
# in d_container, that one's machine in d_machine.
# shellcheck disable=SC2034,SC2154 # cluster's variables, and the driver's

# ---- engines

docker_is_here() {
	command -v docker >/dev/null 2>&1 && return 0
	warn "docker is not installed: https://docs.docker.com/engine/install/ says how; Debian's package is docker.io"
	return 1
}

engine_answers() {
	e_code=0
	docker_within 40 "$1" info --format "$2" >"$tmp/engine.$1" 2>"$tmp/said" </dev/null || e_code=$?
	if [ "$e_code" = 0 ] && [ -s "$tmp/engine.$1" ]; then return 0; fi
	rm -f "$tmp/engine.$1"
	e_on='' e_engine=yes
	if [ "$m_count" -gt 1 ]; then
		e_on=" on $1" e_engine=$(machine_fact "$1" engine)
	fi
	if grep -qi 'permission denied' "$tmp/said" || [ "$e_engine" = denied ]; then
		warn "no rights to use Docker's engine$e_on: run this as root, or join the group docker${e_on:+ there} (sudo usermod -aG docker $(machine_login "$1")) and log in again"
	elif [ "$e_engine" = yes ] && [ "$e_code" != 124 ] && engine_answers_there "$1"; then
		warn "Docker's engine answers$e_on, and not through ssh: the sshd there forwards no sockets ('AllowStreamLocalForwarding no' or" \
			"'DisableForwarding yes' in /etc/ssh/sshd_config, or 'restrict' before the key in authorized_keys): allow it, and 'sudo systemctl reload ssh' there (sshd on RHEL)"
	elif [ "$e_engine" = no ] || grep -qiE 'cannot connect|daemon running|no such file|connection refused' "$tmp/said"; then
		warn "Docker's engine does not run$e_on: ${e_on:+install it, or }start it (sudo systemctl start docker)"
	else
		warn "Docker's engine$e_on cannot be used: $(tail -n 1 "$tmp/said")"
	fi
	return 1
}
# Its socket reaches us by ssh's forwarding; a client that runs over there needs none.
engine_answers_there() {
	if [ "$m_count" -le 1 ] || machine_here "$1"; then return 1; fi
	on_machine "$1" timeout 10 docker version >/dev/null 2>&1 </dev/null
}

# The engine's words only when something went wrong.
quiet_docker_on() {
	docker_on "$@" >"$tmp/docker" 2>&1 </dev/null || {
		warn "$(tail -n 1 "$tmp/docker")"
		return 1
	}
}

# machine_agrees MACHINE: whether it is what the spec says of it; a clock that is off can be set later.
machine_agrees() {
	e_apart=$(machine_fact "$1" now)
	if [ "${e_apart#-}" -gt 60 ]; then
		warn "the clock of $1 is ${e_apart#-} s $([ "${e_apart#-}" = "$e_apart" ] && echo ahead || echo behind), and munge refuses what is 300 s apart:" \
			"set it there ('sudo timedatectl set-ntp true')"
	fi
	e_said=$(machine_field "$1" 7)
	if [ "${e_said:--}" = - ] || [ "$e_said" = "$(arch_of "$1")" ]; then return 0; fi
	warn "$1 is $(arch_of "$1"), and the spec says $e_said: correct hosts.$1.arch"
	return 1
}

# ---- from where a cluster was brought up
#
# $STATE/origin, and wherever the cluster is: `NUMBER MACHINE HOST:FOLDER`. The number is this state's, whatever the folder is called; MACHINE
# tells apart hosts of one name. Another folder's `up` would take what is stored for its own, and lock its secrets out.

# This state's, in e_origin.
origin_own() {
	e_origin=$(cat "$STATE/origin" 2>/dev/null) || e_origin=
	e_number=${e_origin%% *}
	[ -n "$e_number" ] || e_number=$(od -An -N 8 -t x1 /dev/urandom | tr -d ' \n')
	e_machine=-
	if [ -s /etc/machine-id ]; then e_machine=$(sum </etc/machine-id | cut -c 1-12); fi
	e_origin="$e_number $e_machine $(uname -n):$HERE"
}
origin_keep() {
	if printf '%s\n' "$e_origin" >"$STATE/origin.new" && mv -f "$STATE/origin.new" "$STATE/origin"; then return 0; fi
	warn "cannot write in $STATE: is the disk full?"
	return 1
}
# By its number; where that went with the state, by where it is.
origin_is_ours() {
	[ "${1%% *}" = "${e_origin%% *}" ] || { [ ! -e "$STATE/origin" ] && [ "${1#* }" = "${e_origin#* }" ]; }
}
# origin_refuses MACHINE WHERE COMMAND: COMMAND lets this one have it.
origin_refuses() {
	warn "$1 has a cluster $NAME that was brought up from $2: end it there ('cluster down --purge'), or give this one another name ('--name NAME');" \
		"if that place is no more, $3 leaves it to this one"
}
origin_words() { echo "${1#* * }"; }

# ---- what a cluster chooses

# It takes a moment; what is older was left behind.
alone() {
	e_tries=0
	until mkdir "$HERE/state/choosing" 2>/dev/null; do
		e_tries=$((e_tries + 1))
		if [ "$e_tries" -gt 50 ]; then
			rmdir "$HERE/state/choosing" 2>/dev/null || true
			e_tries=0
		fi
		sleep 0.2
	done
	e_result=0
	"$@" || e_result=$?
	rmdir "$HERE/state/choosing" 2>/dev/null || true
	return "$e_result"
}

choose_subnet() {
	e_net=$NET_BUILT e_subnet=$SUBNET_BUILT
	if [ -n "$NET_BUILT" ]; then
		choose_net <"$tmp/taken" >"$tmp/chosen"
		if [ ! -s "$tmp/chosen" ]; then
			warn "no subnet like $SUBNET_BUILT is free: $(taken_by)"
			return 1
		fi
		e_net=$(cut -f 1 "$tmp/chosen")
		e_subnet=$e_net${SUBNET_BUILT#"$NET_BUILT"}
		if [ "$e_net" != "$NET_BUILT" ]; then
			say "$SUBNET_BUILT overlaps with $(cut -f 2 "$tmp/chosen"): $NAME gets $e_subnet"
		fi
	fi
	printf '# Chosen for this cluster by its first up; kept from then on.\nPROJECT=%s\nNET=%s\nSUBNET=%s\n' \
		"$NAME" "$e_net" "$e_subnet" >"$STATE/cluster.env.new"
}
taken_by() { sed "s/^\([^$tab]*\)$tab\(.*\)/\1 is \2's/" "$tmp/taken" | some; }

# The one that bears the built name keeps those that were asked for.
choose_ports() {
	[ "$NAME" != "$PROJECT_BUILT" ] || return 0
	for e_port; do
		if grep -q "^HPCC_PORT_$e_port=" "$STATE/cluster.env.new"; then continue; fi
		ports_busy | sort -u >"$tmp/busy"
		e_free=$e_port
		while grep -qx "$e_free" "$tmp/busy"; do e_free=$((e_free + 1)); done
		echo "HPCC_PORT_$e_port=$e_free" >>"$STATE/cluster.env.new"
	done
}
# Of all clusters of this folder.
ports_chosen() { cat "$HERE"/state/*/cluster.env 2>/dev/null | sed -n 's/^HPCC_PORT_[0-9]*=//p'; }

# ---- subnets

# A machine's routes, as it can say them: a first line that says how, and the lines. Not everywhere is there an ip.
e_routes='if command -v ip >/dev/null 2>&1; then echo ip; ip -4 route show table all 2>/dev/null
elif [ -r /proc/net/route ]; then echo proc; cat /proc/net/route
else echo bsd; netstat -rn -f inet; fi'

# Bridges are docker's networks, which docker itself lists, or this cluster's own.
routes_of() {
	on_machine "$1" sh -c "$e_routes" 2>/dev/null </dev/null | awk -v who="${2:-$1}" '
		function hex(s,    i, n) { n = 0; for (i = 1; i <= length(s); i++) n = n * 16 + index("0123456789ABCDEF", substr(s, i, 1)) - 1; return n }
		NR == 1 { way = $1; next }
		way == "ip" {
			dev = ""
			for (i = 1; i < NF; i++) if ($i == "dev") dev = $(i + 1)
			if ($1 ~ /^(broadcast|local|multicast|unreachable|default|blackhole|prohibit)$/ || dev ~ /^(br-|docker|lo$)/) next
			if ($1 ~ /^[0-9.]+(\/[0-9]+)?$/) print $1 (index($1, "/") ? "" : "/32") "\ta route of " who " (" dev ")"
		}
		way == "proc" && NR > 2 && $2 != "00000000" && $1 !~ /^(br-|docker|lo$)/ {
			bits = 0
			for (m = hex($8); m > 0; m = int(m / 2)) bits += m % 2
			printf "%d.%d.%d.%d/%d\ta route of %s (%s)\n", hex(substr($2, 7, 2)), hex(substr($2, 5, 2)), hex(substr($2, 3, 2)), hex(substr($2, 1, 2)), bits, who, $1
		}
		way == "bsd" && $1 ~ /^[0-9.]+\/[0-9]+$/ { print $1 "\ta route of " who }'
}

subnets_of_others() {
	for d_file in "$HERE"/state/*/cluster.env; do
		if [ -e "$d_file" ] && [ "$d_file" != "$STATE/cluster.env" ]; then
			d_other=${d_file%/cluster.env}
			sed -n "s,^SUBNET=\(.*\),\1${tab}the cluster ${d_other##*/},p" "$d_file"
		fi
	done
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

# ---- images

# Docker's name of a kind of processor, as the spec has it.
arch_name() {
	case $1 in
	x86_64 | amd64) echo amd64 ;;
	aarch64 | arm64) echo arm64 ;;
	armv7* | armhf | arm) echo armv7 ;;
	*) echo "$1" ;;
	esac
}

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

# build_image NAME REFERENCE ARCHIVE rebuild|'' MACHINE
build_image() {
	d_maker=$5
	d_context=$HERE/images/$1
	if [ "$3" != - ] && [ ! -r "$(archive_path "$3")" ]; then
		warn "the image $2 is made from $3, which cannot be read"
		return 1
	fi
	d_sum=$(context_sum "$1" "$3")
	if [ -z "$4" ] && [ "$(docker_on "$d_maker" image inspect -f '{{index .Config.Labels "hpcc.context"}}' "$2" 2>/dev/null)" = "$d_sum" ]; then return 0; fi
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
	if ! machine_here "$d_maker"; then d_log=$HERE/state/image-$1-$d_maker.log; fi
	set -- "$1" "$2" "$3" ${4:+--no-cache}
	d_name=$1 d_reference=$2
	shift 3
	docker_on "$d_maker" build --force-rm "$@" --label "hpcc.context=$d_sum" -t "$d_reference" "$d_context" >"$d_log" 2>&1 &
	d_build=$!
	d_told=0
	while kill -0 "$d_build" 2>/dev/null; do
		sleep 0.1
		d_passed=$(since "$d_from")
		if [ "$d_told" = 0 ] && [ "$d_passed" -ge 3 ]; then
			say "makes the image $d_reference$([ "$m_count" = 1 ] || echo " on $d_maker"), which takes minutes the first time; state/${d_log##*/} says how far"
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

# The number of an image that is there: the same wherever it was loaded.
image_id() { docker_on "$1" image inspect -f '{{.Id}}' "$2" 2>/dev/null </dev/null; }

# stamp MACHINE REFERENCE: what an image there was made from and when; nothing if it is not there.
stamp() { docker_on "$1" image inspect -f '{{index .Config.Labels "hpcc.context"}} {{.Created}}' "$2" 2>/dev/null </dev/null; }

# images_apart NAME KIND REFERENCE ARCHIVE [rebuild]: one image on all machines that run from it.
images_apart() {
	users_of "$1" >"$tmp/users"
	while IFS= read -r d_m; do arch_of "$d_m"; done <"$tmp/users" | sort -u >"$tmp/archs"
	if [ "$2" = ready ]; then
		while IFS= read -r d_m; do fetch_image "$d_m" "$3" || return 1; done <"$tmp/users"
		return 0
	fi
	while IFS= read -r d_arch; do
		while IFS= read -r d_m; do
			if [ "$(arch_of "$d_m")" = "$d_arch" ]; then echo "$d_m"; fi
		done <"$tmp/users" >"$tmp/alike"
		# Here, if this machine is one of them: its packages come once.
		d_maker=$(while IFS= read -r d_m; do if machine_here "$d_m"; then echo "$d_m"; fi; done <"$tmp/alike" | head -n 1)
		[ -n "$d_maker" ] || d_maker=$(head -n 1 "$tmp/alike")
		build_image "$1" "$3" "$4" "${5:-}" "$d_maker" </dev/null || return 1
		share_image "$2" "$3" "$d_maker" || return 1
	done <"$tmp/archs"
}

# share_image KIND REFERENCE MAKER: to the machines of $tmp/alike. A registry's name stands for one kind of processor.
share_image() {
	d_made=$(stamp "$3" "$2")
	d_pushed=no
	while IFS= read -r d_m; do
		if [ "$d_m" = "$3" ] || [ "$(stamp "$d_m" "$2")" = "$d_made" ]; then continue; fi
		d_from=$(date +%s)
		if [ "$1" = push ] && [ "$(wc -l <"$tmp/archs")" -eq 1 ]; then
			if [ "$d_pushed" = no ] && ! docker_on "$3" push "$2" >"$tmp/said" 2>&1 </dev/null; then
				warn "the image $2 cannot be pushed from $3: $(tail -n 1 "$tmp/said")"
				return 1
			fi
			d_pushed=yes
			docker_on "$d_m" pull -q "$2" >"$tmp/said" 2>&1 </dev/null || {
				warn "the image $2 cannot be pulled on $d_m: $(tail -n 1 "$tmp/said")"
				return 1
			}
		else
			send_image "$2" "$3" "$d_m" || return 1
		fi
		say "the image $2 is on $d_m ($(since "$d_from") s)"
	done <"$tmp/alike"
}

# send_image REFERENCE FROM TO: what cannot be read whole is not loaded, and so is not there.
send_image() {
	rm -f "$tmp/save.bad"
	say "brings the image $1 to $3"
	{ docker_on "$2" save "$1" 2>"$tmp/save.said" </dev/null || : >"$tmp/save.bad"; } | docker_on "$3" load >"$tmp/said" 2>&1 || : >"$tmp/save.bad"
	[ -e "$tmp/save.bad" ] || return 0
	warn "the image $1 cannot be brought to $3: $(cat "$tmp/save.said" "$tmp/said" | tail -n 1)"
	return 1
}

# fetch_image MACHINE REFERENCE: one that exists; where it cannot be pulled, from another machine of this cluster.
fetch_image() {
	[ -z "$(stamp "$1" "$2")" ] || return 0
	say "fetches the image $2 on $1"
	if docker_on "$1" pull -q "$2" >"$tmp/pull" 2>&1 </dev/null; then return 0; fi
	for d_other in $d_all; do
		if [ "$d_other" != "$1" ] && [ "$(arch_of "$d_other")" = "$(arch_of "$1")" ] && [ -n "$(stamp "$d_other" "$2")" ]; then
			send_image "$2" "$d_other" "$1" && return 0
		fi
	done
	warn "the image $2 is not on $1 and cannot be fetched: $(tail -n 1 "$tmp/pull")"
	return 1
}

# Any client of Slurm's reads the whole file before it does anything. Docker's own failures, and an end by a signal, say nothing of the file.
preflight_on() {
	e_code=0
	docker_on "$1" run --rm --network none -v "$2:$CONF_DIR:ro" -e "SLURM_CONF=$CONF_DIR/slurm.conf" --entrypoint scontrol "$(image_of slurm)" \
		show hostnames x </dev/null || e_code=$?
	[ "$e_code" -lt 125 ] || e_code=2
	return "$e_code"
}

# ---- places: what their containers do alike

driver_name() {
	d_random=$(od -An -N 2 -t x1 /dev/urandom | tr -d ' \n')
	echo "$PROJECT-$d_random"
}

# Several may ask at once: the list is there whole, or not at all. Its first line says from when it is.
keep_containers() {
	e_list=$(mktemp "$tmp/containers.XXXXXX")
	{ printf '#\t%s\n' "$(date +%s)" && containers; } >"$e_list" || { rm -f "$e_list" && return 1; }
	mv -f "$e_list" "$tmp/containers"
}
driver_running() {
	keep_containers || return 1
	awk -F '\t' '$3 == "running" { print $1 }' "$tmp/containers"
}

driver_exec() {
	e_flags=
	while :; do
		case $1 in
		-i | -t)
			e_flags="$e_flags $1"
			shift
			;;
		*) break ;;
		esac
	done
	find_container "$1" || return 125
	e_user=$2
	shift 2
	# shellcheck disable=SC2086 # options
	docker_on "$d_machine" exec $e_flags -u "$e_user" "$d_container" "$@"
}

driver_refresh() { driver_exec "$1" root /bin/bash /etc/hpcc/entrypoint.sh refresh </dev/null; }

driver_account() { driver_exec "$1" root /bin/bash /etc/hpcc/entrypoint.sh accounting </dev/null; }

driver_kill() {
	# shellcheck disable=SC2016 # for the shell over there
	driver_exec "$1" root sh -c 'for p in /proc/[0-9]*; do
		read -r name <"$p/comm" 2>/dev/null || continue
		if [ "$name" = "$1" ]; then kill "${p#/proc/}"; fi
	done' sh "$2" </dev/null
}

# What went wrong is seldom in the last line: others end after it.
said_why() {
	if grep -qE 'fatal: |entrypoint: .* failed' "$1"; then
		grep -E 'fatal: |entrypoint: ' "$1" | tail -n 3
	else
		tail -n 3 "$1"
	fi | cut -c 1-200
}
