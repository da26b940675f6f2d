# shellcheck shell=bash disable=SC2154 # logs: the folder, of the script
# Steps of a test: each prints one line, ok or FAIL, with its seconds.
#
#   phase WHAT CMD...     the rest makes no sense without it: its failure ends the script. Runs in this shell.
#   check WHAT CMD...     its failure is counted. Runs in a shell of its own, under set -e.
#   poll SECONDS CMD...   until CMD succeeds
#
# What a step says goes to a file, and to the terminal when it fails.

steps_failed=0
steps_open=     # the phase under way

steps_begin() # FOLDER
{
    steps_output=$1/step.out
    steps_start=$EPOCHREALTIME
    # The terminal: a phase's own output goes elsewhere.
    exec {steps_terminal}>&1
}

step_line() # ok|FAIL WHAT SINCE
{
    local took=$((${EPOCHREALTIME/./} - ${3/./}))
    printf '%-4s %3d.%02d  %s\n' "$1" $((took / 1000000)) $((took % 1000000 / 10000)) "$2" >&"$steps_terminal"
    [ "$1" = ok ] || head -n "${HPCC_BOOT_LINES:-20}" "$steps_output" | sed 's/^/      | /' >&"$steps_terminal"
}

phase()
{
    steps_open=$1
    steps_since=$EPOCHREALTIME
    shift
    "$@" >"$steps_output" 2>&1
    step_line ok "$steps_open" "$steps_since"
    steps_open=
}

check()
{
    local what=$1 since=$EPOCHREALTIME rc
    shift
    # Not in a condition: there set -e would have no effect on what the check does.
    set +e
    (
        trap - EXIT
        set -e
        "$@"
    ) >"$steps_output" 2>&1 </dev/null
    rc=$?
    set -e
    if [ "$rc" = 0 ]; then
        step_line ok "$what" "$since"
    else
        step_line FAIL "$what" "$since"
        steps_failed=$((steps_failed + 1))
    fi
}

poll()
{
    local until=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$until" ] || return 1
        sleep 0.1
    done
}

steps_end() # EXIT_STATUS: the last line; fails if anything did
{
    local failed=$steps_failed
    if [ -n "$steps_open" ]; then
        step_line FAIL "$steps_open" "$steps_since"
        failed=$((failed + 1))
    elif [ "$1" != 0 ]; then
        failed=$((failed + 1))
    fi
    rm -f "$steps_output"
    if [ "$failed" = 0 ]; then step_line ok "in all; logs: $logs" "$steps_start"; return 0; fi
    : >"$steps_output"
    step_line FAIL "in all: $failed; logs: $logs" "$steps_start"
    rm -f "$steps_output"
    return 1
}
