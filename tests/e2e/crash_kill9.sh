#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Killed by SIGKILL at random moments of the first sync and of updates, then started again: it
# always converges without one failed pass, and a reader never sees a missing link or a mixed tree.
# MOMENTS: how many of each. link_reader.sh has a shorter form of it for every run.
# label: long
# timeout: 900
source "$(dirname "$0")/lib/e2e.sh"

MOMENTS=${MOMENTS:-50}
FILES=40
RANDOM=${SEED:=$$}
printf 'SEED=%s\n' "$SEED"

# commit_all_files <text>: a commit in which every file holds the text; sets HASH.
commit_all_files() {
  local n
  for ((n = 0; n < FILES; n++)); do printf '%s\n' "$1" >"$REPO/file$n"; done
  commit_all "$REPO"
}
REPO=$SRV/app
git init -q "$REPO"
commit_all_files "text 0"

start_sync() {
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=50ms
}
# kill_at_random <ms>: SIGKILL to git-sync alone, at a moment within so many milliseconds.
kill_at_random() {
  local moment=$((RANDOM * $1 / 32768))
  sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
  {
    kill -KILL "$GITSYNC_PID"
    wait "$GITSYNC_PID" || true
  } 2>/dev/null
}
# The killed process may have published already; what counts is a pass of the new one.
published_or_dead() {
  { link_is "$ROOT/link" "$HASH" && log_has '"updated successfully"'; } || is_gone "$GITSYNC_PID"
}
# assert_converges: a new process publishes $HASH without a failed pass.
assert_converges() {
  start_sync
  wait_for 30 published_or_dead
  is_running "$GITSYNC_PID" || fail "git-sync gave up after it was killed"
  assert_link_hash "$ROOT/link" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
  assert_log_json
  assert_no_log '"failCount"'
}
milliseconds() { date +%s%3N; }

scenario "how long a first sync takes here"
begun=$(milliseconds)
assert_converges
first_sync=$(($(milliseconds) - begun))
printf '%s ms\n' "$first_sync"
stop_gitsync

scenario "killed at $MOMENTS moments of the first sync"
for ((moment = 0; moment < MOMENTS; moment++)); do
  ROOT=$D/root$moment
  start_sync
  kill_at_random "$first_sync"
  assert_converges
  # What was published is in order while garbage is collected, but fsck would see packs vanish.
  stop_gitsync KILL
  assert_no_gitsync_process 20
  git -C "$ROOT" fsck --no-progress --no-dangling 2>&1 | grep -v '^notice: ' >"$D/fsck" || true
  assert_file_eq "$D/fsck" ""
  rm -rf "$ROOT"
done

scenario "killed at $MOMENTS moments of an update, under a reader"
start_sync
wait_for 20 link_is "$ROOT/link" "$HASH"
spawn "$T/log/reader" "$PYTHON" "$E2E_LIB/tree_reader.py" "$ROOT/link" "$FILES" "$D/report"
reader=$SPAWNED
for ((moment = 0; moment < MOMENTS; moment++)); do
  commit_all_files "text $((moment + 1))"
  kill_at_random "$first_sync"
  assert_converges
  is_running "$reader" || fail "the reader died: $(cat "$T/log/reader")"
done
is_alone() { [[ $(ls -A "$ROOT/.worktrees") == "$HASH" ]]; } # behind the record of the update
wait_for 20 is_alone
stop_gitsync
kill -TERM "$reader"
wait_for 10 is_gone "$reader"
assert_eq "" "$(grep -v '^read ' "$D/report" || true)" "complaints of the reader"
printf '%s whole trees\n' "$(tail -n1 "$D/report")"
(($(sed -n 's/^read //p' "$D/report") > MOMENTS)) || fail "the reader hardly read anything"
assert_eq "$HASH" "$(ls -A "$ROOT/.worktrees")" "entries of .worktrees"
git -C "$ROOT" fsck --no-progress --no-dangling 2>&1 | grep -v '^notice: ' >"$D/fsck" || true
assert_file_eq "$D/fsck" ""
