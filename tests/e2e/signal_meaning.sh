#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What each signal does to the program itself (docs/contract.md#pause-and-signals; scenario 25
# without process 1 between).
source "$(dirname "$0")/lib/e2e.sh"

# Thread sanitizer delays the end by a second, in which a dying process goes on working.
export TSAN_OPTIONS=${TSAN_OPTIONS:+$TSAN_OPTIONS:}atexit_sleep_ms=0
make_repo app
flags=(--repo="file://$REPO" --link=link)
number() { kill -l "$1"; }
# started_loop [flags…]: runs endlessly and has published.
started_loop() {
  start_gitsync "${flags[@]}" --root="$ROOT" --period=100ms "$@"
  wait_for 20 link_is "$ROOT/link" "$HASH"
}
assert_tidy() {
  assert_no_gitsync_process
  assert_eq "" "$(ls -A "$TMPDIR")" "left in TMPDIR"
}

for signal in TERM INT HUP; do
  scenario "SIG$signal ends it by that signal within a second, children and temporary files gone"
  cause signal
  for try in 1 2 3; do # a busy machine may delay one; git-sync itself would delay each
    started_loop --credential='{"url":"https://a.invalid","username":"u","password":"p"}'
    begun=$(date +%s%3N)
    stop_gitsync "$signal"
    taken=$(($(date +%s%3N) - begun))
    assert_status $((128 + $(number "$signal")))
    assert_tidy
    ((taken >= 1500 * E2E_TIME_FACTOR)) || break
  done
  ((taken < 1500 * E2E_TIME_FACTOR)) || fail "it took ${taken} ms to end, in try $try"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
done

for name in SIGHUP HUP 1; do
  scenario "25: the sync signal given as $name ends a pause of 100 s, again and again"
  start_gitsync "${flags[@]}" --root="$ROOT" --period=100s --sync-on-signal="$name" -v 3
  wait_for 20 log_has '"next sync"'
  for n in 1 2 3; do
    commit_file "$REPO" file "app, signal $name, $n"
    kill -HUP "$GITSYNC_PID"
    wait_for 10 link_is "$ROOT/link" "$HASH"
  done
  assert_log '"signal":"SIGHUP"'
  stop_gitsync
  assert_status 143
done

scenario "several sync signals during one pass cause one pass more, at once"
cat >"$D/git" <<SCRIPT
#!/bin/sh
if [ "\$1" = fetch ]; then
  echo x >>"$D/fetches"
  while [ -e "$D/hold" ]; do sleep 0.02; done
fi
exec git "\$@"
SCRIPT
chmod +x "$D/git"
touch "$D/hold"
fetches_reach() { (($(grep -c . "$D/fetches") >= $1)); }
start_gitsync "${flags[@]}" --root="$ROOT" --period=100s --sync-on-signal=USR1 --git="$D/git" -v 3
wait_for 20 fetches_reach 1
# Each is taken before the next comes, which would else be the same one, and before the pass ends.
caught() { (($(log_count '"signal":"SIGUSR1"') == $1)); }
for n in 1 2 3; do
  kill -USR1 "$GITSYNC_PID"
  wait_for 10 caught "$n"
done
rm "$D/hold"
wait_for 10 fetches_reach 2
two_pauses() { (($(log_count '"next sync"') >= 2)); }
wait_for 10 two_pauses
assert_eq 2 "$(grep -c . "$D/fetches")" "passes"
stop_gitsync

scenario "SIGCHLD as the sync signal: sent by somebody it counts, from our own children it does not"
use_http
start_gitsync "${flags[@]}" --root="$ROOT" --period=100s --sync-on-signal=CHLD "${HTTP_FLAGS[@]}"
wait_for 20 link_is "$ROOT/link" "$HASH"
commit_file "$REPO" file "app, by SIGCHLD"
OLD=$(link_hash "$ROOT/link")
stays_true 1 link_is "$ROOT/link" "$OLD"
assert_eq 1 "$(passes)" "passes"
kill -CHLD "$GITSYNC_PID"
wait_for 10 link_is "$ROOT/link" "$HASH"
stop_gitsync

scenario "SIGTERM as the sync signal no longer ends it; another one does"
start_gitsync "${flags[@]}" --root="$ROOT" --period=100s --sync-on-signal=TERM -v 3
wait_for 20 log_has '"next sync"'
commit_file "$REPO" file "app, by SIGTERM"
kill -TERM "$GITSYNC_PID"
wait_for 10 link_is "$ROOT/link" "$HASH"
stop_gitsync INT
assert_status 130

scenario "before the loop the sync signal has its usual effect"
cat >"$D/git" <<SCRIPT
#!/bin/sh
if [ "\$1" = version ]; then
  : >"$D/starting"
  while [ -e "$D/hold" ]; do sleep 0.02; done
fi
exec git "\$@"
SCRIPT
chmod +x "$D/git"
touch "$D/hold"
start_gitsync "${flags[@]}" --root="$ROOT" --sync-on-signal=HUP --git="$D/git"
wait_for 10 test -e "$D/starting"
stop_gitsync HUP
assert_status 129
assert_tidy

scenario "signals that mean nothing do not end it"
started_loop
for signal in USR1 USR2 ALRM PIPE VTALRM PROF XCPU XFSZ IO PWR WINCH STKFLT CHLD CONT URG RTMIN; do
  kill "-$signal" "$GITSYNC_PID"
done
commit_file "$REPO" file "app, after signals"
wait_for 10 link_is "$ROOT/link" "$HASH"
stop_gitsync
assert_status 143

for signal in QUIT ABRT TRAP SYS; do
  scenario "SIG$signal: a short dump on stderr, exit 2"
  cause signal
  started_loop
  stop_gitsync "$signal"
  assert_status 2
  assert_log "SIG$signal"
  assert_log "thread "
  assert_eq "" "$(ls -A "$TMPDIR")" "left in TMPDIR"
done

scenario "signals inherited as ignored stay ignored, unless one is chosen as the sync signal"
e2e_new_run
E2E_RUN=$RUN setsid env --ignore-signal=HUP,INT,CHLD "$GITSYNC_BIN" "${flags[@]}" --root="$ROOT" \
  --period=100s --sync-on-signal=INT -v 3 </dev/null >"$OUT" 2>"$LOG" &
GITSYNC_PID=$!
GITSYNC_PIDS+=("$GITSYNC_PID")
wait_for 20 log_has '"next sync"'
kill -HUP "$GITSYNC_PID"
commit_file "$REPO" file "app, ignored signals"
kill -INT "$GITSYNC_PID"
wait_for 10 link_is "$ROOT/link" "$HASH"
stop_gitsync
assert_status 143

scenario "idling on a hash: the sync signal is swallowed, SIGINT exits 0, SIGTERM ends as usual"
for signal in INT TERM; do
  start_gitsync "${flags[@]}" --ref="$HASH" --root="$ROOT" --period=100ms --sync-on-signal=HUP
  wait_for 20 log_has "idling"
  kill -HUP "$GITSYNC_PID"
  stop_gitsync "$signal"
  expected=143
  [[ $signal != INT ]] || expected=0
  assert_status "$expected"
  assert_tidy
done

scenario "a child starts with an empty mask, default dispositions and no signal ignored"
cat >"$D/git" <<SCRIPT
#!/bin/sh
[ -e "$D/status" ] || cat /proc/self/status >"$D/status"
exec git "\$@"
SCRIPT
cat >"$D/hook" <<SCRIPT
#!/bin/sh
cat /proc/self/status >"$D/hook-status"
SCRIPT
chmod +x "$D/git" "$D/hook"
e2e_new_run
STATUS=0
E2E_RUN=$RUN env --ignore-signal=PIPE,USR1,CHLD --block-signal=TERM,USR2 "$GITSYNC_BIN" \
  "${flags[@]}" --root="$ROOT" --one-time --git="$D/git" --exechook-command="$D/hook" \
  </dev/null >"$OUT" 2>"$LOG" || STATUS=$?
assert_status 0
for file in "$D/status" "$D/hook-status"; do
  for key in SigBlk SigIgn SigPnd; do
    assert_file_contains "$file" "$key:"$'\t'0000000000000000
  done
done

scenario "SIGTERM reaches it though it was started with that signal blocked"
e2e_new_run
E2E_RUN=$RUN setsid env --block-signal=TERM "$GITSYNC_BIN" "${flags[@]}" --root="$ROOT" \
  --period=100ms </dev/null >"$OUT" 2>"$LOG" &
GITSYNC_PID=$!
GITSYNC_PIDS+=("$GITSYNC_PID")
wait_for 20 link_is "$ROOT/link" "$HASH"
stop_gitsync
assert_status 143
