#!/bin/sh
# Makes slurmdbd's database and its user, on the host of the database, as root. May be run again: it also sets a changed password.
#
#   database.sh [--secrets DIR] [--sql]
#
#   --sql      write the statements to standard output, and ask no server (for MariaDB's --init-file)
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
secrets=$here/state/secrets
if [ "${1:-}" = --secrets ]; then
	secrets=${2:?--secrets wants a directory}
	shift 2
fi

# shellcheck source=/dev/null
. "$here/cluster.env"

password=$(cat "$secrets/$DATABASE_SECRET")
statements() {
	cat <<SQL
CREATE DATABASE IF NOT EXISTS \`$DATABASE_NAME\`;
CREATE USER IF NOT EXISTS '$DATABASE_USER'@'%' IDENTIFIED BY '$password';
ALTER USER '$DATABASE_USER'@'%' IDENTIFIED BY '$password';
GRANT ALL ON \`$DATABASE_NAME\`.* TO '$DATABASE_USER'@'%';
FLUSH PRIVILEGES;
SQL
}

if [ "${1:-}" = --sql ]; then
	statements
	exit 0
fi
# Over MariaDB's own socket, as root; the password passes through standard input, never through arguments.
statements | mariadb --batch
echo "database.sh: $DATABASE_NAME is ready for $DATABASE_USER"
