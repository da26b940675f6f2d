#!/bin/bash
# What install.sh, secrets.sh and accounting.sh do to a machine, without daemons: in this machine's own file tree, below an
# overlay that nobody else sees. systemctl, sacctmgr and mariadb are stand-ins that note that they were called.
#
#   tests/install.sh HPCC
#
# Needs root, for namespaces and mounts.
# shellcheck disable=SC2317 # the functions are called by try
set -u
hpcc=$(realpath "$1")
if [ "$(id -u)" != 0 ]; then
	echo "skip install: needs root"
	exit 0
fi
if [ "${HPCC_ALONE:-}" != yes ]; then
	HPCC_ALONE=yes exec unshare --mount --propagation private -- "$0" "$hpcc"
fi

work=$(mktemp -d)
trap 'umount -R "$work"; rmdir "$work"' EXIT
mount -t tmpfs tmpfs "$work" && mkdir "$work/upper" "$work/work" "$work/root" || exit 1
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$work/root" 2>/dev/null || {
	echo "skip install: no overlay over this machine's root"
	exit 0
}
root=$work/root bad=0
mkdir -p "$root/root/slurm" "$root/dev" "$root/proc"
mount --rbind /dev "$root/dev" && mount --rbind /proc "$root/proc" || exit 1

try() {
	local name=$1
	shift
	if "$@" >"$work/said" 2>&1; then
		echo "ok   install: $name"
	else
		cat "$work/said"
		echo "FAIL install: $name"
		bad=1
	fi
}
inside() { chroot "$root" env PATH="/root/stubs:$PATH" "$@"; }

"$hpcc" build -q -o "$work/out" - <<'END' || exit 1
hpcc: 1
cluster: one
slurm:
  version: 24.11
hosts:
  head:
    address: 10.0.0.1
nodes:
  head:
    cpus: 2
    memory: 1G
partitions:
  all:
    nodes: ALL
    default: true
    allow_qos: [fast]
accounting:
  qos:
    fast:
      priority: 3
  accounts:
    lab: {}
  users:
    hpcc-ada:
      default_account: lab
      qos: [fast]
storage:
  home:
    type: tmpfs
    mount: /home
  scratch:
    type: tmpfs
    mount: /hpcc-scratch
    owner: hpcc-ada
    mode: "1777"
users:
  hpcc-ada:
    uid: 48001
END
cp -R "$work/out/slurm" "$root/root/"
mkdir "$root/root/stubs"
for program in systemctl sacctmgr mariadb; do
	# shellcheck disable=SC2016 # for the stub
	printf '#!/bin/sh\necho "%s $*" >>/root/called\n[ %s != mariadb ] || cat >/dev/null\n' $program $program >"$root/root/stubs/$program"
	chmod +x "$root/root/stubs/$program"
done
for user in slurm munge mysql; do
	inside getent passwd $user >/dev/null || inside useradd --system $user
done

sed 's,/dev/urandom,/dev/none,' "$root/root/slurm/secrets.sh" >"$root/root/slurm/broken.sh"
no_secret() {
	! inside sh /root/slurm/broken.sh /root/none || return 1
	[ -z "$(ls "$root/root/none")" ]
}
try "a secret that cannot be made is not made empty" no_secret
try "secrets.sh" inside /root/slurm/secrets.sh
try "install.sh --start" inside /root/slurm/install.sh --host head --start

# Each program after those that it waits for, the database and the QOS ready before who needs them.
order() {
	grep -oE '^systemctl restart .*|^mariadb|^sacctmgr -i add qos fast' "$root/root/called" >"$work/order"
	diff - "$work/order" <<-'END'
		systemctl restart munge
		systemctl restart mariadb
		mariadb
		systemctl restart slurmdbd
		sacctmgr -i add qos fast
		systemctl restart slurmctld
		systemctl restart slurmd
	END
}
try "programs start in their order" order
home() { [ "$(inside stat -c '%U %a' /home/hpcc-ada)" = "hpcc-ada 700" ] && inside mountpoint -q /home; }
try "a home is made where it is mounted" home
owner() { [ "$(inside stat -c '%U %a' /hpcc-scratch)" = "hpcc-ada 1777" ]; }
try "what is mounted has its owner" owner
again() {
	inside /root/slurm/install.sh --host head --dry-run >"$work/dry" || return 1
	! grep '^would' "$work/dry"
}
try "install.sh again has nothing to do" again
: >"$root/root/called"
try "accounting.sh" inside /root/slurm/accounting.sh
user() { grep -q '^sacctmgr -i modify user where Name=hpcc-ada Cluster=one Account=lab set .*QOS=fast' "$root/root/called"; }
try "a user that is there gets its QOS" user

# As in a container that keeps running while the lists change.
lists=$root/root/slurm
refresh() { inside /root/slurm/install.sh --host head --container >/dev/null; }
gone() {
	printf 'hpcc-eve\t48002\t48002\thpcc-eve\thpcc-ada,hpcc-none,games\t/home/hpcc-eve\tyes\t/bin/sh\n' >>"$lists/users.tsv"
	mkdir -p "$lists/files/etc" && echo x >"$lists/files/etc/hpcc-x" && printf '/etc/hpcc-x\troot\troot\t0644\tslurmd\n' >>"$lists/files.tsv"
	refresh && grep -q '^hpcc-eve:' "$root/etc/shadow" && grep -q '^games:.*hpcc-eve' "$root/etc/group" && [ -e "$root/etc/hpcc-x" ] || return 1
	grep -q 'no group hpcc-none here: hpcc-eve' "$work/said" && refresh || return 1
	sed -i '/^hpcc-eve/d' "$lists/users.tsv" && sed -i '/hpcc-x/d' "$lists/files.tsv" && refresh || return 1
	! grep hpcc-eve "$root/etc/passwd" "$root/etc/group" "$root/etc/shadow" && [ ! -e "$root/etc/hpcc-x" ] && grep -q '^games:' "$root/etc/group" || return 1
	# Who was there before stays, though a list had him too.
	grep -v '^hpcc-ada' "$lists/users.tsv" >"$work/users" && cp "$lists/users.tsv" "$work/users.all" && cp "$work/users" "$lists/users.tsv" &&
		sed -i '/hpcc-scratch/d' "$lists/mounts.tsv" && refresh && cp "$work/users.all" "$lists/users.tsv" && grep -q '^hpcc-ada:' "$root/etc/passwd"
}
try "what the lists have no more goes, and what was there stays" gone
directory_there() {
	mkdir "$root/etc/hpcc-x" && printf '/etc/hpcc-x\troot\troot\t0644\tslurmd\n' >>"$lists/files.tsv" || return 1
	! refresh && grep -q 'file /etc/hpcc-x: there is a directory' "$work/said" && [ -z "$(ls -A "$root/etc/hpcc-x")" ]
}
try "a directory in a file's place is said" directory_there
exit $bad
