#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# As process 1 of a PID namespace git-sync is its own init: it runs itself as a child, passes every
# signal on, reaps orphans and ends with the child's status (docs/contract.md#pid1; scenario 25 as
# process 1).
source "$(dirname "$0")/lib/e2e.sh"

need_commands unshare pgrep
unshare --pid --fork --mount-proc true 2>/dev/null || skip "the kernel refuses a PID namespace"

# start_init [flags…]: like start_gitsync, as process 1 of its own namespace. GITSYNC_PID is
# unshare, which ends with process 1's status; INIT_PID is process 1 and CHILD_PID the program.
start_init() {
  e2e_new_run
  E2E_RUN=$RUN setsid env --default-signal unshare --pid --fork --mount-proc "$GITSYNC_BIN" "$@" \
    </dev/null >"$OUT" 2>"$LOG" &
  GITSYNC_PID=$!
  GITSYNC_PIDS+=("$GITSYNC_PID")
}
find_init() {
  wait_for 10 child_of "$GITSYNC_PID" && INIT_PID=$(pgrep -P "$GITSYNC_PID")
  wait_for 10 child_of "$INIT_PID" && CHILD_PID=$(pgrep -P "$INIT_PID" | head -n1)
}
child_of() { [[ -n $(pgrep -P "$1") ]]; }
# run_init [flags…]: to the end; sets STATUS.
run_init() {
  start_init "$@"
  wait_gitsync 60
}
# in_namespace <command…>: runs it beside process 1.
# Its root too: where the tests run in a chroot, the mount namespace begins outside of that.
in_namespace() { nsenter --target "$INIT_PID" --pid --mount --root "$@"; }

make_repo app
flags=(--repo="file://$REPO" --link=link)

scenario "the version is printed by the child; one plain line on stderr says what process 1 does"
run_init --version
assert_status 0
assert_eq "$("$GITSYNC_BIN" --version)" "$(cat "$OUT")" "standard output"
assert_eq 1 "$(grep -c . "$LOG")" "lines on stderr"
assert_log "process 1"

scenario "exit statuses of the child are process 1's: success, errors in flags, values and settings"
run_init --one-time "${flags[@]}" --root="$ROOT"
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"
run_init --no-such-flag
assert_status 2
run_init --one-time "${flags[@]}"
assert_status 1
run_init --one-time --repo="file://$SRV/nowhere" --root="$ROOT"
assert_status 1

scenario "arguments, environment, working directory and streams reach the child"
cat >"$D/git" <<SCRIPT
#!/bin/sh
[ -e "$D/seen" ] || { env -0; pwd; } >"$D/seen"
exec git "\$@"
SCRIPT
chmod +x "$D/git"
ODD_VALUE=$'two\nlines' run_init --one-time "${flags[@]}" --root="$ROOT" --link="odd  name" \
  --git="$D/git"
assert_status 0
assert_link_hash "$ROOT/odd  name" "$HASH"
grep -qz $'^ODD_VALUE=two\nlines$' "$D/seen" || grep -qzF $'ODD_VALUE=two\nlines' "$D/seen" ||
  fail "the environment was not passed on"
assert_file_contains "$D/seen" "$T"

for signal in TERM INT HUP; do
  scenario "SIG$signal to process 1 ends the program; the status says 128 + the signal"
  start_init "${flags[@]}" --root="$ROOT" --period=100ms
  find_init
  wait_for 20 link_is "$ROOT/link" "$HASH"
  kill "-$signal" "$INIT_PID"
  wait_gitsync 5
  assert_status $((128 + $(kill -l "$signal")))
  assert_no_gitsync_process
done

scenario "a program killed by SIGKILL leaves 137"
start_init "${flags[@]}" --root="$ROOT" --period=100ms
find_init
wait_for 20 link_is "$ROOT/link" "$HASH"
kill -KILL "$CHILD_PID"
wait_gitsync 5
assert_status 137
assert_no_gitsync_process

for name in SIGHUP HUP 1; do
  scenario "25: the sync signal given as $name, sent to process 1, ends a pause of 100 s"
  start_init "${flags[@]}" --root="$ROOT" --period=100s --sync-on-signal="$name" -v 3
  find_init
  wait_for 20 log_has '"next sync"'
  commit_file "$REPO" file "app, signal $name"
  kill -HUP "$INIT_PID"
  wait_for 10 link_is "$ROOT/link" "$HASH"
  is_running "$GITSYNC_PID" || fail "the sync signal ended git-sync"
  kill -TERM "$INIT_PID"
  wait_gitsync 5
  assert_status 143
done

scenario "signals that mean nothing end neither process 1 nor the program"
start_init "${flags[@]}" --root="$ROOT" --period=100ms
find_init
wait_for 20 link_is "$ROOT/link" "$HASH"
for signal in USR1 USR2 ALRM PIPE VTALRM PROF XCPU IO PWR WINCH CHLD CONT URG RTMIN RTMAX; do
  kill "-$signal" "$INIT_PID"
done
commit_file "$REPO" file "app, after signals"
wait_for 10 link_is "$ROOT/link" "$HASH"
kill -QUIT "$INIT_PID"
wait_gitsync 5
assert_status 2
assert_log SIGQUIT

scenario "orphans are reaped, whatever leaves them behind"
cat >"$D/hook" <<SCRIPT
#!/bin/sh
for i in 1 2 3; do (setsid sh -c 'echo \$\$ >>"$D/orphans"; kill -STOP \$\$' &); done
until [ "\$(grep -c . "$D/orphans" 2>/dev/null)" = 3 ]; do sleep 0.02; done
SCRIPT
chmod +x "$D/hook"
start_init "${flags[@]}" --root="$ROOT" --period=100ms --exechook-command="$D/hook"
find_init
three_orphans() { (($(grep -c . "$D/orphans") == 3)); }
wait_for 20 three_orphans
state_of() { in_namespace sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$1/status"; }
is_stopped_orphan() { [[ $(state_of "$1") == T ]]; }
is_reaped() { ! in_namespace test -e "/proc/$1"; }
while read -r orphan; do
  wait_for 5 is_stopped_orphan "$orphan"
  in_namespace kill -KILL "$orphan"
  wait_for 5 is_reaped "$orphan"
done <"$D/orphans"
# The numbers are those of the namespace, so it is a shell in there that looks for them.
zombies() { in_namespace sh -c "grep -ls '^State:.Z' /proc/[0-9]*/status" || true; }
no_zombies() { [[ -z $(zombies) ]]; }
wait_for 5 no_zombies
kill -TERM "$INIT_PID"
wait_gitsync 5
assert_status 143

scenario "git's credential cache ends with the program, and its daemon is reaped"
start_init "${flags[@]}" --root="$ROOT" --period=100ms --engine=git \
  --credential='{"url":"https://a.invalid","username":"u","password":"p"}'
find_init
wait_for 20 link_is "$ROOT/link" "$HASH"
cache_runs() { in_namespace pgrep -f credential-cache--daemon; }
wait_for 10 cache_runs
daemon=$(in_namespace pgrep -o -f credential-cache--daemon)
in_namespace kill -KILL "$daemon"
wait_for 5 is_reaped "$daemon"
wait_for 5 no_zombies
kill -TERM "$INIT_PID"
wait_gitsync 5
assert_status 143
assert_no_gitsync_process

scenario "127 and one line when the program cannot be run again"
e2e_new_run
STATUS=0
E2E_RUN=$RUN unshare --pid --fork --mount sh -c \
  "mount -t tmpfs none /proc && exec \"\$0\" --version" \
  "$GITSYNC_BIN" >"$OUT" 2>"$LOG" || STATUS=$?
# A sanitizer that looks for leaks at the end cannot do so without /proc, and fails instead.
log_has "LeakSanitizer has encountered a fatal error" || assert_status 127
assert_log "process 1: /proc/self/exe: No such file or directory"
assert_file_eq "$OUT" ""
