#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# SIGTERM, SIGINT or SIGHUP at random moments, from start-up through first sync, updates and hooks:
# it ends by that signal within a second, leaves no process and no temporary file, and a root that
# the next start publishes from. MOMENTS: how many.
source "$(dirname "$0")/lib/e2e.sh"

MOMENTS=${MOMENTS:-20}
RANDOM=${SEED:=$$}
printf 'SEED=%s\n' "$SEED"
milliseconds() { date +%s%3N; }
# A second, and what it takes to notice. A busy machine delays one or the other; git-sync itself would delay each.
kInTime=$((1200 * E2E_TIME_FACTOR))

make_repo sub
make_repo app
add_submodule "$REPO" "$SRV/sub" sub
cat >"$T/hook" <<'SCRIPT'
#!/bin/sh
trap '' TERM
sleep 0.2 &
wait
SCRIPT
chmod +x "$T/hook"
flags=(--repo="file://$REPO" --link=link --period=50ms --git-config=protocol.file.allow:always
  --exechook-command="$T/hook" --pre-publish-exechook-command="$T/hook"
  --credential='{"url":"https://a.invalid","username":"u","password":"p"}')

scenario "stopped at $MOMENTS moments, nothing is left and the next start goes on"
signals=(TERM INT HUP) late=0
for ((moment = 0; moment < MOMENTS; moment++)); do
  # Every other time the first sync, else an update.
  ((moment % 2)) || rm -rf "$ROOT"
  commit_file "$REPO" file "text $moment"
  signal=${signals[moment % 3]}
  start_gitsync "${flags[@]}" --root="$ROOT"
  pause=$((20 + RANDOM % 1500))
  sleep "$(printf '%d.%03d' $((pause / 1000)) $((pause % 1000)))"
  begun=$(milliseconds)
  kill "-$signal" "$GITSYNC_PID"
  STATUS=0
  { wait "$GITSYNC_PID" || STATUS=$?; } 2>/dev/null
  taken=$(($(milliseconds) - begun))
  assert_status $((128 + $(kill -l "$signal")))
  ((taken <= kInTime)) || late=$((late + 1))
  ((taken <= 4 * kInTime)) || fail "SIG$signal after $pause ms: it took $taken ms to end"
  assert_no_gitsync_process
  assert_eq "" "$(ls -A "$TMPDIR")" "left in TMPDIR"
done
((late <= MOMENTS / 5)) || fail "$late of $MOMENTS took more than $kInTime ms to end"
start_gitsync "${flags[@]}" --root="$ROOT"
published_or_dead() { link_is "$ROOT/link" "$HASH" || is_gone "$GITSYNC_PID"; }
wait_for 30 published_or_dead
assert_link_hash "$ROOT/link" "$HASH"
assert_file_eq "$ROOT/link/file" "text $((MOMENTS - 1))"
assert_file_eq "$ROOT/link/sub/file" "sub 1"
assert_no_log '"failCount"'
stop_gitsync

scenario "children that ignore SIGTERM are killed with it"
cat >"$D/git" <<SCRIPT
#!/bin/sh
if [ "\$1" = fetch ]; then
  trap '' TERM INT HUP
  : >"$D/fetching"
  while :; do sleep 1; done
fi
exec git "\$@"
SCRIPT
chmod +x "$D/git"
for try in 1 2 3; do
  rm -f "$D/fetching"
  start_gitsync "${flags[@]}" --root="$ROOT" --git="$D/git"
  wait_for 20 test -e "$D/fetching"
  begun=$(milliseconds)
  stop_gitsync
  taken=$(($(milliseconds) - begun))
  assert_status 143
  assert_no_gitsync_process
  assert_eq "" "$(ls -A "$TMPDIR")" "left in TMPDIR"
  ((taken > kInTime)) || break
done
((taken <= kInTime)) || fail "it took $taken ms to end, in try $try"

scenario "one-time runs end by the signal, too, also while they wait for a hook"
cat >"$D/slow" <<SCRIPT
#!/bin/sh
: >"$D/hooking"
sleep 1000
SCRIPT
chmod +x "$D/slow"
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time --submodules=off \
  --exechook-command="$D/slow"
wait_for 20 test -e "$D/hooking"
stop_gitsync
assert_status 143
assert_no_gitsync_process
assert_link_hash "$ROOT/link" "$HASH"
assert_eq "" "$(ls -A "$TMPDIR")" "left in TMPDIR"
