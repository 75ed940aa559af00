#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A damaged repository never costs published data: link and tree stay whole, and the repair happens
# beside them when the server is back. Git that fails or hangs: damage_commands.
#
# It takes a minute: 13 kinds of damage, each followed through about ten passes under a reader, and what
# takes long is the work of these passes (git fsck, a new repository, a new tree), not waiting.
source "$(dirname "$0")/lib/e2e.sh"
# shellcheck source=lib/damage.sh
source "$E2E_LIB/damage.sh"

go_away() { mv "$REPO" "$REPO.away"; }
come_back() { mv "$REPO.away" "$REPO"; }
# at_rest <command…>: does the damage while neither git-sync nor a git of it runs.
at_rest() {
  kill -STOP "$GITSYNC_PID"
  # Twice: one that is being started may hide from the first look.
  no_git_runs() { e2e_none_moves && e2e_none_moves && [[ ${E2E_TREE[*]} == "$GITSYNC_PID" ]]; }
  wait_for 10 no_git_runs
  "$@"
  kill -CONT "$GITSYNC_PID"
}

no_objects() { rm -rf "$ROOT/.git/objects"; }
no_packs() { find "$ROOT/.git/objects" -type f -delete; }
broken_object() {
  local file
  file=$(find "$ROOT/.git/objects" -type f | sort | sed -n 1p)
  chmod u+w "$file"
  printf 'garbage' >"$file"
}
bad_head() { printf 'garbage\n' >"$ROOT/.git/HEAD"; }
no_head() { rm "$ROOT/.git/HEAD"; }
bad_config() { printf '[core\n\tgarbage' >"$ROOT/.git/config"; }
bare_config() { git -C "$ROOT" config core.bare true; }
no_git() { rm -rf "$ROOT/.git"; }
empty_git() { rm -rf "$ROOT/.git" && mkdir "$ROOT/.git"; }
git_is_a_file() { rm -rf "$ROOT/.git" && printf 'gitdir: /nowhere\n' >"$ROOT/.git"; }
no_metadata() { rm -rf "$ROOT/.git/worktrees"; }
bad_index() { printf 'garbage' >"$ROOT/.git/worktrees/$HASH/index"; }
bad_branch() { printf 'garbage\n' >"$ROOT/.git/refs/heads/git-sync"; }

for damage in no_objects no_packs broken_object bad_head no_head bad_config bare_config no_git \
  empty_git git_is_a_file no_metadata bad_index bad_branch; do
  scenario "$damage while the server is away: what is published stays, and is repaired afterwards"
  cause not-found damage
  new_repo "$damage"
  start
  start_reader "$ROOT/link"
  go_away
  more_errors 1
  at_rest "$damage"
  more_errors 3
  assert_link_hash "$ROOT/link" "$HASH"
  assert_reader_happy
  (($(old_repositories) <= 1)) || fail "$(old_repositories) repositories were set aside"
  come_back
  wait_passes 1
  last=$(metric "$kError")
  wait_passes 2
  assert_metric "$kError" "$last"
  assert_link_hash "$ROOT/link" "$HASH"
  assert_eq "$HASH" "$(git -C "$ROOT/link/" rev-parse HEAD)"
  assert_eq "" "$(git -C "$ROOT/link/" status --porcelain)" "status after the repair"
  commit_uniform "$REPO" two
  wait_for 20 link_is "$ROOT/link" "$HASH"
  stop_reader
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
  assert_nothing_left
  assert_log_json
  stop_gitsync
done

scenario "the same at a restart: it fails while the server is away, and publishes the next commit"
cause not-found
for damage in no_objects bad_head bad_config no_git; do
  new_repo "restart-$damage"
  rm -rf "${ROOT:?}"
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
  assert_status 0
  old=$HASH
  start_reader "$ROOT/link"
  go_away
  "$damage"
  for _ in 1 2; do
    run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
    assert_status 1
    assert_link_hash "$ROOT/link" "$old"
  done
  come_back
  commit_uniform "$REPO" two
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link \
    --stale-worktree-timeout=1h
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  stop_reader
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
  assert_eq 0 "$(old_repositories)" "damaged repositories that are left"
done
