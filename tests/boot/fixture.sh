#!/bin/bash
# fixture.sh KIND SUITE DIR: a folder as `hpcc build --target slurm` writes it, for cluster.sh; KIND is plain or accounting.
# It is made by hand, so that what boots clusters is tested without what it judges.
# The folders under fixture/ are for 24.05 and newer. An older release does not know the cgroup plugin "disabled", and the
# unit of its slurmdbd makes no /run/slurmdbd.
set -eu
[ $# = 3 ] || { echo "usage: fixture.sh plain|accounting SUITE DIR" >&2; exit 2; }
from=$(dirname "$0")/fixture
mkdir -p "$3"
cp -R "$from/scripts/." "$from/$1/." "$3/"
if [ "$2" = bookworm ]; then
    echo CgroupPlugin=cgroup/v1 >"$3/files/etc/slurm/cgroup.conf"
    conf=$3/files/etc/slurm/slurmdbd.conf
    [ ! -f "$conf" ] || sed -i 's|^PidFile=.*|PidFile=/run/slurmdbd.pid|' "$conf"
fi
