#!/bin/sh
# Checks a running cluster claim by claim. Sourced by cluster, never run. Knows nothing of the platform: it looks through
# driver_exec, and driver_running for what should run.
#
# A claim ends in one line: `ok NAME`, `skip NAME: why` or `FAIL NAME: what is wrong; mend: COMMAND`. It never waits without an
# end, starts small jobs only, cancels those that it started, and takes a busy cluster for a busy cluster.
#
# Over several machines a claim names the machine where all of its places fail alike, ports and clocks are looked at between
# machines, and one that cannot be reached is named once: the rest goes on with what can be.
#
# Here: how claims are told and in which order they come, and what Slurm itself is asked. verify-machines.sh has what concerns machines
# and what lies between them, verify-jobs.sh what is proved by jobs.
# shellcheck disable=SC2034,SC2153,SC2154 # cluster's variables, and the other two's

v_ok=0 v_failed=0 v_skipped=0 v_json=no v_accounting=no v_several=no

# Beyond this many places, nodes are looked at in a sample.
v_most=64

# result ok|FAIL|skip NAME [WHAT [MEND]]
result() {
	case $1 in
	ok) v_ok=$((v_ok + 1)) ;;
	FAIL) v_failed=$((v_failed + 1)) ;;
	skip) v_skipped=$((v_skipped + 1)) ;;
	esac
	if [ "$v_json" = yes ]; then
		[ $((v_ok + v_failed + v_skipped)) = 1 ] || printf ',\n'
		printf '  {"result": "%s", "claim": "%s"%s%s}' "$1" "$(json_text "$2")" \
			"${3:+, \"what\": \"$(json_text "$3")\"}" "${4:+, \"mend\": \"$(json_text "$4")\"}"
		return 0
	fi
	printf '%s %s%s%s\n' "$1" "$2" "${3:+: $3}" "${4:+; mend: $4}"
}
json_text() { printf '%s' "$1" | tr '\n\t' '  ' | tr -d '\000-\037' | sed 's/[\\"]/\\&/g'; }

v_note() { [ "$v_json" = yes ] || printf 'verify: %s\n' "$*"; }

# What a program said went wrong, for a person: its first error, which the others follow from; or its last line.
words() {
	{ grep -m 1 -iE '(error|fatal): ' "$1" || grep -v '^[[:space:]]*$' "$1" | tail -n 1; } |
		sed 's/^[a-z]*: error: //; s/^[a-z]*: //' | cut -c 1-200
}

# has_role PLACE ROLES: whether the place has one of them.
has_role() { places_of "$2" | grep -qxF "$1"; }

verify() {
	v_json=$2
	v_controller=$(place_of slurmctld)
	v_login=$(place_of login)
	[ -n "$v_login" ] || v_login=$v_controller
	v_token=$(od -An -N 6 -t x1 /dev/urandom | tr -d ' \n')
	v=$tmp/verify
	mkdir "$v"
	: >"$v/lost"
	if several_machines; then v_several=yes; fi
	[ "$v_json" = no ] || printf '[\n'
	verify_facts
	# Of one that is down there is no more to say.
	if [ ! -s "$v/running" ]; then set -- facts; fi
	case $1 in
	smoke | full) verify_smoke ;;
	esac
	if [ "$1" = full ]; then verify_full; fi
	if [ "$v_json" = yes ]; then
		printf '\n]\n'
	else
		echo "$v_ok ok, $v_failed failed, $v_skipped skipped"
	fi
	[ "$v_failed" = 0 ] || exit 2
}

# ---- facts

# What each place says of itself, one visit: its clock, the sum of its slurm.conf, its launchers, whether its slurmd
# answers (scontrol takes the node's own port only when it is told the node), a credential of its munge.
# shellcheck disable=SC2016 # for the shell over there
v_probe='echo "time $(date +%s)"
if [ -r "$1" ]; then echo "conf $(sha256sum <"$1" | cut -d " " -f 1)"; fi
if [ "$2" != none ] && command -v srun >/dev/null; then echo "mpi $(timeout 10 srun --mpi=list 2>&1 | tr "\n\t" "  ")"; fi
case ",$3," in *,slurmd,*) SLURMD_NODENAME=$4 timeout 8 scontrol show slurmd >/dev/null 2>&1 && echo "slurmd answers" ;; esac
if [ -n "$5" ] && [ -r "$5" ]; then echo "key $(sha256sum <"$5" | cut -d " " -f 1)"; fi
if command -v munge >/dev/null; then
	if c=$(timeout 10 munge -n 2>&1); then echo "cred $c"; else echo "nomunge $(echo "$c" | tr "\n" " ")"; fi
fi
while read -r _ on type _; do echo "mount $on $type"; done </proc/self/mounts'
visit() {
	echo "before $(date +%s)"
	driver_exec "$1" root sh -c "$v_probe" sh "$CONF_DIR/slurm.conf" "$LAUNCHER" "$(lines hosts.tsv | awk -F '\t' -v p="$1" '$1 == p { print $3; exit }')" "$1" "$(secret munge 4)"
	echo "after $(date +%s)"
}

verify_facts() {
	if [ "$v_several" = yes ]; then claim_machines; fi
	driver_running | sort >"$v/running"
	places_of | sort | comm -23 - "$v/running" >"$v/down"
	if [ -s "$v/lost" ]; then
		grep -vxFf "$v/lost" "$v/down" >"$v/down.known" || true
		mv "$v/down.known" "$v/down"
	fi
	if [ ! -s "$v/running" ]; then
		result FAIL places "$NAME is down" "$(me) up"
		return 0
	fi
	if [ -s "$v/down" ]; then
		places_of >"$v/every"
		v_taken=$(v_taken "$v/down" 1)
		result FAIL places "not running: $(v_by_machine "$v/every" <"$v/down")${v_taken:+; ${v_taken%%"$tab"*}}" "${v_taken#*"$tab"}${v_taken:+, then }$(me) up"
	elif [ -s "$v/lost" ]; then
		result skip places "of $(some <"$v/lost") nothing is known"
	else
		result ok places
	fi
	places_of | grep -xFf "$v/running" >"$v/all" || true
	sample >"$v/places"
	in_parallel visit <"$v/places"
	rm -rf "$v/probe"
	mv "$tmp/par" "$v/probe"
	if [ -z "$v_controller" ]; then
		claim_clocks "$(head -n 1 "$v/places")"
		claim_share
		return 0
	fi
	if ! grep -qxF "$v_controller" "$v/running"; then
		what="does not run"
		if grep -qxF "$v_controller" "$v/lost"; then what="cannot be reached"; fi
		for i in munge slurmctld nodes partitions configuration accounting; do
			result FAIL "$i" "$v_controller, which would say it, $what" "$(me) up"
		done
		claim_clocks "$(head -n 1 "$v/places")"
		claim_share
		return 0
	fi
	claim_munge
	claim_controller
	claim_nodes
	claim_partitions
	claim_configuration
	claim_clocks "$v_controller"
	claim_ports
	claim_share
	claim_accounting
	claim_launcher
	claim_interfaces
}

# v_taken LIST ENDED: of the first places in LIST (1: which have ended), which of them found its port taken, and a tab, and what to do about it. Nothing: none did.
v_taken() {
	head -n 3 "$1" | while IFS= read -r i; do
		# What one that does not run said before it was started last is mended; one that runs may have been started this instant.
		port=$(driver_why "$i" 2>/dev/null </dev/null | awk -v ended="$2" '
			ended && /entrypoint: .* of cluster / { port = "" }
			/[Uu]nable to bind listen port/ { port = $0; sub(/.*listen port \(*/, "", port) }
			/Bind on TCP.*port: [0-9]/ { port = $0; sub(/.*port: /, "", port) }
			END { sub(/[^0-9].*/, "", port); print port }')
		[ -n "$port" ] || continue
		if [ "$v_several" = yes ]; then
			m=$(v_machine_of "$i")
			printf '%s finds port %s of %s in use\tend what listens on it (%s says what it is)\n' "$i" "$port" "$m" "$(v_command_on "$m" "ss -ltnp sport = :$port")"
		else
			printf '%s finds its port %s in use\tend what listens on it\n' "$i" "$port"
		fi
		break
	done
}

# Every running place, or of a large cluster all that are no node and a sample of the nodes, always the same.
sample() {
	total=$(wc -l <"$v/all")
	if [ "$total" -le "$v_most" ]; then
		cat "$v/all"
		return 0
	fi
	places_of slurmd | grep -xFf "$v/all" >"$v/node-places" || true
	grep -vxFf "$v/node-places" "$v/all" || true
	awk -v most="$v_most" 'NR == FNR { n = NR; next } FNR == 1 || int(FNR * most / n) != int((FNR - 1) * most / n)' "$v/node-places" "$v/node-places"
	[ "$v_json" = yes ] || v_note "$total places: each claim on places looks at $v_most of the nodes and all others" >&2
}

claim_controller() {
	if controller_answers; then
		result ok slurmctld
	else
		result FAIL slurmctld "scontrol ping: no answer from slurmctld on $v_controller" "$(me) restart $v_controller"
	fi
}

claim_nodes() {
	slurm_nodes >"$v/nodes" || true
	if [ ! -s "$v/nodes" ] && [ -n "$(place_of slurmd)" ]; then
		result FAIL nodes "Slurm lists none: $(words "$tmp/scontrol")" "$(me) restart $v_controller"
		return 0
	fi
	places_of slurmd | sort >"$v/want"
	cut -f 1 "$v/nodes" | sort >"$v/have"
	comm -23 "$v/want" "$v/have" >"$v/missing"
	comm -13 "$v/want" "$v/have" >"$v/extra"
	if [ -s "$v/missing" ]; then
		result FAIL nodes "Slurm does not know $(some <"$v/missing")" "$(me) restart $v_controller"
		return 0
	fi
	if [ -s "$v/extra" ]; then
		result FAIL nodes "Slurm knows $(some <"$v/extra"), of which the cluster has nothing" "$(me) restart $v_controller"
		return 0
	fi
	awk -F '\t' '$3 == "bad"' "$v/nodes" >"$v/bad"
	# slurmctld notices silence after a while only.
	places_of slurmd | grep -xFf "$v/places" >"$v/slurmd" || true
	while IFS= read -r i; do
		grep -qx 'slurmd answers' "$v/probe/$i.out" || grep -q "^$i$tab" "$v/bad" || printf '%s\tsilent\tbad\t\t\tits slurmd does not answer\n' "$i"
	done <"$v/slurmd" >"$v/silent"
	cat "$v/silent" >>"$v/bad"
	if [ ! -s "$v/bad" ]; then
		result ok nodes "$(awk -F '\t' '$3 == "aside" { print $1 " is " $2 ": " $6 }' "$v/nodes" | head -n 5 | paste -s -d , - | sed 's/,/, /g')"
		return 0
	fi
	what=$(awk -F '\t' 'NR <= 6 { s = s (NR > 1 ? "; " : "") $1 " is " $2 ($6 == "" ? "" : " (" $6 ")") }
		END { print s (NR > 6 ? " and " NR - 6 " more" : "") }' "$v/bad")
	# Slurm's drain stays until someone ends it; silence ends with a slurmd that answers.
	if awk -F '\t' '$2 !~ /DRAIN/ { other = 1 } END { exit other }' "$v/bad"; then
		mend="$(me) exec --root -- scontrol update nodename=$(cut -f 1 "$v/bad" | head -n 20 | paste -s -d , -) state=resume"
	else
		mend="$(me) restart $(awk -F '\t' '$2 !~ /DRAIN/ { print $1 }' "$v/bad" | head -n 20 | paste -s -d ' ' -)"
	fi
	# One that cannot listen ends, and is started again and again.
	awk -F '\t' '$2 !~ /DRAIN/ { print $1 }' "$v/bad" >"$v/bad.names"
	v_taken=$(v_taken "$v/bad.names" 0)
	if [ -n "$v_taken" ]; then
		what="$what; ${v_taken%%"$tab"*}"
		mend="${v_taken#*"$tab"}, then $mend"
	fi
	result FAIL nodes "$what" "$mend"
}

# name, state, nodes, MaxNodes and whether it is the default, of each partition that Slurm has.
slurm_partitions() {
	driver_exec "$v_controller" root timeout 20 scontrol -o show partition 2>"$tmp/scontrol" </dev/null | awk "$awk_value"'
		/^PartitionName=/ { print value("PartitionName") "\t" value("State") "\t" value("Nodes") "\t" value("MaxNodes") "\t" value("Default") }'
}

claim_partitions() {
	slurm_partitions >"$v/partitions" || true
	lines partitions.tsv >"$v/partitions.want"
	cut -f 1 "$v/partitions.want" | sort >"$v/want"
	cut -f 1 "$v/partitions" | sort >"$v/have"
	# Someone changed what Slurm has in memory: the file is right, or the claim on it says otherwise.
	mend="$(me) exec --root -- scontrol reconfigure"
	if [ -n "$(comm -23 "$v/want" "$v/have")" ]; then
		result FAIL partitions "Slurm does not know $(comm -23 "$v/want" "$v/have" | some)" "$mend"
		return 0
	fi
	if [ -n "$(comm -13 "$v/want" "$v/have")" ]; then
		result FAIL partitions "Slurm has $(comm -13 "$v/want" "$v/have" | some), of which the cluster has nothing" "$mend"
		return 0
	fi
	awk -F '\t' 'NR == FNR { state[$1] = $2; nodes[$1] = $3; next }
		state[$1] != "UP" { print $1 > down }
		nodes[$1] != $2 { print $1 "\t" $2 "\t" nodes[$1] }' down="$v/partitions.down" "$v/partitions" "$v/partitions.want" >"$v/pairs"
	if [ -s "$v/partitions.down" ]; then
		one=$(head -n 1 "$v/partitions.down")
		result FAIL partitions "$(some <"$v/partitions.down") not UP but $(awk -F '\t' -v p="$one" '$1 == p { print $2 }' "$v/partitions")" \
			"$(me) exec --root -- scontrol update partitionname=$one state=up"
		return 0
	fi
	# Two ways to write a set of nodes: Slurm reads both.
	: >"$v/partitions.bad"
	if [ -s "$v/pairs" ]; then
		# shellcheck disable=SC2016 # for the shell over there
		driver_exec -i "$v_controller" root sh -c 't=$(printf "\t"); while IFS=$t read -r name a b; do
			[ "$a" != "(null)" ] && [ "$a" != - ] || a=
			[ "$b" != "(null)" ] && [ "$b" != - ] || b=
			x=$([ -z "$a" ] || scontrol show hostnames "$a" | sort -u)
			y=$([ -z "$b" ] || scontrol show hostnames "$b" | sort -u)
			[ "$x" = "$y" ] || echo "$name has ${b:-no node}, not ${a:-none}"
		done' <"$v/pairs" >"$v/partitions.bad" 2>/dev/null || true
	fi
	if [ -s "$v/partitions.bad" ]; then
		result FAIL partitions "$(head -n 3 "$v/partitions.bad" | paste -s -d ';' - | sed 's/;/; /g')" "$mend"
	else
		result ok partitions
	fi
}

claim_configuration() {
	roles=$(lines files.tsv | awk -F '\t' -v p="$CONF_DIR/slurm.conf" '$1 == p { print $5; exit }')
	places_of "${roles:-slurmctld}" | grep -xFf "$v/places" >"$v/conf" || true
	right=$(sed -n 's/^conf //p' "$v/probe/$v_controller.out")
	if [ -z "$right" ]; then
		result FAIL configuration "$v_controller has no $CONF_DIR/slurm.conf" "$(me) restart $v_controller"
		return 0
	fi
	while IFS= read -r i; do
		[ "$(sed -n 's/^conf //p' "$v/probe/$i.out")" = "$right" ] || echo "$i"
	done <"$v/conf" >"$v/bad"
	# And the controller's is what was applied.
	if command -v sha256sum >/dev/null 2>&1 && [ "$(sha256sum <"$ETC/files$CONF_DIR/slurm.conf" | cut -d ' ' -f 1)" != "$right" ]; then
		result FAIL configuration "$v_controller has another slurm.conf than the one that was applied" "$(me) restart $v_controller"
		return 0
	fi
	if [ -s "$v/bad" ]; then
		result FAIL configuration "another slurm.conf than $v_controller's: $(v_by_machine "$v/conf" <"$v/bad")" "$(v_again "$(head -n 20 "$v/bad" | paste -s -d ' ' -)")"
	else
		result ok configuration
	fi
}

claim_accounting() {
	accounting=$(place_of slurmdbd)
	[ -n "$accounting" ] || return 0
	database=$(place_of database)
	v_before=$v_failed
	if [ -n "$database" ]; then
		if ! grep -qxF "$database" "$v/running"; then
			result FAIL database "the place $database does not run" "$(me) up"
		elif ! driver_exec "$database" root timeout 10 mariadb -e "USE \`$DATABASE_NAME\`" >"$v/said" 2>&1 </dev/null; then
			result FAIL database "$DATABASE_NAME on $database: $(words "$v/said")" "$(me) restart $database"
		else
			result ok database
		fi
	fi
	if ! grep -qxF "$accounting" "$v/running"; then
		result FAIL accounting "$accounting does not run" "$(me) up"
		return 0
	fi
	if ! driver_exec "$v_controller" root timeout 20 sacctmgr -n -P show cluster format=cluster,controlhost >"$v/clusters" 2>"$v/said" </dev/null; then
		what=$(words "$v/said")
		mend="$(me) restart $accounting"
		# What it lacks is the database, which was told.
		if [ "$v_failed" != "$v_before" ]; then mend="$(me) up"; fi
		result FAIL accounting "slurmdbd on $accounting does not answer: ${what:-no word within 20 s}" "$mend"
	elif ! grep -q "^$CLUSTER|" "$v/clusters"; then
		result FAIL accounting "the cluster $CLUSTER is not in the database" "$(me) exec --root -- sacctmgr -i add cluster $CLUSTER"
	elif ! grep -q "^$CLUSTER|." "$v/clusters"; then
		result FAIL accounting "slurmctld has not registered with slurmdbd" "$(me) restart $v_controller"
	else
		result ok accounting
		v_accounting=yes
	fi
}

claim_launcher() {
	[ "$LAUNCHER" != none ] || return 0
	# Where steps run; and where srun is typed.
	places_of slurmd,login | grep -xFf "$v/places" >"$v/launch" || true
	while IFS= read -r i; do
		sed -n 's/^mpi //p' "$v/probe/$i.out" | grep -qw "$LAUNCHER" || echo "$i"
	done <"$v/launch" >"$v/bad"
	# Where some have it, the image has it: those that have it not are not as they were made.
	mend="$(me) up --rebuild"
	if [ "$(wc -l <"$v/bad")" -lt "$(wc -l <"$v/launch")" ]; then mend="$(me) restart --anew $(head -n 20 "$v/bad" | paste -s -d ' ' -)"; fi
	if [ -s "$v/bad" ]; then
		result FAIL launcher "Slurm's plugin $LAUNCHER is not there, or does not load, on $(some <"$v/bad") (srun --mpi=list says:$(sed -n 's/^mpi *//p' "$v/probe/$(head -n 1 "$v/bad").out" | tr -s ' ' | sed 's/^/ /' | cut -c 1-120))" \
			"$mend"
	else
		result ok launcher
	fi
}

# The addresses that a place has, each once: the kernel's own list, for not every image has ip(8).
# shellcheck disable=SC2016 # for the shell over there
v_addresses='awk "/32 host LOCAL/ { print last } { last = \$2 }" /proc/net/fib_trie | sort -u'
addresses() { driver_exec "$1" root sh -c "$v_addresses"; }

# MPI's messages go by the interface that has an address in their network: a node without one has no way for them, and with two
# Open MPI tries both.
claim_interfaces() {
	[ "$MPI" != none ] && [ "${MPI_NETWORK:--}" != - ] || return 0
	network=$MPI_NETWORK
	if [ "$network" = SUBNET ]; then network=$SUBNET; fi
	places_of slurmd | grep -xFf "$v/places" >"$v/slurmd" || true
	in_parallel addresses <"$v/slurmd"
	while IFS= read -r i; do
		awk -v place="$i" -v network="$network" '
			function number(ip,    p) { split(ip, p, "."); return ((p[1] * 256 + p[2]) * 256 + p[3]) * 256 + p[4] }
			BEGIN { split(network, s, "/"); size = 2 ^ (32 - s[2]); first = int(number(s[1]) / size) }
			int(number($1) / size) == first { n++; last = last " " $1 }
			$1 !~ /^127\./ { all = all " " $1 }
			END {
				if (!NR || n == 1) exit
				print place (n ? " has" last : " has none (it has" (all == "" ? " no address" : all) ")")
			}' "$tmp/par/$i.out"
	done <"$v/slurmd" >"$v/bad"
	if [ ! -s "$v/bad" ]; then
		result ok interfaces
		return 0
	fi
	mend="$(me) restart $(head -n 20 "$v/bad" | cut -d ' ' -f 1 | paste -s -d ' ' -)"
	case $(places_of slurmd | wc -l | tr -d ' ') in
	"$(wc -l <"$v/bad" | tr -d ' ')") mend="correct the subnet of the network that mpi.network or services.slurmd.network names, build, and $(me) up" ;;
	esac
	result FAIL interfaces "MPI's messages go by $network, where a node should have one address: $(head -n 3 "$v/bad" | paste -s -d ';' - | sed 's/;/; /g')" "$mend"
}
