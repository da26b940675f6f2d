#!/bin/sh
# What verify asks of Slurm by small jobs: verify_smoke (srun over every partition, sbatch, sacct) and verify_full (MPI, GRES, ssh).
# Sourced by cluster beside verify.sh, never run.
#
# A job that does not get its turn says that the cluster is busy, not that it is broken: judge_job.
# shellcheck disable=SC2153,SC2154 # cluster's variables, and verify.sh's

# How long a job may wait for its turn, in seconds, before the cluster is called busy.
v_patience=30

# ---- smoke

# Whether other jobs than ours are in the partition, or on its nodes, which other partitions may have too.
busy() {
	{
		driver_exec "$v_controller" root timeout 10 squeue -h -p "$1" -o %j 2>/dev/null </dev/null || true
		v_nodes=$(lines partitions.tsv | awk -F '\t' -v p="$1" '$1 == p { print $2; exit }')
		if [ -n "$v_nodes" ]; then driver_exec "$v_controller" root timeout 10 squeue -h -w "$v_nodes" -o %j 2>/dev/null </dev/null || true; fi
	} | grep -v '^hpcc-verify' >"$v/busy" || true
	[ -s "$v/busy" ]
}

# judge_job CLAIM PARTITION: what a job that failed means, by what it said in $v/said.
judge_job() {
	if grep -qiE 'not permitted to use|access/permission denied|invalid qos|policy|invalid account' "$v/said"; then
		result skip "$1" "$DEFAULT_USER may not use it: $(words "$v/said")"
	elif busy "$2"; then
		# Others have been waited for long enough.
		v_patience=5
		result skip "$1" "other jobs hold the nodes of $2: $(words "$v/said")"
	else
		result FAIL "$1" "$(words "$v/said" | sed 's/^$/no word within the time/')" "$(me) verify facts"
	fi
}

# The user's command on login, ended after a while.
job() {
	as_user "$v_login" timeout -k 5 "$@" >"$v/out" 2>"$v/said" </dev/null
}

verify_smoke() {
	if [ -z "$v_controller" ] || [ ! -s "$v/nodes" ]; then
		result skip jobs "there is no Slurm that answers"
		return 0
	fi
	if ! grep -qxF "$v_login" "$v/running"; then
		result FAIL jobs "$v_login, from where jobs are sent, does not run" "$(me) up"
		return 0
	fi
	v_stop=0
	lines partitions.tsv >"$v/partitions.want"
	while IFS=$tab read -r partition _ count; do
		if [ "$v_stop" -ge 32 ]; then
			v_note "srun: 32 of $(wc -l <"$v/partitions.want" | tr -d ' ') partitions"
			break
		fi
		v_stop=$((v_stop + 1))
		claim_srun "$partition" "$count" </dev/null
	done <"$v/partitions.want"
	claim_sbatch
}

# usable PARTITION: its nodes that can take jobs.
usable() { awk -F '\t' -v p="$1" '$3 == "good" && index("," $5 ",", "," p ",") { print $1 }' "$v/nodes"; }

claim_srun() {
	n=$(usable "$1" | wc -l | tr -d ' ')
	if [ "$n" = 0 ]; then
		# The claim on nodes has said why; nodes that someone set aside are no fault.
		if awk -F '\t' -v p="$1" '$3 == "bad" && index("," $5 ",", "," p ",") { bad = 1 } END { exit !bad }' "$v/nodes"; then
			result FAIL "srun $1" "no node of $1 can take a job" "$(me) verify facts"
		else
			result skip "srun $1" "$1 has no node that takes jobs"
		fi
		return 0
	fi
	most=$(awk -F '\t' -v p="$1" '$1 == p { print $4 }' "$v/partitions")
	case $most in
	'' | *[!0-9]*) ;;
	*) if [ "$most" -lt "$n" ]; then n=$most; fi ;;
	esac
	[ "$n" -gt 0 ] || n=1
	# shellcheck disable=SC2016 # for the shell over there
	if job $((v_patience + 60)) srun -J hpcc-verify -p "$1" -N "$n" --ntasks-per-node=1 --mem=16 -t 1 --immediate="$v_patience" \
		sh -c 'echo "on $SLURMD_NODENAME"'; then
		got=$(grep '^on ' "$v/out" | sort -u | wc -l | tr -d ' ')
		if [ "$got" = "$n" ]; then
			result ok "srun $1"
		else
			result FAIL "srun $1" "$got of $n nodes answered" "$(me) verify facts"
		fi
		return 0
	fi
	judge_job "srun $1" "$1"
}

# A partition that this user's jobs go to without being told: the default, or the first.
some_partition() {
	p=$(awk -F '\t' '$5 == "YES" { print $1; exit }' "$v/partitions")
	[ -n "$p" ] || p=$(head -n 1 "$v/partitions" | cut -f 1)
	echo "$p"
}

claim_sbatch() {
	partition=$(some_partition)
	[ "$(usable "$partition" | wc -l)" -gt 0 ] || {
		result skip sbatch "$partition has no node that takes jobs"
		return 0
	}
	# shellcheck disable=SC2016 # for the shell over there
	if ! job 60 sh -c 'd=.; [ "$2" = - ] || case $PWD/ in "$2"/*) ;; *) d=$2 ;; esac
		cd "$d" && sbatch --parsable -J hpcc-verify -p "$3" -N 1 -n 1 --mem=16 -t 1 -o ".hpcc-verify-$1.out" --wrap "echo $1"' \
		sh "$v_token" "$SHARED" "$partition"; then
		judge_job sbatch "$partition"
		return 0
	fi
	id=$(head -n 1 "$v/out" | cut -d ';' -f 1)
	# How it ended; PENDING when it never had its turn.
	# shellcheck disable=SC2016 # for the shell over there
	job $((v_patience + 90)) sh -c 'i=0
		while :; do
			s=$(scontrol -o show job "$1" 2>/dev/null | sed -n "s/.* JobState=\([A-Z_]*\).*/\1/p")
			case $s in
			PENDING | CONFIGURING) [ "$i" -lt "$(($2 * 2))" ] || break ;;
			RUNNING | COMPLETING) [ "$i" -lt "$((($2 + 60) * 2))" ] || break ;;
			*) break ;;
			esac
			i=$((i + 1))
			sleep 0.5
		done
		echo "$s"
		[ "$s" = COMPLETED ] || scancel "$1"' sh "$id" "$v_patience" || true
	state=$(tail -n 1 "$v/out")
	if [ "$state" != COMPLETED ]; then
		echo "job $id is ${state:-unknown} after $v_patience s" >"$v/said"
		judge_job sbatch "$partition"
	else
		# shellcheck disable=SC2016 # for the shell over there
		if job 30 sh -c 'd=.; [ "$2" = - ] || case $PWD/ in "$2"/*) ;; *) d=$2 ;; esac
			cd "$d"; i=0; until [ "$(cat ".hpcc-verify-$1.out" 2>/dev/null)" = "$1" ]; do i=$((i + 1)); [ "$i" -lt 50 ] || exit 1; sleep 0.2; done' \
			sh "$v_token" "$SHARED"; then
			result ok sbatch
		elif [ "$SHARED" = - ]; then
			result skip sbatch "no directory is shared: the output of job $id is on its node"
		else
			result FAIL sbatch "job $id has ended, and its output is not found from $v_login" "$(me) verify facts"
		fi
	fi
	# shellcheck disable=SC2016 # for the shell over there
	job 20 sh -c 'rm -f ".hpcc-verify-$1.out"; [ "$2" = - ] || rm -f "$2/.hpcc-verify-$1.out"' sh "$v_token" "$SHARED" || true
	[ -n "$(place_of slurmdbd)" ] && [ "$state" = COMPLETED ] || return 0
	if [ "$v_accounting" = no ]; then
		result skip sacct "accounting does not answer"
		return 0
	fi
	# shellcheck disable=SC2016 # for the shell over there
	if job 60 sh -c 'i=0; until sacct -n -X -P -j "$1" -o state 2>&1 | tee /dev/stderr | grep -q "^COMPLETED"; do i=$((i + 1)); [ "$i" -lt 60 ] || exit 1; sleep 0.5; done' sh "$id"; then
		result ok sacct
	else
		result FAIL sacct "job $id has ended, and sacct says: $(words "$v/said" | sed 's/^$/nothing/')" "$(me) restart $(place_of slurmdbd)"
	fi
}

# ---- full

verify_full() {
	if [ -z "$v_controller" ] || [ ! -s "$v/nodes" ] || ! grep -qxF "$v_login" "$v/running"; then return 0; fi
	claim_mpi
	lines gres.tsv >"$v/gres"
	while IFS=$tab read -r nodes gres count; do
		claim_gres "$nodes" "$gres" "$count" </dev/null
	done <"$v/gres"
	claim_ssh
}

# The first two nodes of a partition that are on two machines, as a host list; nothing where all are on one.
node_pair() {
	[ "$v_several" = yes ] || return 0
	usable "$1" | awk -F '\t' 'FILENAME != "-" { machine[$1] = $2; next }
		!(machine[$1] in seen) { seen[machine[$1]] = 1; pair = pair (n++ ? "," : "") $1; if (n == 2) { print pair; exit } }' "$v/where" -
}

claim_mpi() {
	[ "$MPI" != none ] || return 0
	partition=$(some_partition)
	pair=$(node_pair "$partition")
	if [ -z "$pair" ]; then
		while IFS=$tab read -r i _; do
			pair=$(node_pair "$i" </dev/null)
			if [ -n "$pair" ]; then
				partition=$i
				break
			fi
		done <"$v/partitions"
	fi
	if [ "$(usable "$partition" | wc -l)" -lt 2 ]; then
		partition=
		while IFS=$tab read -r i _; do
			if [ "$(usable "$i" | wc -l)" -ge 2 ]; then
				partition=$i
				break
			fi
		done <"$v/partitions"
	fi
	if [ -z "$partition" ]; then
		result skip mpi "no partition has two nodes that take jobs"
		return 0
	fi
	if ! job 20 sh -c 'command -v /usr/local/bin/hpcc-mpi-sum'; then
		result skip mpi "$v_login has no /usr/local/bin/hpcc-mpi-sum"
		return 0
	fi
	# Two ranks a node where each has two processors.
	each=$(awk -F '\t' -v p="$partition" 'BEGIN { n = 2 } $3 == "good" && index("," $5 ",", "," p ",") && $4 < 2 { n = 1 } END { print n }' "$v/nodes")
	if [ "$LAUNCHER" != none ]; then
		if job $((v_patience + 90)) srun -J hpcc-verify -p "$partition" ${pair:+-w "$pair"} -N 2 --ntasks-per-node="$each" -t 2 --immediate="$v_patience" "--mpi=$LAUNCHER" /usr/local/bin/hpcc-mpi-sum; then
			mpi_sum "mpi srun" "$each"
		else
			judge_job "mpi srun" "$partition"
		fi
	fi
	if job $((v_patience + 90)) salloc -J hpcc-verify -p "$partition" ${pair:+-w "$pair"} -N 2 --ntasks-per-node="$each" -t 2 --immediate="$v_patience" mpirun /usr/local/bin/hpcc-mpi-sum; then
		mpi_sum "mpi mpirun" "$each"
	else
		judge_job "mpi mpirun" "$partition"
	fi
}

# The program adds its ranks' numbers from 1: P ranks give P (P + 1) / 2.
mpi_sum() {
	ranks=$((2 * $2))
	want="sum $((ranks * (ranks + 1) / 2)) of $ranks ranks on 2 hosts"
	if [ "$(grep -c '^sum ' "$v/out")" = 1 ] && grep -qxF "$want" "$v/out"; then
		result ok "$1"
	else
		result FAIL "$1" "the program says '$(grep '^sum ' "$v/out" | paste -s -d , - | cut -c 1-120)', not '$want'" "$(me) verify facts"
	fi
}

# A job gets the count that a node has; one more than any node has is refused, or waits.
claim_gres() {
	node=$(driver_exec "$v_controller" root timeout 10 scontrol show hostnames "$1" 2>/dev/null </dev/null |
		awk 'NR == FNR { if ($3 == "good") ok[$1] = 1; next } $1 in ok { print; exit }' "$v/nodes" -)
	if [ -z "$node" ]; then
		result skip "gres $2" "no node of $1 takes jobs"
		return 0
	fi
	partition=$(awk -F '\t' -v n="$node" '$1 == n { print $5 }' "$v/nodes" | cut -d , -f 1)
	# shellcheck disable=SC2016 # for the shell over there
	if ! job $((v_patience + 60)) srun -J hpcc-verify -p "$partition" -w "$node" -N 1 -n 1 --mem=16 -t 1 "--gres=$2:$3" --immediate="$v_patience" \
		sh -c 'scontrol -d -o show job "$SLURM_JOB_ID"'; then
		judge_job "gres $2 on $node" "$partition"
		return 0
	fi
	got=$(sed -n 's/.* GRES=\([^ ]*\).*/\1/p' "$v/out" | tail -n 1)
	case ,$got, in
	# With devices, and where they are only counted.
	*"$2:$3("* | *",$2:$3,"* | *"$2(CNT:$3)"*) ;;
	*)
		result FAIL "gres $2 on $node" "a job that asked for $2:$3 got ${got:-none}" "$(me) restart $node"
		return 0
		;;
	esac
	more=$(awk -F '\t' -v g="$2" '$2 == g && $3 > n { n = $3 } END { print n + 1 }' "$v/gres")
	if job 30 srun -J hpcc-verify -p "$partition" -N 1 -n 1 --mem=16 -t 1 "--gres=$2:$more" --immediate=3 true; then
		result FAIL "gres $2 on $node" "a job that asked for $2:$more, more than any node has, ran" "$(me) up"
	else
		result ok "gres $2 on $node"
	fi
}

claim_ssh() {
	lines processes.tsv | awk -F '\t' '$1 == "sshd" { print $2 }' | tr ',' '\n' | sort -u >"$v/ssh-roles"
	grep -qx slurmd "$v/ssh-roles" || return 0
	places_of slurmd | grep -xFf "$v/running" | head -n 2 >"$v/pair"
	one=$(sed -n 1p "$v/pair") two=$(sed -n 2p "$v/pair")
	if [ -z "$two" ]; then
		result skip ssh "there are no two nodes"
		return 0
	fi
	# shellcheck disable=SC2016 # for the shell over there
	if as_user "$one" timeout -k 5 30 ssh -o BatchMode=yes -o ConnectTimeout=10 "$two" 'echo "on $(uname -n)"' >"$v/out" 2>"$v/said" </dev/null &&
		grep -qx "on $two" "$v/out"; then
		result ok ssh
	else
		result FAIL ssh "$DEFAULT_USER cannot go from $one to $two: $(words "$v/said")" "$(me) restart $one $two"
	fi
}
