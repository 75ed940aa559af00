#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Damage to the checkouts is repaired, in a running process and after a restart, and counted as one
# update each (scenarios 17 to 20 of docs/contract.md#scenarios).
source "$(dirname "$0")/lib/e2e.sh"

kSuccess='git_sync_count_total{status="success"}'
counters_are() { metric_is "$kSuccess" "$1" && metric_is git_fetch_count_total "$1"; }
use_http
start() {
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --touch-file=touch \
    --period=100ms --max-failures=0 "${HTTP_FLAGS[@]}" "$@"
  expect_published 1
}
# expect_published <n>: the n-th update shows $HASH, whole, touches and counts once.
expect_published() {
  wait_for 20 test -e "$ROOT/touch"
  assert_link_hash "$ROOT/link" "$HASH"
  assert_eq ".worktrees/$HASH" "$(readlink "$ROOT/link")"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
  wait_for 5 counters_are "$1"
  rm "$ROOT/touch"
}
assert_quiet_end() { # <n>: no further update, no failed pass
  wait_passes 2
  counters_are "$1" || fail "counters moved: $(http_get /metrics | grep ^git_)"
  assert_no_file "$ROOT/touch"
  assert_metric 'git_sync_count_total{status="error"}' 0
  assert_eq "$HASH" "$(ls -A "$ROOT/.worktrees")" "entries of .worktrees"
  assert_log_json
  stop_gitsync
}
# vanish <path>: gone in one step; a slow deletion would go on in what is being repaired.
vanish() { mv "$1" "$(mktemp -d "$D/vanished.XXXXXX")"; }

scenario "17: a foreign worktree in the next one's place and junk do no harm and go"
make_repo app
start
make_repo foreign
REPO=$SRV/app
freeze_gitsync
commit_file "$REPO" file 2
git -C "$SRV/foreign" worktree add -q --no-checkout --detach "$ROOT/.worktrees/$HASH"
mkdir -p "$ROOT/.worktrees/not_a_hash/folder"
printf 'x\n' >"$ROOT/.worktrees/not_a_hash/folder/file"
printf 'x\n' >"$ROOT/.worktrees/not_a_directory"
thaw_gitsync
expect_published 2
assert_quiet_end 2

scenario "17: a file, a symlink and a locked worktree in the next one's place do no harm"
make_repo places
start
freeze_gitsync
commit_file "$REPO" file 2
printf 'x\n' >"$ROOT/.worktrees/$HASH"
thaw_gitsync
expect_published 2
freeze_gitsync
commit_file "$REPO" file 3
mkdir "$D/foreign"
printf 'mine\n' >"$D/foreign/file"
ln -s "$D/foreign" "$ROOT/.worktrees/$HASH"
thaw_gitsync
expect_published 3
assert_file_eq "$D/foreign/file" mine
wait_passes 2 # no git of the last update, which might hold a lock, is to be stopped
freeze_gitsync
before=$HASH
commit_file "$REPO" file 4
git -C "$ROOT" fetch -q "file://$REPO" main
git -C "$ROOT" worktree add -q --detach "$ROOT/.worktrees/$HASH" "$HASH"
git -C "$ROOT" worktree lock "$ROOT/.worktrees/$HASH"
thaw_gitsync
expect_published 4
assert_ne "$before" "$(link_hash "$ROOT/link")"
assert_quiet_end 4

scenario "18: the current worktree is deleted: it comes back, counted once, with a failure limit of 0"
make_repo deleted
start
vanish "$ROOT/.worktrees/$HASH"
expect_published 2
vanish "$ROOT/.worktrees"
expect_published 3
assert_quiet_end 3

scenario "18: only git's data of the current worktree is deleted, or only its .git file"
rm_metadata() { vanish "$ROOT/.git/worktrees"; }
rm_pointer() { rm "$ROOT/.worktrees/$HASH/.git"; }
make_repo metadata
start
rm_metadata
expect_published 2
rm_pointer
expect_published 3
assert_quiet_end 3

scenario "18: the link is deleted while running: it comes back"
make_repo unlinked
start
rm "$ROOT/link"
expect_published 2
ln -sfn /nowhere "$ROOT/link"
expect_published 3
assert_quiet_end 3

scenario "the whole root is deleted while running: it comes back"
make_repo gone
# The pass in the middle of which it happens may fail.
start --max-failures=-1
root_is_removed() { rm -rf "${ROOT:?}" && [[ ! -e $ROOT ]]; }
freeze_gitsync
wait_for 10 root_is_removed
thaw_gitsync
wait_for 20 metric_is "$kSuccess" 2
assert_link_hash "$ROOT/link" "$HASH"
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
stop_gitsync

scenario "19: a commit made inside the published worktree by someone else is undone"
make_repo meddled
start
freeze_gitsync
printf 'meddled\n' >"$ROOT/link/file"
printf 'new\n' >"$ROOT/link/new"
git -C "$ROOT/link/" add -A
git -C "$ROOT/link/" commit -q -m meddling
thaw_gitsync
expect_published 2
assert_quiet_end 2

scenario "edits in the published worktree stay until the next update, as nothing looks for them"
make_repo edited
start
printf 'edited\n' >"$ROOT/link/file"
wait_passes 2
assert_file_eq "$ROOT/link/file" edited
commit_file "$REPO" file 2
expect_published 2
assert_quiet_end 2

for damage in link .worktrees; do
  scenario "20: restart with $damage removed: repaired"
  make_repo "restart-$damage"
  start
  stop_gitsync
  rm -rf "${ROOT:?}/$damage"
  start
  assert_quiet_end 1
done
