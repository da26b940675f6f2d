#!/bin/bash
# hpcc lint over Slurm's own files: its arguments, the releases that they fit, upgrades, a machine's tree, messy files.
#
#   tests/lintslurm.sh HPCC
#
# One line a check, ok, FAIL or skip, and a summary. Exits with 1 when one failed. Each run has 2 s of the processor and 300 MB;
# with HPCC_NO_MEMORY_LIMIT=1, or a sanitizer in HPCC: 30 s, and no limit of memory.
set -uo pipefail

if [ $# -ne 1 ]; then
	echo "usage: $0 HPCC" >&2
	exit 1
fi
hpcc=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export LC_ALL=C
umask 022

# shellcheck source=tests/limits.sh
. "$here/limits.sh"

# lint NAME EXIT PATTERN ARGUMENT...: runs hpcc lint; what it prints, both streams, must match the pattern (extended, over all
# lines, which "@" joins). "!" before it: must not. stdin is its own.
lint()
{
	local name=$1 exit=$2 pattern=$3 code said
	shift 3
	(
		ulimit -v "$memory" -t "$seconds"
		exec timeout $((seconds * 5)) "$hpcc" lint "$@"
	) >stdout 2>stderr
	code=$?
	said=$(tr '\n' '@' <stderr)$(tr '\n' '@' <stdout)
	if [ "$code" != "$exit" ]; then
		result FAIL "$name" "exit $code, not $exit: ${said:0:300}"
	elif [ "${pattern#!}" != "$pattern" ]; then
		if grep -qE -e "${pattern#!}" <<<"$said"; then result FAIL "$name" "says '${pattern#!}': ${said:0:400}"; else result ok "$name"; fi
	elif ! grep -qE -e "$pattern" <<<"$said"; then
		result FAIL "$name" "does not say '$pattern' but: ${said:0:400}"
	elif grep -q $'[\001-\010\013-\037\177]' stderr; then
		result FAIL "$name" "control characters reach the terminal"
	else
		result ok "$name"
	fi
}

# conf [LINE...]: a slurm.conf that is right, with these lines in the middle.
conf()
{
	printf 'ClusterName=lab\nSlurmctldHost=ctl\n'
	[ $# -eq 0 ] || printf '%s\n' "$@"
	printf 'NodeName=c[1-4] CPUs=2 RealMemory=1000\nPartitionName=p Nodes=ALL Default=YES\n'
	[[ "$*" == *SlurmUser=* ]] || echo 'SlurmUser=slurm'
}

conf >slurm.conf
printf 'hpcc: 1\ncluster: x\nslurm: { version: 24.11 }\nnodes: { c1: { cpus: 1 } }\npartitions: { p: { nodes: ALL, default: true } }\n' >lab.yaml

# ---- arguments

lint "a good file" 0 '^$' --slurm 24.11 slurm.conf
lint "a release with its update" 0 '^$' --slurm 24.11.5 slurm.conf
cp slurm.conf new.txt
lint "NAME=FILE" 0 '^$' --slurm 24.11 slurm.conf=new.txt
lint "NAME=-" 0 'fit Slurm 22.05 to 26.05' slurm.conf=- <slurm.conf
lint "-, and nobody says what it is" 1 'slurm.conf=-' --slurm 24.11 - <slurm.conf
lint "a file whose name says nothing" 1 "'new.txt' is not called like.*slurm.conf=new.txt" --slurm 24.11 new.txt
lint "a name nearly right" 1 'did you mean slurm.conf=new.txt' --slurm 24.11 slrum.conf=new.txt
mkdir etc empty
cp slurm.conf etc/
echo 'ConstrainCores=perhaps' >etc/cgroup.conf
lint "a folder" 2 'etc/cgroup.conf:1:16: error' --slurm 24.11 etc
lint "a folder with a slash" 2 '(^|@)etc/cgroup.conf:1:16: error' --slurm 24.11 etc/
lint "a folder of nothing" 1 "folder 'empty' holds none of Slurm's files" empty
lint "one file twice" 1 "are both slurm.conf" --slurm 24.11 slurm.conf slurm.conf=new.txt
lint "a spec and a slurm.conf" 1 "lab.yaml' a spec: lint them in two calls" slurm.conf lab.yaml
lint "a spec and --slurm" 1 "lab.yaml" --slurm 24.11 lab.yaml
lint "a spec and --target-slurm" 1 "target-slurm is for Slurm's own files" --target-slurm 26.05 lab.yaml
lint "a spec and --root" 1 "root is for Slurm's own files" --root / lab.yaml
lint "a slurm.conf and --with" 1 "with is for specs" --with lab.yaml slurm.conf
lint "a slurm.conf and --target" 1 "target is for specs" --target slurm slurm.conf
lint "a release nearly right" 1 "no release '24.10'.*did you mean '24.11'.*Releases: 22.05" --slurm 24.10 slurm.conf
lint "a release that is newer" 1 'no release after 26.05, and 27.05 is newer@$' --slurm 27.05 slurm.conf
lint "no release" 1 "no release 'x' of Slurm@Releases: 22.05" --slurm x slurm.conf
lint "the same release twice" 1 'nothing to upgrade' --slurm 24.11 --target-slurm 24.11.5 slurm.conf
lint "a root that is none" 1 "root wants a folder.*No such file" --root nowhere slurm.conf
lint "a root that is a file" 1 "root wants a folder.*it is none" --root slurm.conf slurm.conf
lint "a missing file" 1 "cannot read 'gres.conf': No such file" slurm.conf gres.conf
lint "a file that is missing beside slurm.conf" 1 "cannot read 'nofile.conf': No such file" slurm.conf nofile.conf
lint "a spec that is missing beside slurm.conf" 1 "cannot read 'nofile.yaml': No such file" slurm.conf nofile.yaml
lint "a slurm.conf by another name" 1 "'new.txt' is no spec but KEY=VALUE.*slurm.conf=new.txt" new.txt
lint "a slurm.conf on stdin" 1 'no spec but KEY=VALUE.*slurm.conf=-' - <slurm.conf
printf '# nodes\n\nNodeName=c1\n' >nodes.conf
lint "an included file" 1 "'nodes.conf' is no spec but KEY=VALUE" nodes.conf
echo 'Text, and = no key' >text.txt
lint "a text" 2 '!KEY=VALUE' text.txt
lint "a spec is still one" 0 '!fit' lab.yaml

# ---- exit codes and formats

conf 'PriorityDecayHalfLife=14-0' 'MaxJobCount=1G' >bad.slurm.conf
lint "errors" 2 'bad-slurm-value' --slurm 24.11 bad.slurm.conf
conf 'SchedulerParameters=bf_windw=10' >warn.slurm.conf
lint "warnings" 0 'bf_windw' --slurm 24.11 warn.slurm.conf
lint "warnings, --strict" 2 'bf_windw' --strict --slurm 24.11 warn.slurm.conf
conf 'A=1' 'B=1' 'C=1' 'D=1' >four.slurm.conf
lint "--limit" 2 'slurm.conf:3:1: error.*2 more are not shown' --limit 2 --slurm 24.11 four.slurm.conf
lint "json" 2 '"rule": "bad-slurm-value"' --format json --slurm 24.11 bad.slurm.conf
lint "json, and the releases" 0 '"releases": \[@ *"22.05".*"26.05"@ *\]' --format json slurm.conf
lint "json of a release has none" 2 '!"releases"' --format json --slurm 24.11 bad.slurm.conf
lint "github" 2 '::error file=bad.slurm.conf,line=4' --format github --slurm 24.11 bad.slurm.conf
lint "--quiet" 0 '^$' -q slurm.conf

# ---- which releases

conf 'SelectType=select/cons_res' >old.slurm.conf
lint "up to 23.02" 0 'fit Slurm 22.05 to 23.02@not 23.11 to 26.05: old.slurm.conf:3: .*select/cons_res' old.slurm.conf
conf 'TopologyPlugin=topology/flat' >new.slurm.conf
conf 'SelectType=select/cons_tres' >oldest.slurm.conf
lint "from 25.05 on" 0 'fit Slurm 25.05 to 26.05@not 22.05 to 24.11: new.slurm.conf:3: .*topology/flat' new.slurm.conf
conf 'SelectType=select/cons_res' 'TopologyPlugin=topology/flat' >none.slurm.conf
lint "none" 2 "select/cons_res' wants 23.02 or earlier, 'topology/flat' wants 25.05 or later.*fit no release" none.slurm.conf
lint "none, in json" 2 '"releases": \[\]' --format json none.slurm.conf
conf 'MaxJobCount=1G' 'SelectType=select/cons_res' >both.slurm.conf
lint "an error of all releases once" 2 '^bad.slurm.conf' bad.slurm.conf
if [ "$(grep -c '\[bad-slurm-value\]' stderr)" = 1 ]; then result ok "and not eight times"; else result FAIL "and not eight times" "$(cat stderr)"; fi
lint "errors aside" 2 'but for the errors these files fit Slurm 22.05 to 23.02' both.slurm.conf
conf 'MessageTimeout=90' 'UnkillableStepTimeout=100' >some.slurm.conf
lint "of some releases" 0 'UnkillableStepTimeout.*note: in 24.05 and later' some.slurm.conf

# ---- upgrades

lint "an upgrade" 0 'from 24.11 to 26.05 in this order' --slurm 24.11 --target-slurm 26.05 slurm.conf
lint "too far" 2 'these steps.*22.05, 23.11, 24.11 ?.*upgrade|too old' --slurm 22.05 --target-slurm 24.11 slurm.conf
lint "all the way" 2 '22.05, 23.11, 25.05, 26.05' --slurm 22.05 --target-slurm 26.05 slurm.conf
lint "a step back" 2 'upgrade-downgrade' --slurm 24.11 --target-slurm 23.11 slurm.conf
lint "from one of several that they fit" 1 'fit Slurm 22.05 to 23.02: say by --slurm' --target-slurm 23.11 old.slurm.conf
lint "from the only one that they fit" 0 "begin at 22.05" --target-slurm 23.02 oldest.slurm.conf
lint "from none before" 0 'none before 23.11: say by --slurm' --target-slurm 23.11 new.slurm.conf
lint "a default" 0 'does not set SelectType, which is select/linear in 23.02' --slurm 23.02 --target-slurm 23.11 slurm.conf
conf 'SelectType=select/linear' >linear.slurm.conf
lint "a default that is set" 0 '!does not set SelectType' --slurm 23.02 --target-slurm 23.11 linear.slurm.conf
conf 'PartitionName=w Nodes=ALL ExclusiveUser=NO OverSubscribe=EXCLUSIVE' >whole.slurm.conf
lint "a no that is a word later" 0 "'ExclusiveUser' is a word.*help: leave it out" --slurm 24.11 --target-slurm 26.05 whole.slurm.conf
lint "a no is not turned into a yes" 0 '!Exclusive=USER' --slurm 24.11 --target-slurm 26.05 whole.slurm.conf
lint "a word of another key later" 0 'write Exclusive=NODE when' --slurm 24.11 --target-slurm 26.05 whole.slurm.conf
conf 'PartitionName=w Nodes=ALL ExclusiveUser=YES' 'PartitionName=x Nodes=ALL ExclusiveUser=YES' >both.slurm.conf
lint "an old key of many lines" 0 'still taken, here and on 1 more line' --slurm 24.11 --target-slurm 26.05 both.slurm.conf
conf 'AccountingStorageType=accounting_storage/slurmdbd' 'PartitionName=q Nodes=ALL AllowQos=a' >qos.slurm.conf
lint "a QOS that must be there" 0 'slurmctld stops at a QOS' --slurm 24.11 --target-slurm 26.05 qos.slurm.conf
lint "a QOS that must be there already" 0 '!slurmctld stops at a QOS' --slurm 25.11 --target-slurm 26.05 qos.slurm.conf
conf 'SelectType=select/cons_res' >res.slurm.conf
lint "before which step" 2 'upgrade to 23.11@help: write select/cons_tres, which 23.02' --slurm 22.05 --target-slurm 26.05 res.slurm.conf
lint "no database, none spoken of" 2 '!database' --slurm 22.05 --target-slurm 26.05 slurm.conf
lint "few nodes, no TreeWidth" 2 '!TreeWidth' --slurm 22.05 --target-slurm 26.05 slurm.conf
conf 'SchedulerAuth=x' >gone.slurm.conf
lint "a key that goes" 2 "SchedulerAuth' is gone since 24.05.*before the first daemon" --slurm 23.11 --target-slurm 24.05 gone.slurm.conf

# ---- comments that silence

conf 'SchedulerParameters=bf_windw=10 # hpcc-ignore: unknown-slurm-word we patched it' >ignore.slurm.conf
lint "on its line" 0 '^$' --slurm 24.11 ignore.slurm.conf
lint "for all releases" 0 '!warning' ignore.slurm.conf
conf '# hpcc-ignore: unknown-slurm-word we patched it' '# and more' 'SchedulerParameters=bf_windw=10' >above.slurm.conf
lint "above its line" 0 '^$' --slurm 24.11 above.slurm.conf
# shellcheck disable=SC1003 # a backslash is meant
conf 'SchedulerParameters=\' 'bf_windw=10 # hpcc-ignore: unknown-slurm-word we patched it' >joined.slurm.conf
lint "behind a line of two" 0 '^$' --slurm 24.11 joined.slurm.conf
conf 'MailDomain="a # hpcc-ignore: slurm-misread it is cut off, we know"' >quoted.slurm.conf
lint "in quotes, where Slurm has a comment too" 0 '!begins a comment' --slurm 24.11 quoted.slurm.conf
conf 'SchedulerParameters=bf_window=10 # hpcc-ignore: unknown-slurm-word why' >unused.slurm.conf
lint "unused" 0 'unused-ignore' --slurm 24.11 unused.slurm.conf
conf 'MaxJobCount=1G # hpcc-ignore: bad-slurm-value why' >error.slurm.conf
lint "errors are not silenced" 2 "bad-slurm-value' is an error here" --slurm 24.11 error.slurm.conf
conf 'Include more.inc' >including.slurm.conf
echo 'SchedulerParameters=bf_windw=10 # hpcc-ignore: unknown-slurm-word why' >more.inc
lint "in an included file" 0 '^$' --slurm 24.11 including.slurm.conf
conf 'SelectType=select/linear # hpcc-ignore: upgrade-key why' >later.slurm.conf
lint "of rules that did not run" 0 '!upgrade-key' --slurm 24.11 later.slurm.conf

# ---- blanks and '#' where nobody sees them

one() # NAME FILE: one error and nothing else was said of it
{
	if [ "$(grep -cE '(error|warning|info): ' stderr)" = 1 ]; then result ok "$1"; else result FAIL "$1" "$(cat stderr)"; fi
}
conf 'SchedulerParameters=defer, max_rpc_cnt=150' >blank.slurm.conf
lint "a blank behind a comma" 2 ':3:28: error: the value ends at the blank.*take out the blank behind the comma' --slurm 24.11 blank.slurm.conf
one "and nothing of what stands behind it"
conf 'SchedulerParameters=defer , max_rpc_cnt=150' >blank.slurm.conf
lint "a blank before a comma" 2 'take out the blank before the comma' --slurm 24.11 blank.slurm.conf
one "and nothing of what stands behind that"
# shellcheck disable=SC1003 # a backslash is meant
conf 'SchedulerParameters=defer,\' '  max_rpc_cnt=150,\' '  bf_continue' >blank.slurm.conf
lint "blanks that begin a joined line" 2 ':4:3: error.*begin this line at its first column' --slurm 24.11 blank.slurm.conf
one "and once for all of its lines"
conf 'PartitionName=q Nodes=c1, c2,  c3 State=UP AllowAccounts=a, b' >blank.slurm.conf
lint "blanks on a partition's line" 2 ':3:27: error.*:3:61: error.*2 errors' --slurm 24.11 blank.slurm.conf
conf 'PartitionName=q Nodes=c1, State=UP AllowAccounts=a,' >blank.slurm.conf
lint "a comma at the end of a value" 0 '^$' --slurm 24.11 blank.slurm.conf
conf 'PartitionName=q Nodes=c1 TRESBillingWeights=CPU=1.0, Mem=0.25G' >blank.slurm.conf
lint "a blank among weights" 2 'behind the comma@1 error' --slurm 24.11 blank.slurm.conf
conf 'PartitionName=q Nodes="c1, c2" AllowAccounts="a, b" AllowGroups="x,y"' >blank.slurm.conf
lint "a blank that becomes part of a name" 0 "no account is called ' b'" --slurm 24.11 blank.slurm.conf
one "and none among nodes"
conf 'MailDomain=a#b.org' 'TreeWidth=20# two' 'KillWait=30 #two' >hash.slurm.conf
lint "'#' in the middle of a value" 0 ':3:13: warning.*middle of a value' --slurm 24.11 hash.slurm.conf
one "and not behind one"

# ---- a part that cannot be read

mkdir torn
partition='PartitionName=p Nodes=c[1-4],set Default=YES'
printf 'Include nodes.conf\n%s\n' "$partition" >torn/slurm.conf
printf 'SwitchName=s Nodes=c[1-4]\n' >torn/topology.conf
printf 'NodeName=c1 Name=gpu File=/dev/nvidia0\n' >torn/gres.conf
lint "an Include that is missing" 2 "^torn/slurm.conf:1:9: error: cannot read 'nodes.conf'" torn
one "and nothing of what it may hold"
printf ' Include nodes.conf\n%s\n' "$partition" >torn/slurm.conf
lint "an indented Include" 2 'beginning of a line alone' torn
one "and nothing of what that may hold"
printf 'Include *.conf\n%s\n' "$partition" >torn/slurm.conf
lint "an Include with a pattern" 2 'takes no patterns' torn
one "and nothing of what those may hold"
lint "and no releases that they fit" 2 '!these files fit' torn
lint "nor in json" 2 '!"releases"' --format json torn
printf 'Include slurm.conf\n%s\n' "$partition" >torn/slurm.conf
lint "slurm.conf includes slurm.conf" 2 "'slurm.conf' includes itself" torn/slurm.conf
if [ "$(grep -c 'includes itself' stderr)" = 1 ] && ! grep -q twice stderr; then result ok "and is read once"; else result FAIL "and is read once" "$(cat stderr)"; fi
: >empty.inc
{ conf && yes 'Include empty.inc' | head -n 100000; } >includes.slurm.conf
lint "100,000 Includes" 2 'no more than 1024 included files.*1 error' includes.slurm.conf
rm -r torn

# ---- long lists: each word is looked at once

words() # KEY N: KEY=x1,...,xN
{
	awk -v key="$1" -v n="$2" 'BEGIN { printf "%s=", key; for (i = 1; i <= n; i++) printf "%sx%d", (i > 1 ? "," : ""), i; print "" }'
}
for key in SchedulerParameters LaunchParameters DebugFlags AccountingStorageTRES GresTypes PriorityWeightTRES; do
	conf "$(words "$key" 50000)" >long.slurm.conf
	code=0
	case $key in DebugFlags | AccountingStorageTRES | PriorityWeightTRES) code=2 ;; esac
	lint "50,000 words of $key" "$code" 'x1' --slurm 24.11 long.slurm.conf
done
# ---- what was meant

conf 'GresTypes=GPU' 'NodeName=g1 CPUs=2 RealMemory=1000 Gres=gpu:2' >case.slurm.conf
lint "a gres type in capitals" 2 "write 'gpu' in GresTypes" --slurm 24.11 case.slurm.conf
lint "a gres type in capitals, once" 2 '!gres-type-unused' --slurm 24.11 case.slurm.conf
conf 'GresTypes=shard,mps' 'NodeName=g1 CPUs=2 RealMemory=1000 Gres=shard:2' >part.slurm.conf
lint "parts of no GPU are said once" 2 '!gres-type-unused|requires|on node .g1' --slurm 24.11 part.slurm.conf
conf 'NodeName=g1 CPU=4 RealMemory=1' 'NodeName=g2 CPUs=4 Memory=1' >odd.slurm.conf
lint "what may be misspelled does not lack" 2 '!node-without' --slurm 24.11 odd.slurm.conf
lint "the end of a key" 2 "did you mean 'RealMemory'" --slurm 24.11 odd.slurm.conf
conf 'GresTypes=gpu,shard' 'NodeName=g1 CPUs=2 RealMemory=1000 Gres=shard:2' >nogpu.slurm.conf
lint "parts of a GPU on a node without" 2 "no gres 'gpu' on node 'g1'" --slurm 24.11 nogpu.slurm.conf
conf 'SchedulerParameters=kill_invalid_depend' 'SlurmctldTimeout=120s' 'ResumeTimeout=30m' 'Licenses=a:1,nastran:4O' \
	'NodeName=g1 CPUs=2 RealMemory=1000 state=unkown' 'NodeSet=gpunodes Nodes=g1' 'PartitionName=g Nodes=gpunode' >meant.slurm.conf
lint "a word of another key" 2 "is a word of DependencyParameters" --slurm 24.11 meant.slurm.conf
lint "seconds" 2 'write 120: it is in seconds.*write 1800' --slurm 24.11 meant.slurm.conf
lint "the license that is wrong" 2 "not 'nastran:4O'" --slurm 24.11 meant.slurm.conf
lint "a word in any case" 2 "did you mean 'UNKNOWN'" --slurm 24.11 meant.slurm.conf
lint "a node set" 2 "did you mean node set 'gpunodes'" --slurm 24.11 meant.slurm.conf
conf 'AccountingStorageType=accounting_storage/filetxt' 'TopologyPlugin=topology/flat' >plugins.slurm.conf
lint "a plugin's successor" 2 "did you mean 'accounting_storage/slurmdbd'" --slurm 24.11 plugins.slurm.conf
lint "a plugin's older name" 2 "24.11 has 'topology/default'" --slurm 24.11 plugins.slurm.conf
conf 'NamespaceType=job_container/tmpfs' >container.slurm.conf
lint "a plugin of another kind" 2 "did you mean 'namespace/tmpfs'" --slurm 26.05 container.slurm.conf
conf 'NodeName=cn[1-2] NodeAddr=cn[1-2]-ib CPUs=1 RealMemory=1000' 'NodeName=hg[10-12,09] CPUs=1' >names.slurm.conf
lint "suffixes one by one" 2 'with commas: cn1-ib,cn2-ib' --slurm 23.02 names.slurm.conf
lint "names in order" 0 "hg\[09-12\]" --slurm 24.11 names.slurm.conf
conf 'NodeName=o1 CPUs=1 RealMemory=1000 Feature=x' 'JobSubmitPlugins=lua' 'MpiParams=ports=12000-11000' >misc.slurm.conf
lint "Feature is a name as good" 0 '!renamed' --slurm 24.11 misc.slurm.conf
lint "a script that may lie elsewhere" 0 'warning: lua reads job_submit.lua' --slurm 24.11 misc.slurm.conf
lint "ports for MPI" 0 'MpiParams cannot be' --slurm 24.11 misc.slurm.conf
conf 'PreemptType=preempt/partition_prio' 'PreemptMode=REQUEUE' 'PartitionName=w Nodes=ALL PreemptMode=SUSPEND' >gang.slurm.conf
lint "SUSPEND without GANG" 0 'no job is suspended without GANG' --slurm 24.11 gang.slurm.conf
printf 'DbdHost=h\nSlurmUser=slurm\nStorageType=accounting_storage/slurmdbd\n' >slurmdbd.conf
conf 'AccountingStorageType=accounting_storage/mysql' >mysql.slurm.conf
lint "of slurmdbd's storage once" 2 '!dbd-unused' --slurm 24.11 mysql.slurm.conf slurmdbd.conf
lint "one finding for one word" 2 '!unknown-slurm-word' --slurm 24.11 slurmdbd.conf

# ---- a machine's tree

mkdir -p tree/etc/slurm tree/var/log tree/srv/slurm
chmod 777 tree/srv/slurm # SlurmUser makes its folder in it, and whoever runs this may not give it away
printf 'root:x:0:0::/:/bin/sh\nslurm:x:640:640::/:/bin/sh\n' >tree/etc/passwd
conf 'SlurmUser=slurm' 'StateSaveLocation=/state/ctld' 'Include /etc/slurm/more.conf' >tree/etc/slurm/slurm.conf
echo 'SlurmctldLogFile=/logs/ctld.log' >tree/etc/slurm/more.conf
ln -s /srv/slurm tree/state
ln -s ../var/log tree/logs
lint "links and Include stay below the root" 0 '^$' --slurm 22.05 --root tree tree/etc/slurm
ln -sfn /nowhere tree/state
lint "a link that leads nowhere" 2 "more.conf|folder '/state'" --slurm 22.05 --root tree tree/etc/slurm
ln -sfn state tree/state
lint "a link to itself" 0 '^$' --slurm 22.05 --root tree tree/etc/slurm
ln -sfn ../../../../srv/slurm tree/state
lint "a link above the root" 0 '^$' --slurm 22.05 --root tree tree/etc/slurm
rm tree/etc/slurm/more.conf
lint "an Include that the tree lacks" 2 "cannot read '/etc/slurm/more.conf'" --slurm 22.05 --root tree tree/etc/slurm
echo 'SlurmctldLogFile=/logs/ctld.log' >tree/etc/slurm/more.conf
sed -i /slurm/d tree/etc/passwd
lint "no such user" 2 "no user 'slurm'" --slurm 22.05 --root tree tree/etc/slurm
echo 'passwd: files sss' >tree/etc/nsswitch.conf
lint "users from elsewhere" 0 '^$' --slurm 22.05 --root tree tree/etc/slurm
lint "a machine does not choose the release" 0 'fit Slurm 22.05 to 26.05' --root tree tree/etc/slurm
echo 'JobSubmitPlugins=lua' >>tree/etc/slurm/slurm.conf
lint "a script is looked for on its machine" 2 'error: lua reads job_submit.lua' --slurm 22.05 --root tree tree/etc/slurm
sed -i '$d' tree/etc/slurm/slurm.conf
conf 'SlurmUser=root' 'Epilog=/no/such/program' >epilog.slurm.conf
lint "this machine" 0 'no such file on this machine' --slurm 24.11 --root / epilog.slurm.conf
printf 'DbdHost=localhost\nStorageType=accounting_storage/mysql\n' >slurmdbd.conf
chmod 640 slurmdbd.conf
lint "slurmdbd.conf for its group, 24.11" 2 'slurmdbd.conf has mode 0640' --slurm 24.11 --root tree slurmdbd.conf
lint "slurmdbd.conf for its group, 25.11" 0 '!mode' --slurm 25.11 --root tree slurmdbd.conf
chmod 600 slurmdbd.conf
echo 'Include password.inc' >>slurmdbd.conf
echo 'StoragePass=x' >password.inc
lint "what slurmdbd.conf includes, 22.05" 0 '!mode' --slurm 22.05 --root tree slurmdbd.conf
lint "what slurmdbd.conf includes, 24.11" 2 'password.inc:1:1: error.*mode is 0644' --slurm 24.11 --root tree slurmdbd.conf
rm slurmdbd.conf

# ---- passwords

mkdir secret
# shellcheck disable=SC1003 # a backslash is meant
conf 'AccountingStoragePass=geheim1 geheim2 ge=heim' 'JobCompPass=\\' 'geheim3 geheim4' 'JobCompPass "geheim5"' 'AccountingStoragePas=geheim6 geheim7' \
	'JobCompPassx: geheim8' >secret/slurm.conf
printf 'StoragePass=geheim9 geheim10\nStoragePass="geheim11"geheim12 geheim13\nDbdHost=ctl\n' >secret/slurmdbd.conf
for format in text json github; do
	lint "passwords are not shown, $format" 2 '!ge.?heim' --format "$format" --slurm 24.11 secret
done

# ---- messy files

conf | sed 's/$/\r/' >crlf.slurm.conf
lint "CRLF" 0 'fit Slurm 22.05 to 26.05' crlf.slurm.conf
conf $'# caf\xe9 \xff' >latin.slurm.conf
lint "Latin-1 in a comment" 0 'fit Slurm 22.05 to 26.05' latin.slurm.conf
conf $'MailProg=/bin/caf\xe9\033[31m' 'Foo=1' >escape.slurm.conf
lint "a terminal's escape in a value" 2 'Foo' escape.slurm.conf
conf | tr '\n' '@' | sed 's/@$//' | tr '@' '\n' >unended.slurm.conf
lint "no line break at the end" 0 'fit Slurm 22.05 to 26.05' unended.slurm.conf
conf | head -c 60 >cut.slurm.conf
lint "cut off" 2 'cut.slurm.conf:3' cut.slurm.conf
: >nothing.gres.conf
lint "empty" 0 'fit Slurm 22.05 to 26.05' slurm.conf nothing.gres.conf
head -c 5000 "$hpcc" >elf.slurm.conf
lint "a program" 2 'not text: a NUL byte.*@1 error@$' elf.slurm.conf
conf | iconv -t UTF-16 >utf16.slurm.conf 2>/dev/null || printf '\xff\xfeC\0l\0' >utf16.slurm.conf
lint "UTF-16" 2 'UTF-16.*@1 error@$' utf16.slurm.conf
{ printf '\xef\xbb\xbf' && conf; } >bom.slurm.conf
lint "a byte order mark" 2 'byte order mark' bom.slurm.conf
printf 'ClusterName=a\0b\n' >nul.slurm.conf
lint "NUL" 2 'nul.slurm.conf:1:14: error.*NUL' nul.slurm.conf
awk 'BEGIN { srand(7); for (i = 0; i < 200000; i++) printf "%c", int(rand() * 255) + 1 }' >random.slurm.conf
lint "random bytes" 2 'random.slurm.conf:1' random.slurm.conf
{ conf && awk 'BEGIN { printf "# "; for (i = 0; i < 5000000; i++) printf "x"; print "" }'; } >long.slurm.conf
lint "a comment of 5 MB" 0 'fit Slurm 22.05 to 26.05' long.slurm.conf
{ conf && awk 'BEGIN { for (i = 0; i < 100000; i++) print "# a line of remarks, number " i " of many" }'; } >remarks.slurm.conf
lint "100,000 lines of remarks" 0 'fit Slurm 22.05 to 26.05' remarks.slurm.conf
{ printf 'ClusterName=lab\nSlurmctldHost=ctl\n' && awk 'BEGIN { for (i = 1; i <= 10000; i++) print "NodeName=n" i " CPUs=" i % 64 + 1 " RealMemory=" 1000 + i }' &&
	echo 'PartitionName=p Nodes=ALL Default=YES'; } >nodes.slurm.conf
lint "10,000 NodeName lines" 0 'fit Slurm 22.05 to 26.05' nodes.slurm.conf
awk 'BEGIN { for (i = 0; i < 20000; i++) print "Unknown" i "=1" }' >many.slurm.conf
lint "20,000 unknown keys" 2 'more are not shown' many.slurm.conf
{ conf && printf 'NodeName=DEFAULT \\\n' && awk 'BEGIN { for (i = 0; i < 50000; i++) print " CPUs=1 \\" }'; } >joined50k.slurm.conf
lint "50,000 joined lines" 0 'stands twice' joined50k.slurm.conf
{ printf 'ClusterName=lab\nSlurmctldHost=ctl\nNodeName=n1\nPartitionName=p Nodes=s0\nNodeSet=s40 Nodes=n1\n' && awk 'BEGIN { for (i = 40; i > 0; i--) print "NodeSet=t" i " Nodes=s" i "\nNodeSet=s" i - 1 " Nodes=s" i ",t" i }'; } |
	tac >nested.slurm.conf
lint "node sets that hold each other twice, 40 deep" 0 '!unknown-node' --slurm 24.11 nested.slurm.conf
{ conf && awk 'BEGIN { for (i = 0; i < 1500; i++) print "NodeName=a" i "x[0-65534] NodeHostname=h Port=[1-65535]" }'; } >seats.slurm.conf
lint "1,500 lines of 65,535 nodes on one host" 2 'port-taken' --slurm 24.11 seats.slurm.conf
{ conf && awk 'BEGIN { printf "NodeName=n"; for (i = 0; i < 300000; i++) printf "["; print "" }'; } >brackets.slurm.conf
lint "300,000 brackets that nothing closes" 2 'never closed' --slurm 24.11 brackets.slurm.conf
awk 'BEGIN { for (i = 0; i < 20000; i++) print "# a comment that says nothing of what it stands before" }' >part.conf
{ conf && awk 'BEGIN { for (i = 0; i < 100; i++) print "Include part.conf" }'; } >again.slurm.conf
lint "a file that is included 100 times" 2 'no more than 16 MiB of included files' --slurm 24.11 again.slurm.conf
mkdir wrap && printf 'ClusterName=lab\nSlurmctldHost=ctl\nGresTypes=gpu\nNodeName=n1 Sockets=1 CoresPerSocket=9223372036854775809 ThreadsPerCore=2 Gres=gpu:1\nPartitionName=p Nodes=ALL\n' >wrap/slurm.conf &&
	echo 'Name=gpu File=/dev/nvidia0 Cores=5' >wrap/gres.conf
lint "cores whose product does not fit" 2 '!gres-cores-outside' --slurm 24.11 wrap
echo 'Include loop.slurm.conf' >loop.slurm.conf
lint "a file that includes itself" 2 'includes itself' loop.slurm.conf
mkdir gres.conf
lint "a folder where a file should be" 1 "gres.conf.*directory" slurm.conf gres.conf=gres.conf
rmdir gres.conf
mkfifo gres.conf
lint "a FIFO that nobody writes to" 1 "read 'gres.conf': it is a pipe, and nobody writes to it" slurm.conf gres.conf
lint "a FIFO as slurm.conf" 1 'a pipe, and nobody writes to it' slurm.conf=gres.conf
lint "a FIFO that somebody writes to" 0 'fit' slurm.conf=<(conf)
rm gres.conf
lint "a device" 1 'not a file' slurm.conf=/dev/zero
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$hpcc"; then
	mkdir closed && cp slurm.conf closed/ && echo 'DbdHost=x' >closed/slurmdbd.conf && chmod 600 closed/slurmdbd.conf && chmod 755 . closed
	real=$hpcc
	printf '#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups %s "$@"\n' "$real" >nobody
	chmod 755 nobody
	hpcc=$PWD/nobody
	lint "a folder with a file that is closed" 0 "cannot read 'closed/slurmdbd.conf': Permission denied: linted without it" --slurm 24.11 closed
	lint "a file that is closed" 1 "cannot read 'closed/slurmdbd.conf': Permission denied" --slurm 24.11 closed/slurmdbd.conf
	hpcc=$real
else
	result skip "closed files" "nobody may not run $hpcc"
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
