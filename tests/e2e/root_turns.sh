#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Processes on one root take turns, pass by pass, and a dead one holds nothing
# (docs/design.md#turns).
source "$(dirname "$0")/lib/e2e.sh"

# A git that notes who runs it, and that waits before a fetch while $D/hold exists.
write_git() {
  mkdir -p "$D/bin"
  cat >"$D/bin/git" <<SCRIPT
#!/bin/sh
echo "\$PPID \$1" >>"$D/commands"
if [ "\$1" = fetch ]; then
  : >"$D/holding"
  while [ -e "$D/hold" ]; do sleep 0.05; done
fi
exec git "\$@"
SCRIPT
  chmod +x "$D/bin/git"
}
flags() { printf '%s\n' --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms; }
start() {
  mapfile -t OWN < <(flags)
  start_gitsync "${OWN[@]}" --stale-worktree-timeout=1h "$@"
}
# Each pass is one run of commands of one process between two fetches of it; turns are kept if the
# commands of a pass (from the fsck after a fetch on, up to gc) are never mixed with another's.
assert_turns_kept() {
  # rev-parse --show-toplevel opens a pass, so another process may only come in before one.
  awk '$2 == "version" || $2 == "config" || $2 == "credential" || $2 == "credential-cache" { next }
    $1 != last && NR > 1 && last && $2 != "rev-parse" { print "line " NR ": " $0 " after " last; bad = 1 }
    { last = $1 } END { exit bad }' "$D/commands" || fail "passes of two processes were mixed"
}

scenario "one-time beside a live sidecar: both succeed, one after the other"
make_repo app
commit_uniform "$REPO" 1
write_git
start --git="$D/bin/git" --max-failures=0
wait_for 10 link_is "$ROOT/link" "$HASH"
sidecar=$GITSYNC_PID sidecar_log=$LOG
start_reader "$ROOT/link"
for n in 2 3 4; do
  commit_uniform "$REPO" "$n"
  run_gitsync "${OWN[@]}" --git="$D/bin/git" --one-time --stale-worktree-timeout=1h
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
done
is_running "$sidecar" || fail "the sidecar has ended"
LOG=$sidecar_log
assert_no_log "error syncing"
assert_turns_kept
stop_reader

scenario "waiting for a turn is logged once a pass, and ends when the holder's pass ends"
make_repo waiting
write_git
touch "$D/hold"
start --git="$D/bin/git"
wait_for 10 test -e "$D/holding"
start_gitsync "${OWN[@]}" --git="$D/bin/git" --one-time --stale-worktree-timeout=1h
wait_for 10 log_has "another git-sync works on this root"
stays_true 1 is_running "$GITSYNC_PID"
assert_eq 1 "$(log_count "another git-sync works on this root")" "lines about waiting"
assert_eq 1 "$(grep -c ' fetch$' "$D/commands")" "fetches while one holds"
rm "$D/hold"
wait_gitsync 20
assert_status 0
assert_log_json
assert_link_hash "$ROOT/link" "$HASH"
assert_turns_kept

scenario "waiting counts against --sync-timeout"
cause turn timeout
make_repo limited
write_git
touch "$D/hold"
start --git="$D/bin/git"
wait_for 10 test -e "$D/holding"
run_gitsync "${OWN[@]}" --one-time --sync-timeout=1s
assert_status 1
assert_log "another git-sync works on this root"
assert_log "deadline exceeded"
assert_no_file "$ROOT/link"

scenario "one that waits stops at once when told"
make_repo stopped
write_git
touch "$D/hold"
start --git="$D/bin/git"
wait_for 10 test -e "$D/holding"
start_gitsync "${OWN[@]}"
wait_for 10 log_has "another git-sync works on this root"
kill -TERM "$GITSYNC_PID"
wait_for 2 is_gone "$GITSYNC_PID"

scenario "a killed holder holds nothing"
make_repo killed
write_git
touch "$D/hold"
start --git="$D/bin/git"
wait_for 10 test -e "$D/holding"
holder=$GITSYNC_PID
start_gitsync "${OWN[@]}" --one-time
wait_for 10 log_has "another git-sync works on this root"
kill -KILL "$holder"
wait_gitsync 20
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"

scenario "two sidecars follow one repository on one root; a reader sees only whole trees"
make_repo two
commit_uniform "$REPO" 1
write_git
start --git="$D/bin/git" --max-failures=0
wait_for 10 link_is "$ROOT/link" "$HASH"
first=$GITSYNC_PID first_log=$LOG
start --git="$D/bin/git" --max-failures=0
start_reader "$ROOT/link"
for n in 2 3 4 5 6; do
  commit_uniform "$REPO" "$n"
  wait_for 20 link_is "$ROOT/link" "$HASH"
done
wait_for 10 log_has "updated successfully"
for pid in "$first" "$GITSYNC_PID"; do
  is_running "$pid" || fail "a sidecar has ended"
done
stop_reader
assert_turns_kept
for LOG in "$LOG" "$first_log"; do
  assert_no_log "error syncing"
  assert_log_json
done

scenario "the lock is no content: an empty root with it is empty, and it survives a wipe"
make_repo lock
mkdir -p "$ROOT/foreign"
: >"$ROOT/.git-sync.lock"
inode=$(stat -c %i "$ROOT/.git-sync.lock")
mapfile -t OWN < <(flags)
run_gitsync "${OWN[@]}" --one-time
assert_status 0
assert_no_file "$ROOT/foreign"
assert_eq "$inode" "$(stat -c %i "$ROOT/.git-sync.lock")" "inode of the lock"
