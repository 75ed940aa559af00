#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A reader in a loop sees a whole tree of one commit through the link at any moment: during flips,
# repairs and restarts, and when git-sync is killed with SIGKILL again and again.
#
# It takes a minute or two: 50 runs, each killed after up to 0.6 s, and a whole start after most of them.
source "$(dirname "$0")/lib/e2e.sh"

start() {
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=20ms \
    --max-failures=-1 --stale-worktree-timeout=1h "$@"
}
new_repo() {
  make_repo "$1"
  commit_uniform "$REPO" 0
}
kill_after() { # <milliseconds>: all of it, as when a container or machine dies
  sleep "$(printf '0.%03d' "$1")"
  wait_for 5 nothing_survives
}
# One look may miss a child that is just being started.
nothing_survives() {
  local all
  mapfile -t all < <(e2e_run_tree)
  ((${#all[@]} > 0)) || return 0
  kill -KILL "${all[@]}" 2>/dev/null
  return 1
}

scenario "flips, one after the other"
new_repo flips
start
wait_for 10 link_is "$ROOT/link" "$HASH"
start_reader "$ROOT/link"
for n in {1..15}; do
  commit_uniform "$REPO" "$n"
  wait_for 20 link_is "$ROOT/link" "$HASH"
done
step_back "$REPO" 3
wait_for 20 link_is "$ROOT/link" "$HASH"
stop_reader
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"

scenario "repairs of the published tree in its own place"
new_repo repairs
start
wait_for 10 link_is "$ROOT/link" "$HASH"
start_reader "$ROOT/link"
for n in {1..8}; do
  old=$(stat -L -c %i "$ROOT/link/")
  case $((n % 3)) in
    # In one step: git-sync makes it anew at once, and rm would find it filled again.
    0) mv "$ROOT/.git/worktrees" "$D/gone.$n" ;;
    1) git -C "$ROOT/link/" commit -q --allow-empty -m meddling 2>/dev/null || true ;;
    2) rm -f "$ROOT/link/.git" ;;
  esac
  rebuilt() {
    local now
    now=$(stat -c %i "$ROOT/.worktrees/$HASH") && [[ $now != "$old" && ! -L $ROOT/.worktrees/$HASH ]] &&
      [[ $(readlink "$ROOT/link") == ".worktrees/$HASH" ]]
  }
  wait_for 20 rebuilt
done
stop_reader
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"

scenario "killed in the middle of such a repair: the next start keeps the tree readable"
new_repo midway
run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time
mkdir "$ROOT/.worktrees/.suspect.x"
mv "$ROOT/.worktrees/$HASH" "$ROOT/.worktrees/.suspect.x/$HASH"
ln -s ".suspect.x/$HASH" "$ROOT/.worktrees/$HASH"
start_reader "$ROOT/link"
mv "$REPO" "$REPO.away"
run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time
assert_status 1
mv "$REPO.away" "$REPO"
run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time \
  --stale-worktree-timeout=1h
assert_status 0
stop_reader
assert_eq ".worktrees/$HASH" "$(readlink "$ROOT/link")"
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
[[ ! -L $ROOT/.worktrees/$HASH ]] || fail "the published tree is a symlink"

scenario "restarts, by SIGTERM and SIGKILL, with and without a new commit"
new_repo restarts
start
wait_for 10 link_is "$ROOT/link" "$HASH"
start_reader "$ROOT/link"
for n in {1..10}; do
  stop_gitsync "$( ((n % 2)) && echo KILL || echo TERM)"
  ((n % 3)) || commit_uniform "$REPO" "$n"
  start
  wait_for 20 log_has "updated successfully"
  assert_link_hash "$ROOT/link" "$HASH"
done
stop_reader
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"

scenario "without a stale timeout a reader that opens by the link never finds it missing"
new_repo prompt
start --stale-worktree-timeout=0
wait_for 10 link_is "$ROOT/link" "$HASH"
missing=$D/missing
(
  set +e
  while [[ ! -e $D/end ]]; do
    # The tree may be gone a moment after it was superseded, but the link leads to one.
    first=$(readlink "$ROOT/link") && [[ -n $first ]] || echo "no link" >>"$missing"
    [[ -d $ROOT/link/ ]] || [[ $(readlink "$ROOT/link") != "$first" ]] || echo "dangling: $first" >>"$missing"
  done
) &
watcher=$!
for n in {1..10}; do
  commit_uniform "$REPO" "$n"
  wait_for 20 link_is "$ROOT/link" "$HASH"
done
touch "$D/end"
wait "$watcher"
assert_no_file "$missing"

scenario "killed at 20 moments of the first sync: the next start always converges"
new_repo first
for n in {1..20}; do
  rm -rf "${ROOT:?}"
  start
  kill_after $((RANDOM % 600))
  [[ ! -L $ROOT/link ]] || { assert_link_hash "$ROOT/link" "$HASH" &&
    assert_clean_tree "$REPO" "$HASH" "$ROOT/link"; }
  run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
  assert_eq "" "$(git -C "$ROOT/link/" status --porcelain)" "status"
done

scenario "killed at 30 moments of an update: the link leads to a whole tree, always"
new_repo update
run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time
start_reader "$ROOT/link"
for n in {1..30}; do
  commit_uniform "$REPO" "$n"
  start
  kill_after $((RANDOM % 600))
  ((n % 3)) && continue
  run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time \
    --stale-worktree-timeout=1h
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
  assert_eq "" "$(compgen -G "$ROOT/tmp-link*" || true)" "temporary links"
done
stop_reader
run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time
assert_status 0
assert_eq "$HASH" "$(ls -A "$ROOT/.worktrees")" "entries of .worktrees"
assert_eq "" "$(find "$ROOT" -maxdepth 1 -name '.git-sync.old-git*')" "repositories set aside"
