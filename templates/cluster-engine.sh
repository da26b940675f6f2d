#!/bin/sh
# What drivers share whose places run on Docker's engines: subnets that are free, images that are made and brought to the machines,
# what is done in a place by entrypoint.sh.
# Sourced by cluster before driver.sh; never run.
#
#   routes_of MACHINE [CALLED]     lines `subnet<TAB>by whom` of what a machine reaches without its router
#   subnets_of_others              the same of what other clusters of this folder have chosen, up or down
#   choose_net                     the first free one of a series of subnets; lines of subnets that are taken on standard input
#   arch_name WORD                 Docker's name of a kind of processor
#   image_of NAME                  what images.tsv calls it
#   context_sum NAME ARCHIVE       the sum of what an image is made from
#   said_why FILE                  of what a place said what went wrong
#   build_image, images_apart      make an image on one machine; one image on all machines that run from it
#
# Of the driver they want: d_all, the machines that can be used; arch_of MACHINE; users_of NAME: the machines that run from an image.
# shellcheck disable=SC2034,SC2154 # cluster's variables, and the driver's

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

# ---- places: what their containers do alike

driver_name() {
	d_random=$(od -An -N 2 -t x1 /dev/urandom | tr -d ' \n')
	echo "$PROJECT-$d_random"
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
