#!/bin/bash
# Does cluster.sh see what is wrong? Breaks the fixture on purpose and wants each boot to fail, for the right reason.
#
#   tests/boot/broken.sh SUITE
set -eu

here=$(cd "$(dirname "$0")" && pwd)
suite=${1:?usage: broken.sh SUITE}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# A munge key that differs shows only in that the node never comes.
export HPCC_BOOT_LIMIT=8 HPCC_BOOT_LOGS=$folder/logs
failed=0

broken() # WHAT WANTED_WORDS SED_SCRIPT FILE
{
    local since=$SECONDS
    rm -rf "$folder/out"
    "$here/fixture.sh" plain "$suite" "$folder/out"
    sed -i "$3" "$folder/out/$4"
    if "$here/cluster.sh" "$folder/out" "$suite" >"$folder/said" 2>&1; then
        echo "FAIL $1: it booted"
    elif ! grep -qE "$2" "$folder/said"; then
        echo "FAIL $1: wanted '$2':"
        cat "$folder/said"
    else
        printf 'ok   %3d s  %s: %s\n' $((SECONDS - since)) "$1" "$(grep -m1 -E "$2" "$folder/said" | sed 's/^ *| *//')"
        return 0
    fi
    failed=1
}

# shellcheck disable=SC2016 # for install.sh's shell, and sed's $
{
    broken "unknown key" 'unrecognized key: Wrong' '1a Wrong=1' files/etc/slurm/slurm.conf
    broken "unknown cgroup plugin" '(fatal|error): .*cgroup/none' 's/=.*/=cgroup\/none/' files/etc/slurm/cgroup.conf
    broken "another munge key on c3" 'c3/slurmd.log: error: .*(munge|[Cc]redential|[Aa]uth)' \
        '$a [ "$host" != c3 ] || { rm /etc/munge/munge.key; head -c 128 /dev/urandom >/etc/munge/munge.key; chown munge: /etc/munge/munge.key; chmod 400 /etc/munge/munge.key; }' install.sh
    broken "more memory than there is" 'c4: Low RealMemory' '/^NodeName=c4/s/RealMemory=1024/RealMemory=999999999/' files/etc/slurm/slurm.conf
    broken "more devices than there are" 'c(1|\[1-2\]): gres/gpu count' 's/nvidia\[0-1\]/nvidia0/' files/etc/slurm/gres.conf
    broken "an address that is another's" ' c4 (down|unk|inval)|FAIL.*srun' '/^NodeName=c4/s/0\.14/0.99/' files/etc/slurm/slurm.conf
    broken "a file that was edited by install.sh" 'FAIL.*files are' '$a echo >>/etc/slurm/gres.conf' install.sh
    broken "another expectation" 'c1: CPUTot: wanted 63, is 64' 's/"CPUTot": "64"/"CPUTot": "63"/' expect.json
}
exit "$failed"
