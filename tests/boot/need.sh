# shellcheck shell=bash
# need PACKAGE...: the one place where a test installs anything. What is there already costs one dpkg-query.

need()
{
    local missing
    missing=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
              awk '$2 == "installed" { print $1 }' | sort | comm -13 - <(printf '%s\n' "$@" | sort -u))
    [ -n "$missing" ] || return 0
    # Two tests may want the same package at once: dpkg's own lock is waited for, and no question is asked.
    # shellcheck disable=SC2016,SC2086 # $(FILENAME) is apt's; a list of words on purpose
    {
        [ -n "$(apt-get indextargets --format '$(FILENAME)' 'Created-By: Packages' | xargs -r ls 2>/dev/null)" ] ||
            apt-get -q update
        DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends $missing
    } >&2
}
