#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Git commands that fail or hang, whichever they are, never cost published data: link and tree stay
# whole, and syncing goes on when they work again. A damaged repository: damage_repository.
#
# It takes 45 seconds, most of it in the limits that end a command that hangs: 2 s each for two checks
# in two passes, a restart and four commands of an update, 8 s for gc, where no pass may fail. Shorter limits
# would end healthy commands on a busy machine.
source "$(dirname "$0")/lib/e2e.sh"
# shellcheck source=lib/damage.sh
source "$E2E_LIB/damage.sh"

kSuccess='git_sync_count_total{status="success"}'

# A git whose sub-commands hang or fail as files in $D tell: $D/hang.fsck, $D/fail.fsck …
write_git() {
  mkdir -p "$D/bin"
  cat >"$D/bin/git" <<SCRIPT
#!/bin/sh
[ ! -e "$D/hang.\$1" ] || sleep 1000
[ ! -e "$D/fail.\$1" ] || { echo "error: told to fail" >&2; exit 3; }
exec git "\$@"
SCRIPT
  chmod +x "$D/bin/git"
}

scenario "a check that hangs fails its pass, and nothing else happens"
cause timeout
new_repo hanging
write_git
start --git="$D/bin/git" --sync-timeout=2s
wait_for 10 metric_is "$kSuccess" 1
fetched=$(metric git_fetch_count_total) # on a busy machine a first sync may have met its limit
start_reader "$ROOT/link"
tree=$(stat -c %i "$ROOT/link/")
git_dir=$(stat -c %i "$ROOT/.git")
for command in fsck rev-parse; do
  touch "$D/hang.$command"
  more_errors 2
  rm "$D/hang.$command"
done
wait_passes 2
stop_reader
assert_metric "$kSuccess" 1
assert_metric git_fetch_count_total "$fetched"
assert_log "deadline exceeded"
assert_eq "$tree" "$(stat -c %i "$ROOT/link/")" "the tree's inode"
assert_eq "$git_dir" "$(stat -c %i "$ROOT/.git")" "the repository's inode"
stop_gitsync

scenario "a check that hangs at a restart: nothing is lost either"
cause timeout
write_git
new_repo hanging-restart
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
tree=$(stat -c %i "$ROOT/link/")
touch "$D/hang.fsck"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --sync-timeout=2s \
  --git="$D/bin/git"
assert_status 1
assert_link_hash "$ROOT/link" "$HASH"
assert_eq "$tree" "$(stat -c %i "$ROOT/link/")" "the tree's inode"
rm "$D/hang.fsck"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --git="$D/bin/git"
assert_status 0
assert_eq "$tree" "$(stat -c %i "$ROOT/link/")" "the tree's inode"

scenario "a check that always fails: what is published stays, and waste is bounded"
cause damage
new_repo failing
write_git
start --git="$D/bin/git"
start_reader "$ROOT/link"
touch "$D/fail.fsck"
more_errors 5
assert_link_hash "$ROOT/link" "$HASH"
(($(old_repositories) <= 1)) || fail "$(old_repositories) repositories were set aside"
rm "$D/fail.fsck"
commit_uniform "$REPO" two
wait_for 20 link_is "$ROOT/link" "$HASH"
stop_reader
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
assert_nothing_left
stop_gitsync

for command in fetch worktree reset submodule; do
  scenario "git $command fails or hangs in an update: the old tree stays published, then the new one comes"
  cause timeout
  new_repo "update-$command"
  write_git
  start --git="$D/bin/git" --sync-timeout=2s
  start_reader "$ROOT/link"
  old=$HASH
  for how in fail hang; do
    touch "$D/$how.$command"
    commit_uniform "$REPO" "two-$how"
    more_errors 1
    assert_link_hash "$ROOT/link" "$old"
    rm "$D/$how.$command"
    wait_for 20 link_is "$ROOT/link" "$HASH"
    old=$HASH
  done
  stop_reader
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
  stop_gitsync
done

scenario "gc that fails or hangs is only logged"
new_repo garbage
write_git
touch "$D/fail.gc"
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms --max-failures=0 \
  --git="$D/bin/git" --sync-timeout=8s "${HTTP_FLAGS[@]}"
wait_for 10 link_is "$ROOT/link" "$HASH"
commit_uniform "$REPO" two
wait_for 10 link_is "$ROOT/link" "$HASH"
wait_for 10 log_has "told to fail"
mv "$D/fail.gc" "$D/hang.gc"
commit_uniform "$REPO" three
wait_for 10 link_is "$ROOT/link" "$HASH"
wait_for 20 log_has "deadline exceeded"
rm "$D/hang.gc"
commit_uniform "$REPO" four
wait_for 10 link_is "$ROOT/link" "$HASH"
assert_metric "$kError" 0
