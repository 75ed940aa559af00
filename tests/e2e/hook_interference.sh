#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Hooks that hang, ignore signals, flood us with output or leave processes behind: their time limit
# holds, syncing goes on, memory stays flat, and nothing outlives us but what a hook that succeeded
# has started on purpose.
# shellcheck disable=SC2016 # hooks are written in single quotes: they expand when they run
source "$(dirname "$0")/lib/e2e.sh"

make_repo app

hook() {
  printf '#!/bin/sh\nD=%s\n%s\n' "$D" "$1" >"$D/hook.sh"
  chmod +x "$D/hook.sh"
}
hook_runs_are() { metric_is "git_sync_hook_run_count_total{name=\"exechook\",status=\"$1\"}" "$2"; }
# A run is counted before it is logged: whoever looks for its record waits for that, too.
failed_at_least() {
  metric_at_least 'git_sync_hook_run_count_total{name="exechook",status="error"}' "$1"
}
start() {
  use_http
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms \
    --exechook-command="$D/hook.sh" --exechook-timeout=1s --exechook-backoff=1s \
    "${HTTP_FLAGS[@]}" "$@"
}
publishes_a_new_commit() {
  commit_file "$REPO" file "$RANDOM$RANDOM"
  wait_for 10 link_is "$ROOT/link" "$HASH"
}
pid_is_gone() { [[ -s $1 ]] && is_gone "$(cat "$1")"; }
# Nothing but perhaps zombies, which init takes away when it likes.
group_is_empty() { [[ -z $(ps -eo pgid=,stat= | awk -v group="$1" '$1 == group && $2 !~ /^Z/') ]]; }
memory_kib() { awk '/^VmHWM/ { print $2 }' "/proc/$GITSYNC_PID/status"; }

scenario "a hook that hangs and ignores SIGTERM is killed with its children at its timeout"
hook 'trap "" TERM; sh -c "trap \"\" TERM; echo \$\$ >$D/child; while :; do sleep 1; done" &
echo $$ >$D/self; while :; do sleep 1; done'
start
wait_for 10 test -s "$D/child" -a -s "$D/self"
CHILD=$(cat "$D/child") SELF=$(cat "$D/self")
publishes_a_new_commit
wait_for 10 failed_at_least 1
wait_for 10 log_has 'deadline exceeded'
wait_for 5 is_gone "$CHILD"
wait_for 5 is_gone "$SELF"

scenario "SIGTERM while a stubborn hook runs ends all of its processes, and us by the signal"
hook 'trap "" TERM; setsid sleep 1000 & sleep 1000 & echo $$ >$D/self; while :; do sleep 1; done'
start --exechook-timeout=1h
wait_for 10 test -s "$D/self"
stop_gitsync TERM
assert_status 143
wait_for 2 group_is_empty "$(cat "$D/self")"

scenario "SIGTERM during a backoff, SIGINT during a webhook: at once"
hook 'exit 1'
start --exechook-backoff=1h
wait_for 10 failed_at_least 1
stop_gitsync TERM
assert_status 143
start_recorder '{"mode":"hang"}'
start --webhook-url="$RECORDER_URL/" --webhook-timeout=1h
wait_for 10 requests_at_least 1
stop_gitsync INT
assert_status 130
assert_no_gitsync_process

scenario "50 MB of output on both streams: cut in the log, memory flat"
hook 'touch $D/begun; [ -e $D/may-flood ] || exit 1
echo first words; head -c 50000000 /dev/zero | tr "\0" x; echo; echo last words
head -c 50000000 /dev/zero | tr "\0" y >&2; echo flooded >>$D/flooded; exit 1'
start --exechook-timeout=60s
wait_for 10 failed_at_least 1
BEFORE=$(memory_kib)
touch "$D/may-flood"
wait_for 30 test -e "$D/flooded"
wait_for 10 log_has 'last words'
AFTER=$(memory_kib)
# The address sanitizer keeps what was freed for a while.
((AFTER < BEFORE + 4096 * (E2E_TIME_FACTOR > 1 ? 10 : 1))) || fail "memory grew from $BEFORE to $AFTER KiB"
assert_log 'first words'
(($(stat -c %s "$LOG") < 1000000)) || fail "the log has $(stat -c %s "$LOG") bytes"
publishes_a_new_commit
assert_log_json

scenario "output that is no text ends as legal JSON"
hook 'printf "\377\376\000\001\033[31m\"\\ \342\202"; exit 3'
start
wait_for 10 log_has '"hook failed"'
assert_log_json

scenario "a hook that closes its output is waited for, and its end is noticed"
hook 'exec >&- 2>&- <&-; sleep 0.3; echo done >$D/done'
start --exechook-timeout=10s
wait_for 10 hook_runs_are success 1
assert_file_eq "$D/done" "done"

scenario "a service that a successful hook starts lives on, may write, and does not hold us up"
hook 'sh -c "echo \$\$ >$D/service; while ! [ -e $D/go ]; do sleep 0.05; done; head -c 300000 /dev/zero
echo still here; echo >$D/wrote.\$\$; exec sleep 1000" &
setsid sh -c "echo \$\$ >$D/escaped; exec sleep 1000" &
while ! [ -s $D/escaped ] || ! [ -s $D/service ]; do sleep 0.05; done'
start --exechook-timeout=30s
wait_for 10 hook_runs_are success 1
SERVICE=$(cat "$D/service")
publishes_a_new_commit
wait_for 10 hook_runs_are success 2
touch "$D/go"
# That one, not the service of the second run: words still in the pipe would end it with us.
wait_for 10 test -e "$D/wrote.$SERVICE"
is_running "$SERVICE" || fail "the service was ended"
stop_gitsync TERM
assert_status 143
is_running "$SERVICE" || fail "the service was ended with us"

scenario "children of a hook that fails are ended with it"
hook 'sleep 1000 & echo $! >$D/child; exit 1'
start --exechook-timeout=30s
wait_for 10 failed_at_least 1
wait_for 5 pid_is_gone "$D/child"

scenario "a hook that is missing, is a directory, or may not be executed is a failure like others"
start
wait_for 10 failed_at_least 1
stop_gitsync
mkdir "$D/hook.sh"
start
wait_for 10 failed_at_least 1
stop_gitsync
rmdir "$D/hook.sh"
echo '#!/bin/sh' >"$D/hook.sh"
start
names_the_hook() { grep -F '"hook failed"' "$LOG" | grep -F "$D/hook.sh"; }
wait_for 10 names_the_hook
publishes_a_new_commit
hook 'exit 0'
wait_for 10 hook_runs_are success 1

scenario "secrets that a hook prints are redacted"
hook 'env; exit 1'
GITSYNC_PASSWORD=hunter22-hunter22 start --username=u
wait_for 10 log_has '"hook failed"'
assert_no_log hunter22-hunter22
