#!/usr/bin/env bash
# Do hpcc and the real Slurm client expand and fold hostlists alike?
#
#	tests/judge/hostlists.sh BUILD_DIR [SEED [COUNT]]
#
# Random expressions, the same for one seed, go through `scontrol show hostnames` and through hpcc's hostlist_tool; the
# names must be the same (their order may differ for several brackets). Then the names, shuffled, are folded by both,
# and the two texts must be the same. Needs scontrol of any release; leaves out what only 23.11 and later read (text
# after the last bracket). Exits with 77 where there is no scontrol.
set -euo pipefail

if [ $# -lt 1 ]; then
	echo "usage: $0 BUILD_DIR [SEED [COUNT]]" >&2
	exit 1
fi
tool=$1/tests/unit/hostlist_tool
seed=${2:-4711}
count=${3:-300}

if ! command -v scontrol >/dev/null; then
	echo "skip: no scontrol here"
	exit 77
fi
if [ ! -x "$tool" ]; then
	echo "$0: no $tool: build it first" >&2
	exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '%s\n' 'ClusterName=t' 'SlurmctldHost=localhost' 'SlurmUser=root' >"$work/slurm.conf"
export SLURM_CONF=$work/slurm.conf LC_ALL=C
RANDOM=$seed

# Functions set `reply`: a subshell for each would have its own RANDOM.
pick() { # WORD...
	local -a words=("$@")
	reply=${words[RANDOM % ${#words[@]}]}
}

bracket() {
	local ranges=$((1 + RANDOM % 3)) text='' lo hi
	while ((ranges-- > 0)); do
		pick 0 1 7 8 9 10 97 99 100 998 $((RANDOM % 30)) $((RANDOM % 30))
		lo=$reply
		hi=$((lo + RANDOM % 6))
		pick 1 1 2 3 4
		printf -v lo '%0*d' "$reply" "$lo"
		text+=,$lo
		if ((hi > 10#$lo)); then
			pick 1 1 3
			printf -v hi '%0*d' "$reply" "$hi"
			text+=-$hi
		fi
	done
	reply="[${text#,}]"
}

expression() {
	local terms=$((1 + RANDOM % 4)) text='' term brackets
	while ((terms-- > 0)); do
		pick c n n0 c1 a- node_ x.y r
		term=$reply
		pick 0 1 1 1 1 2 2 3
		brackets=$reply
		if ((brackets == 0)); then
			term+=$((RANDOM % 200))
		fi
		while ((brackets-- > 0)); do
			bracket
			term+=$reply
			if ((brackets > 0)); then
				pick n m- '' p0
				term+=$reply
			fi
		done
		text+=,$term
	done
	reply=${text#,}
}

failures=0
fail() {
	echo "FAIL $1"
	failures=$((failures + 1))
}

for ((i = 0; i < count; i++)); do
	expression
	printf '%s\n' "$reply"
done >"$work/expressions"

# Expanding: one line of names for each expression.
sed 's/^/expand /' "$work/expressions" | "$tool" >"$work/ours"
while IFS= read -r text; do
	scontrol show hostnames "$text" 2>&1 | paste -sd ' '
done <"$work/expressions" >"$work/theirs"

sorted() {
	tr ' ' '\n' <<<"$1" | sort
}

names=0
while IFS=$'\t' read -r text ours theirs; do
	if [ "$ours" != "$theirs" ] && [ "$(sorted "$ours")" != "$(sorted "$theirs")" ]; then
		fail "expand $text: hpcc: $ours; Slurm: $theirs"
	fi
	names=$((names + $(wc -w <<<"$theirs")))
done < <(paste "$work/expressions" "$work/ours" "$work/theirs")
echo "expanded: $count expressions, $names names by Slurm"

# Folding: Slurm's own names, as they come and shuffled.
while IFS= read -r line; do
	printf '%s\n' "$line"
	tr ' ' '\n' <<<"$line" | shuf --random-source=<(yes "$seed") | paste -sd ' '
done <"$work/theirs" >"$work/names"
sed 's/^/fold /' "$work/names" | "$tool" >"$work/ours"
while IFS= read -r line; do
	scontrol show hostlist "${line// /,}" 2>&1
done <"$work/names" >"$work/theirs"
while IFS=$'\t' read -r line ours theirs; do
	if [ "$ours" != "$theirs" ]; then
		fail "fold $line: hpcc: $ours; Slurm: $theirs"
	fi
done < <(paste "$work/names" "$work/ours" "$work/theirs")
echo "folded: $(wc -l <"$work/names") lists"

if ((failures > 0)); then
	echo "FAIL hostlists: $failures differences (seed $seed)"
	exit 2
fi
echo "ok hostlists: hpcc and $(scontrol --version) agree (seed $seed)"
