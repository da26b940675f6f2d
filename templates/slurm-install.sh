#!/bin/sh
# Puts this host's part of the cluster in place: users, directories, files, secrets, mounts; and starts it if told to.
#
#   install.sh [--host NAME] [--root DIR] [--secrets DIR] [--packages] [--start] [--container] [--dry-run]
#
#   --host NAME     the host to install for (default: this machine's short name)
#   --root DIR      install below DIR instead of / (for images; nothing is started)
#   --secrets DIR   where secrets.sh made the secrets (default: state/secrets beside this script)
#   --packages      install the packages that the host's programs need, from Debian or Ubuntu
#   --start         enable and (re)start the host's services with systemctl
#   --container     this is a container at its start: nobody else changes its users, so all are written at once
#   --dry-run       say what would be done
#
# Run it as root on every host, with this whole folder copied there (less the secrets that the host does not need). It may be
# run again: what is already right stays as it is.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
host=$(hostname 2>/dev/null || uname -n)
host=${host%%.*}
root=
secrets=$here/state/secrets
packages=no
start=no
container=no
dry=no

die() {
	echo "install.sh: $*" >&2
	exit 1
}

while [ $# -gt 0 ]; do
	case $1 in
	--host) host=${2:?--host wants a name} && shift ;;
	--root) root=${2:?--root wants a directory} && shift ;;
	--secrets) secrets=${2:?--secrets wants a directory} && shift ;;
	--packages) packages=yes ;;
	--start) start=yes ;;
	--container) container=yes ;;
	--dry-run) dry=yes ;;
	-h | --help) sed -n '2,/^set -eu/{/^set -eu/d;s/^# \{0,1\}//;p;}' "$0" && exit 0 ;;
	*) die "no option '$1'; --help lists them" ;;
	esac
	shift
done

# shellcheck source=/dev/null
. "$here/cluster.env"

run() {
	if [ "$dry" = yes ]; then
		echo "would: $*"
	else
		"$@"
	fi
}

# This host's roles. A large cluster has many lines: one awk, no loop of the shell's.
roles=$(awk -F '\t' -v h="$host" '$1 == h { print $3; exit }' "$here/hosts.tsv")
[ -n "$roles" ] || die "no host '$host' in hosts.tsv of cluster $CLUSTER; --host names another"

# Whether one of the roles in $1 (separated by commas) is this host's.
mine() {
	for role in $(echo "$1" | tr ',' ' '); do
		case ",$roles," in
		*",$role,"*) return 0 ;;
		esac
	done
	return 1
}

# Lines of a list without its heading.
lines() {
	grep -v '^#' "$here/$1" || true
}

tab=$(printf '\t')
# What --container remembers from one time to the next.
kept=$root/var/lib/hpcc

chrooted() {
	if [ -n "$root" ]; then
		chroot "$root" "$@"
	else
		"$@"
	fi
}

install_packages() {
	[ "$packages" = yes ] || return 0
	names=$(lines units.tsv | while IFS=$tab read -r _ _ package _ on; do
		if [ "$package" != - ] && mine "$on"; then echo "$package"; fi
	done)
	[ -n "$names" ] || return 0
	# shellcheck disable=SC2086 # one word a package
	DEBIAN_FRONTEND=noninteractive run apt-get install -y --no-install-recommends $names
}

add_users() {
	lines users.tsv | while IFS=$tab read -r name uid gid group groups home _ shell; do
		chrooted getent group "$group" >/dev/null 2>&1 || run chrooted groupadd --gid "$gid" "$group"
		if chrooted getent passwd "$name" >/dev/null 2>&1; then
			is=$(chrooted id -u "$name")
			[ "$is" = "$uid" ] || die "user $name has number $is here, not $uid"
			continue
		fi
		set -- --uid "$uid" --gid "$group" --home-dir "$home" --shell "$shell" --no-create-home
		if [ "$groups" != - ]; then set -- "$@" --groups "$groups"; fi
		run chrooted useradd "$@" "$name"
	done
}

# The same in a container, where useradd's 15 ms for each of many users would be its start: /etc/passwd, group and shadow
# are written anew, once. What the list says of a user holds, also of one whom the image or an earlier list had otherwise.
# What earlier lists have brought into this container is noted in $kept/users, lines `user NAME`, `group NAME` and `member
# GROUP USER`; of these, what the list has no more goes. What the image has brought stays.
# An asterisk is no password and, other than the exclamation mark of useradd, no lock that keeps sshd from taking a key.
add_users_at_once() {
	made=$(mktemp -d)
	before=$kept/users
	[ -e "$before" ] || before=/dev/null
	awk -v to="$made" '
		function fail(text) { print "install.sh: " text | "cat >&2"; failed = 1; exit 1 }
		function note(text) { print "install.sh: " text | "cat >&2" }
		/^#/ && FILENAME == ARGV[2] { next }
		FILENAME == ARGV[2] {
			user[++users] = $1; uid[$1] = $2; gid[$1] = $3; owner[$2] = $1; home[$1] = $6; shell[$1] = $8
			if (!($4 in number)) group[++groups] = $4
			number[$4] = $3
			many = split($5 == "-" ? "" : $5, also, ",")
			for (i = 1; i <= many; i++) { wanted[also[i]] = wanted[also[i]] "," $1; wants[also[i], $1] = 1 }
			next
		}
		FILENAME == ARGV[3] { ours[$0] = 1; next }
		FILENAME ~ /passwd$/ {
			if ($1 in uid) {
				if ($3 != uid[$1]) note("user " $1 " had number " $3 ": it becomes " uid[$1])
				if (!(("user\t" $1) in ours)) image[$1] = 1
			} else if (("user\t" $1) in ours) {
				note("user " $1 " is in users.tsv no more: it goes")
				gone[$1] = 1
			} else if ($3 in owner) {
				if ($3 < 1000) fail("user " owner[$3] " cannot have number " $3 ": the image gives it to " $1)
				note("user " $1 " of the image makes place for " owner[$3] ", who has its number " $3)
				gone[$1] = 1
			} else {
				print >(to "/passwd")
			}
			next
		}
		FILENAME ~ /group$/ {
			mine = ("group\t" $1) in ours
			if (mine && !($1 in number) && !($1 in wanted)) next
			if (mine) print "group\t" $1 >(to "/made")
			if ($1 in number) $3 = number[$1]
			there[$1] = 1
			many = split($4, member, ",")
			list = ""
			for (i = 1; i <= many; i++) {
				given = ("member\t" $1 "\t" member[i]) in ours
				if (($1, member[i]) in wants) {
					if (!given) image[$1, member[i]] = 1
				} else if (!(member[i] in gone) && !given) {
					list = list "," member[i]
				}
			}
			$4 = substr(list wanted[$1], 2)
			print $1 ":" $2 ":" $3 ":" $4 >(to "/group")
			next
		}
		FILENAME ~ /shadow$/ {
			if ($1 in gone) next
			if ($1 in uid) { has_shadow[$1] = 1; if ($2 ~ /^!/) $2 = "*" }
			line = $1
			for (i = 2; i <= 9; i++) line = line ":" $i
			print line >(to "/shadow")
		}
		END {
			if (failed) exit 1
			for (i = 1; i <= groups; i++)
				if (!(group[i] in there)) {
					print group[i] ":x:" number[group[i]] ":" substr(wanted[group[i]], 2) >(to "/group")
					print "group\t" group[i] >(to "/made")
					there[group[i]] = 1
				}
			# A container that ends over this would be started again for ever.
			for (name in wanted)
				if (!(name in there)) note("there is no group " name " here: " substr(wanted[name], 2) " of users.tsv must do without")
			for (key in wants) {
				split(key, p, SUBSEP)
				if (p[1] in there && !(key in image)) print "member\t" p[1] "\t" p[2] >(to "/made")
			}
			for (i = 1; i <= users; i++) {
				name = user[i]
				if (!(name in image)) print "user\t" name >(to "/made")
				print name ":x:" uid[name] ":" gid[name] "::" home[name] ":" shell[name] >(to "/passwd")
				if (!(name in has_shadow)) print name ":*:20000:0:99999:7:::" >(to "/shadow")
			}
		}' FS='\t' "$here/users.tsv" "$before" FS=: "$root/etc/passwd" "$root/etc/group" "$root/etc/shadow" || {
		rm -rf "$made"
		die "the users of users.tsv cannot be made"
	}
	for file in passwd group shadow; do
		if [ ! -e "$made/$file" ] || cmp -s "$made/$file" "$root/etc/$file"; then continue; fi
		# The copy has the owner and mode of what it replaces.
		cp -p "$root/etc/$file" "$root/etc/$file.hpcc-new"
		cat "$made/$file" >"$root/etc/$file.hpcc-new"
		mv -f "$root/etc/$file.hpcc-new" "$root/etc/$file"
	done
	mkdir -p "$kept"
	touch "$made/made"
	# mktemp's folder may be on another file system: not seen half written.
	cat "$made/made" >"$kept/users.new"
	mv -f "$kept/users.new" "$kept/users"
	rm -rf "$made"
}

# Homes come after the mounts: one may lie on shared storage, where another host has made it already, or makes it at this
# moment, or where this one may not make it. So each is made aside, whole, and then named: who is second throws his away.
make_homes() {
	lines users.tsv | while IFS=$tab read -r name _ _ group _ home create _; do
		if [ "$create" != yes ] || [ -e "$root$home" ]; then continue; fi
		if [ "$dry" = yes ]; then
			echo "would: make $home"
			continue
		fi
		aside=${home%/*}/.$name.$host.hpcc-new
		[ ! -e "$root$aside" ] || rm -rf "$root$aside"
		if ! mkdir -p "$root${home%/*}/" || ! mkdir -m 0700 "$root$aside"; then
			echo "install.sh: $home of user $name must be made where it is stored" >&2
			continue
		fi
		if [ -d "$root/etc/skel" ]; then cp -R "$root/etc/skel/." "$root$aside"; fi
		chrooted chown -R "$name:$group" "$aside"
		if ! mv -T "$root$aside" "$root$home" 2>/dev/null; then rm -rf "$root$aside"; fi
		[ -d "$root$home" ] || die "cannot make $home of user $name"
	done
}

# has PATH OWNER GROUP MODE: whether it is there with these; '-' or nothing is any.
has() {
	now=$(chrooted stat -c '%U:%G:%a' "$1" 2>/dev/null) || return 1
	now_mode=${now##*:}
	now_owner=${now%:*}
	case $2:$3 in
	-:*) ;;
	*:) [ "$2" = "${now_owner%:*}" ] || return 1 ;;
	*) [ "$2:$3" = "$now_owner" ] || return 1 ;;
	esac
	[ "$4" = - ] || [ "${4#0}" = "$now_mode" ]
}

# directory PATH OWNER GROUP MODE, with its parents. What is right is not touched: an NFS server may refuse even that.
directory() {
	if [ -d "$root$1" ] && has "$@"; then return 0; fi
	run mkdir -p "$root$1"
	if [ "$2" != - ]; then run chrooted chown "$2:$3" "$1"; fi
	if [ "$4" != - ]; then run chmod "$4" "$root$1"; fi
}

# put FILE PATH OWNER GROUP MODE: with its final owner and mode before it bears its name. What is mounted there by itself,
# as engines mount /etc/hosts into containers, cannot be replaced, only written.
put() {
	if [ -d "$root$2" ] && [ ! -h "$root$2" ]; then die "cannot write the file $2: there is a directory of this name"; fi
	if cmp -s "$1" "$root$2" && has "$2" "$3" "$4" "$5"; then return 0; fi
	mkdir_for=$(dirname "$2")
	[ -d "$root$mkdir_for" ] || run mkdir -p "$root$mkdir_for"
	if [ "$dry" = yes ]; then
		echo "would: write $2 ($3:$4 $5)"
		return 0
	fi
	temporary="$2.hpcc-new"
	(umask 077 && cat "$1" >"$root$temporary")
	chrooted chown "$3:$4" "$temporary"
	chmod "$5" "$root$temporary"
	if ! mv -fT "$root$temporary" "$root$2" 2>/dev/null; then
		cat "$root$temporary" >"$root$2"
		rm -f "$root$temporary"
	fi
}

make_directories() {
	if mine slurmctld,slurmdbd,slurmd,login; then
		directory "$CONF_DIR" root root 0755
	fi
	if mine slurmctld,slurmdbd,slurmd && [ "$LOG_DIR" != - ]; then directory "$LOG_DIR" slurm slurm 0755; fi
	if mine slurmctld && [ "$STATE_DIR" != - ]; then directory "$STATE_DIR" slurm slurm 0700; fi
	# slurmd runs as root; nobody else has business there.
	if mine slurmd && [ "$SPOOL_DIR" != - ]; then directory "$SPOOL_DIR" root root 0755; fi
}

# In a container that runs on, files that the lists had at the last time and have no more would still be read.
remove_files() {
	mkdir -p "$kept"
	lines files.tsv | while IFS=$tab read -r path _ _ _ on; do
		if mine "$on"; then echo "$path"; fi
	done >"$kept/files.new"
	if [ -e "$kept/files" ]; then
		{ grep -vxFf "$kept/files.new" "$kept/files" || true; } | while IFS= read -r path; do
			[ ! -d "$root$path" ] || [ -h "$root$path" ] || continue
			rm -f "$root$path" || echo "install.sh: $path is in files.tsv no more, and cannot be removed" >&2
		done
	fi
	mv -f "$kept/files.new" "$kept/files"
}

put_files() {
	if [ "$container" = yes ] && [ "$dry" = no ]; then remove_files; fi
	lines files.tsv | while IFS=$tab read -r path owner group mode on; do
		if mine "$on"; then put "$here/files$path" "$path" "$owner" "$group" "$mode"; fi
	done
}

put_secrets() {
	lines secrets.tsv | while IFS=$tab read -r name _ _ path owner group mode on; do
		mine "$on" || continue
		# The database's own host sets the password in MariaDB (database.sh) and keeps no copy; an included file
		# holds it otherwise (put_password).
		if [ "$name" = "${DATABASE_SECRET:-}" ]; then
			if ! mine slurmdbd || [ "$PASSWORD_BY" != script ]; then continue; fi
		fi
		[ -r "$secrets/$name" ] || die "no secret '$name' in $secrets; secrets.sh makes it"
		put "$secrets/$name" "$path" "$owner" "$group" "$mode"
	done
}

# slurmdbd.conf holds no password: it includes a file that only Slurm reads or, from 25.11, names a script.
put_password() {
	mine slurmdbd || return 0
	made=$(mktemp)
	if [ "$PASSWORD_BY" = script ]; then
		# slurmdbd reads TOKEN=password from the script's output.
		# shellcheck disable=SC2016 # for the script that is written
		printf '#!/bin/sh\necho "TOKEN=$(cat %s/slurmdbd-password.secret)"\n' "$CONF_DIR" >"$made"
		put "$made" "$CONF_DIR/slurmdbd-password" slurm slurm 0700
	else
		if [ -r "$secrets/$DATABASE_SECRET" ]; then
			printf 'StoragePass=%s\n' "$(cat "$secrets/$DATABASE_SECRET")" >"$made"
		fi
		put "$made" "$CONF_DIR/slurmdbd-password.conf" slurm slurm 0600
	fi
	rm -f "$made"
}

# Where this host finds the others: a place that is no machine has an address that holds in its segment alone, and another for
# all others (columns 5 and 6 of hosts.tsv); it knows itself by its own. Those without are left to the platform's DNS.
hosts_lines() {
	awk -F '\t' -v me="$host" '
		/^#/ { next }
		FNR == NR { if ($1 == me) segment = $5; next }
		{
			at = NF < 6 || $5 == segment || $1 == me ? $2 : $6
			if (at == "-") next
			names = $1
			if (NF >= 8 && $8 != "-") { names = names " " $8; gsub(",", " ", names) }
			print at "\t" names
		}' "$here/hosts.tsv" "$here/hosts.tsv"
}

# A block of our own in /etc/hosts, replaced whole. In a container it stands first: one on its machine's network has that machine's
# file, in which an address may have a name of the machine's, and ssh says by the first who is calling.
put_etc_hosts() {
	[ "$ETC_HOSTS" = yes ] || return 0
	made=$(mktemp)
	old=$(mktemp)
	if [ -e "$root/etc/hosts" ]; then
		sed '/^# begin hpcc$/,/^# end hpcc$/d' "$root/etc/hosts" >"$old"
	fi
	if [ "$container" = no ]; then cat "$old" >"$made"; fi
	{
		echo '# begin hpcc'
		hosts_lines
		echo '# end hpcc'
	} >>"$made"
	if [ "$container" = yes ]; then cat "$old" >>"$made"; fi
	put "$made" /etc/hosts root root 0644
	rm -f "$made" "$old"
}

# Our lines of fstab end in a comment that says so.
mount_storage() {
	lines mounts.tsv | while IFS=$tab read -r name type device mount options on owner group mode _; do
		mine "$on" || continue
		directory "$mount" "$owner" "${group#-}" "$mode"
		[ "$device" != - ] || continue
		line="$device $mount $type $options 0 0 # hpcc $name"
		if ! grep -qxF "$line" "$root/etc/fstab" 2>/dev/null; then
			if [ "$dry" = yes ]; then
				echo "would: add to /etc/fstab: $line"
				continue
			fi
			touch "$root/etc/fstab"
			sed -i "/ # hpcc $name\$/d" "$root/etc/fstab"
			echo "$line" >>"$root/etc/fstab"
		fi
		if [ -z "$root" ] && [ "$start" = yes ] && ! mountpoint -q "$mount"; then
			run mount "$mount"
			# What is mounted has an owner and a mode of its own.
			directory "$mount" "$owner" "${group#-}" "$mode"
		fi
	done
}

# The cluster, QOS and accounts that slurmctld may look for when it starts.
add_accounting() {
	[ -e "$here/accounting.sh" ] || return 0
	run "$here/accounting.sh" --before </dev/null || echo "install.sh: accounting.sh --before failed: slurmctld may not start" >&2
}

start_units() {
	[ "$start" = yes ] && [ -z "$root" ] || return 0
	run systemctl daemon-reload
	# units.tsv is in the order in which programs wait for each other.
	lines units.tsv | while IFS=$tab read -r program unit _ _ on; do
		if [ "$unit" = - ] || ! mine "$on"; then continue; fi
		if [ "$program" = slurmctld ]; then add_accounting; fi
		run systemctl enable "$unit"
		run systemctl restart "$unit"
		if [ "$program" = database ]; then run "$here/database.sh" --secrets "$secrets"; fi
	done
}

install_packages
if [ "$container" = yes ] && [ "$dry" = no ]; then add_users_at_once; else add_users; fi
make_directories
put_files
put_secrets
put_password
put_etc_hosts
mount_storage
make_homes
if [ -e "$here/mpi.sh" ]; then run sh "$here/mpi.sh" --host "$host" --root "$root"; fi
start_units
echo "install.sh: $host of cluster $CLUSTER has its files ($roles)"
