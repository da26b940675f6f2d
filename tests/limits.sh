# shellcheck shell=bash
# What scripts that feed bad input to hpcc share: its limits, and a line for each result. Read by them, with $hpcc set.
# shellcheck disable=SC2034 # who reads this uses them
passed=0 failed=0 skipped=0

# A sanitizer wants terabytes of address space, and takes its time.
memory=300000
seconds=2
# shellcheck disable=SC2154 # its reader sets it
if [ -n "${HPCC_NO_MEMORY_LIMIT:-}" ] || grep -q __asan_init "$hpcc"; then
	memory=unlimited
	seconds=30
fi

result() # ok|FAIL|skip NAME [WHY]
{
	case $1 in
	ok) passed=$((passed + 1)) ;;
	FAIL) failed=$((failed + 1)) ;;
	*) skipped=$((skipped + 1)) ;;
	esac
	printf '%s %s%s\n' "$1" "$2" "${3:+: $3}"
}
