#!/bin/sh
# What drivers share whose places run on Docker engines: subnets that are free, images that are made and brought to the machines.
# Sourced by cluster before driver.sh; never run.
#
#   routes_of MACHINE            lines `subnet<TAB>by whom` of what a machine reaches without its router
#   choose_net                   the first free one of a series of subnets; lines of subnets that are taken on standard input
#   image_of NAME                what images.tsv calls it
#   context_sum NAME ARCHIVE     of what an image is made from
#   image_is_made MACHINE REFERENCE SUM, image_build MACHINE NAME REFERENCE ARCHIVE [rebuild], image_bring FROM TO REFERENCE
# shellcheck disable=SC2154 # cluster's variables

# Bridges are docker's networks, which docker itself lists, or this cluster's own.
routes_of() {
	on_machine "$1" ip -4 route show table all 2>/dev/null </dev/null | awk -v who="$1" '
		{ for (i = 1; i < NF; i++) if ($i == "dev") dev = $(i + 1) }
		$1 ~ /^(broadcast|local|multicast|unreachable|default|blackhole|prohibit)$/ { next }
		dev ~ /^(br-|docker|lo$)/ { next }
		$1 ~ /^[0-9.]+(\/[0-9]+)?$/ { print $1 (index($1, "/") ? "" : "/32") "\ta route of " who " (" dev ")" }'
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

image_is_made() { [ "$(docker_on "$1" image inspect -f '{{index .Config.Labels "hpcc.context"}}' "$2" 2>/dev/null </dev/null)" = "$3" ]; }

image_build() {
	e_machine=$1
	shift
	d_context=$HERE/images/$1
	if [ "$3" != - ] && [ ! -r "$(archive_path "$3")" ]; then
		warn "the image $2 is made from $3, which cannot be read"
		return 1
	fi
	d_sum=$(context_sum "$1" "$3")
	if [ -z "$4" ] && image_is_made "$e_machine" "$2" "$d_sum"; then return 0; fi
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
	e_where=
	[ "$(machine_names | wc -l)" -le 1 ] || e_where=" on $e_machine"
	d_from=$(date +%s)
	set -- "$1" "$2" "$3" ${4:+--no-cache}
	d_name=$1 d_reference=$2
	shift 3
	docker_on "$e_machine" build --force-rm "$@" --label "hpcc.context=$d_sum" -t "$d_reference" "$d_context" >"$d_log" 2>&1 &
	d_build=$!
	d_told=0
	while kill -0 "$d_build" 2>/dev/null; do
		sleep 0.1
		d_passed=$(since "$d_from")
		if [ "$d_told" = 0 ] && [ "$d_passed" -ge 3 ]; then
			say "makes the image $d_reference$e_where, which takes minutes the first time; state/image-$d_name.log says how far"
			d_told=1
		elif [ "$d_passed" -ge $((d_told * 30)) ] && [ "$d_told" -gt 0 ]; then
			say "makes $d_reference ($d_passed s): $(grep -E '^(Step|#[0-9]+ \[)' "$d_log" | tail -n 1 | cut -c 1-100)"
			d_told=$((d_told + 1))
		fi
	done
	if wait "$d_build"; then
		if [ "$d_told" -gt 0 ]; then say "the image $d_reference is made$e_where ($(since "$d_from") s)"; fi
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

# An image is the same wherever it was loaded: its name is the sum of what is in it.
image_id() { docker_on "$1" image inspect -f '{{.Id}}' "$2" 2>/dev/null </dev/null; }
image_bring() {
	e_id=$(image_id "$1" "$3")
	[ -n "$e_id" ] || return 1
	[ "$(image_id "$2" "$3")" != "$e_id" ] || return 0
	say "brings the image $3 to $2"
	docker_on "$1" save "$3" </dev/null 2>"$tmp/save" | docker_on "$2" load >"$tmp/said" 2>&1 || true
	if [ "$(image_id "$2" "$3")" != "$e_id" ]; then
		warn "the image $3 did not reach $2: $(cat "$tmp/save" "$tmp/said" | tail -n 1)"
		return 1
	fi
}
