#!/bin/bash
# Runs the tests.
#
#   ./check.sh              all that needs no cluster: unit tests, goldens, rules, the judges; at most 3 minutes
#   ./check.sh --boot       and boots clusters of each kind on this machine, as root; at most 20 minutes
#   ./check.sh --boot=all   everything: sanitizers with gcc and clang, valgrind, hundreds of random specs, three releases
#
# Installs the judges from Debian's (or Ubuntu's) packages first. Each check prints a line: ok, FAIL or skip, and its
# name; a failed one prints what it said. The last line counts them. Exit 0 when none failed.
set -u
cd "$(dirname "$0")" || exit 1
# A runner may have no HOME; release roots are kept below it.
export HOME="${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}"

boot=no
for argument; do
	case $argument in
	--boot) boot=some ;;
	--boot=all) boot=all ;;
	-h | --help) sed -n '2,/^set -u/{/^set -u/d;s/^# \{0,1\}//;p;}' "$0" && exit 0 ;;
	*)
		echo "check.sh: no option '$argument'; --help lists them" >&2
		exit 1
		;;
	esac
done

work=$(mktemp -d)
beside= # the command that later() began, while it runs
trap '[ -z "$beside" ] || kill "$beside"; rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0
build="build-check"
began=$SECONDS

# count FILE: takes the lines ok, FAIL and skip of a check's output into the sums.
count() {
	passed=$((passed + $(grep -c '^ok\b' "$1")))
	failed=$((failed + $(grep -c '^FAIL\b' "$1")))
	skipped=$((skipped + $(grep -c '^skip\b' "$1")))
}

# check NAME COMMAND...: one check, which passes when the command does.
check() {
	local name=$1 start=$SECONDS
	shift
	if "$@" >"$work/out" 2>&1 </dev/null; then
		passed=$((passed + 1))
		echo "ok   $name ($((SECONDS - start)) s)"
	else
		failed=$((failed + 1))
		cat "$work/out"
		echo "FAIL $name ($((SECONDS - start)) s)"
	fi
}

# checks NAME COMMAND...: many checks: the command prints their lines; what failed is shown. No line at all is a failure.
checks() {
	local name=$1 start=$SECONDS code
	shift
	"$@" >"$work/out" 2>&1 </dev/null
	code=$?
	say_checks "$name" "$code" "$work/out" $((SECONDS - start))
}

say_checks() { # say_checks NAME CODE FILE SECONDS
	local before=$failed
	count "$3"
	if [ "$2" != 0 ] && [ "$failed" = "$before" ] || ! grep -q '^\(ok\|FAIL\|skip\)\b' "$3"; then
		failed=$((failed + 1))
		echo "FAIL $1: exit $2, no check of its own failed"
	fi
	[ "$failed" = "$before" ] || cat "$3"
	# What is measured is shown, whatever came of it.
	grep -E '^(skip|     up to |     of the |     +(cases|all) )' "$3"
	echo "     $1: $(grep -c '^ok\b' "$3") ok, $(grep -c '^FAIL\b' "$3") failed ($4 s)"
}

# later KEY COMMAND...: begins a command that waits more than it works, beside the others; collect KEY NAME: its checks.
later() {
	local key=$1
	shift
	(
		"$@" >"$work/$key.out" 2>&1 </dev/null
		echo "$? $((SECONDS - began))" >"$work/$key.code"
	) &
	beside=$!
	echo "$beside $((SECONDS - began))" >"$work/$key.began"
}

collect() {
	local pid from code=1 to=0
	read -r pid from <"$work/$1.began"
	wait "$pid"
	beside=
	read -r code to <"$work/$1.code"
	say_checks "$2" "$code" "$work/$1.out" $((to - from))
}

# The unit tests of a build folder, a line each.
unit() {
	meson test -C "$1" --no-rebuild --print-errorlogs "${@:2}" >"$work/meson" 2>&1
	awk '/^ *[0-9]+\/[0-9]+ /{ ok = / OK /; line = (ok ? "ok " : "FAIL ") $2 " " $3 " " $4; if (!seen[line]++) print line }' "$work/meson"
	grep -q '^Fail: *0' "$work/meson" || cat "$work/meson"
}

stage() {
	echo "== $1 ($((SECONDS - began)) s)"
}

need() {
	local missing=() package
	for package; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	local sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	$sudo apt-get -q update &&
		DEBIAN_FRONTEND=noninteractive $sudo apt-get -q install -y --no-install-recommends "${missing[@]}"
}

build_in() { # build_in DIR [meson options]
	local dir=$1
	shift
	[ -e "$dir/build.ninja" ] || meson setup "$dir" "$@"
	ninja -C "$dir"
}

stage "packages"
check "packages: build and judges" need gcc libc6-dev meson ninja-build pkgconf libyaml-dev libjansson-dev libcmocka-dev \
	clang shellcheck ansible-core python3 python3-yaml python3-jsonschema binutils slurm-client mmdebstrap \
	iproute2 procps util-linux busybox

stage "build"
check "build with gcc, warnings as errors" build_in "$build"
hpcc=$PWD/$build/compiler/cli/hpcc
if [ ! -x "$hpcc" ]; then
	echo "check.sh: no hpcc to test"
	echo "$passed passed, $((failed + 1)) failed, $skipped skipped"
	exit 1
fi

# Its containers are stand-ins, and most of its time is waiting for them.
later cluster tests/cluster.sh "$hpcc"
later verify tests/verify.sh
later swarm tests/swarm.sh
later nfs-export tests/nfsexport.sh

stage "unit, rules, fuzz corpus"
checks "unit tests" unit "$build"
check "rooms" tests/rooms "$build"

stage "quickstart"
# A fresh copy, as a newcomer has it: what git knows, as it stands here.
quickstart() {
	mkdir "$work/fresh" && git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C "$work/fresh" &&
		"$work/fresh/quickstart.sh" && [ -f "$work/fresh/out/slurm/files/etc/slurm/slurm.conf" ]
}
check "quickstart.sh in a fresh copy" quickstart
checks "README" /usr/bin/python3 tests/readme.py "$hpcc"

stage "goldens"
checks "goldens" tests/golden "$hpcc"
checks "carriers" /usr/bin/python3 tests/carriers.py "$hpcc"
checks "bad input" tests/badinput.sh "$hpcc"
checks "lint of Slurm's files" tests/lintslurm.sh "$hpcc"
checks "lint finds what was broken" tests/mutate.py "$hpcc"
checks "agreement is compared" /usr/bin/python3 tests/agreement/selftest.py
checks "agreement with Slurm's daemons" /usr/bin/python3 tests/agreement/lint.py "$hpcc"
checks "import" tests/import.sh "$hpcc"
checks "save" tests/save.sh "$hpcc"
checks "install" tests/install.sh "$hpcc"
checks "mpi" tests/mpi.sh

stage "judges"
check "shellcheck" sh -c 'shellcheck -x quickstart.sh check.sh .ci/run templates/*.sh && find tests -name "*.sh" -exec shellcheck -x {} +'
check "JSON Schema takes every spec" /usr/bin/python3 tests/judge/schema.py "$hpcc" .
checks "Ansible takes every inventory" tests/judge/ansible.sh "$hpcc"
checks "hostlists as Slurm has them" tests/judge/hostlists.sh "$build"
checks "docker compose takes every compose file" tests/judge/compose.sh "$hpcc"
checks "a stack holds nothing that docker ignores" /usr/bin/python3 tests/judge/stack.py "$hpcc"
checks "Slurm's own clients take every slurm.conf" tests/judge/slurm.sh "$hpcc"

collect cluster "cluster"
collect verify "verify"
collect swarm "swarm"
collect nfs-export "nfs-export"

if [ "$boot" != no ]; then
	stage "boot"
	checks "boot" tests/boot/run.sh "$hpcc" "$boot"
fi

if [ "$boot" = all ]; then
	stage "sanitizers"
	for compiler in gcc clang; do
		check "build with $compiler, ASan and UBSan" env "CC=$compiler" bash -c "$(declare -f build_in); build_in build-$compiler-san -Db_sanitize=address,undefined -Db_lundef=false"
		checks "unit tests, $compiler, ASan and UBSan" unit "build-$compiler-san" -t 5
		checks "goldens, $compiler, ASan and UBSan" tests/golden "$PWD/build-$compiler-san/compiler/cli/hpcc"
		checks "lint of Slurm's files, $compiler, ASan and UBSan" env HPCC_NO_MEMORY_LIMIT=1 tests/lintslurm.sh "$PWD/build-$compiler-san/compiler/cli/hpcc"
		checks "bad input, $compiler, ASan and UBSan" env HPCC_NO_MEMORY_LIMIT=1 tests/badinput.sh "$PWD/build-$compiler-san/compiler/cli/hpcc"
	done
	stage "valgrind"
	check "valgrind is there" need valgrind
	# Definite leaks: the carriers' fuzzer keeps what it compiled once until it ends.
	checks "unit tests under valgrind" unit "$build" -t 20 \
		--wrap "valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite"
	checks "every spec under valgrind" tests/valgrind.sh "$hpcc"
	checks "linear in nodes" tests/linear.sh "$hpcc"
	stage "random specs"
	checks "random specs on three releases" tests/random/judge.sh "$hpcc" 300
	stage "benchmark"
	check "jsonnet is there, to be measured beside" need jsonnet
	"$build/tests/bench/bench" 5
	"$build/tests/bench/bench" 5 compose
	"$build/tests/bench/bench_lint" 5
	tests/bench/compose.sh "$hpcc"
fi

echo "== $((SECONDS - began)) s"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
