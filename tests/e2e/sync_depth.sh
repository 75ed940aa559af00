#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The history that is kept is as long as --depth says, whichever way the ref moves and whatever the
# depth was before, in submodules too (scenarios 28, 29 and 50 of docs/contract.md#scenarios).
source "$(dirname "$0")/lib/e2e.sh"

history_is() { assert_eq "$1" "$(git -C "${2:-$ROOT/link}" rev-list --count HEAD)" "history of ${2:-link}"; }
grow() { # <repository> <commits>
  local i
  for ((i = 0; i < $2; i++)); do commit_file "$1" file "$1 $i $RANDOM"; done
}
published() { link_is "$ROOT/link" "$HASH" && [[ -e $ROOT/touch ]]; }
# expect_depth <n>: the next update is $HASH, with n commits.
expect_depth() {
  wait_for 20 published
  rm "$ROOT/touch"
  history_is "$1"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
}

for depth in default 1 3; do
  scenario "28: with --depth ($depth) the history keeps its length, forwards and backwards"
  make_repo "moves-$depth"
  grow "$REPO" 6
  flags=("--depth=$depth")
  [[ $depth != default ]] || flags=()
  length=${depth/default/1}
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --touch-file=touch \
    --period=100ms ${flags[@]+"${flags[@]}"}
  expect_depth "$length"
  grow "$REPO" 1
  expect_depth "$length"
  grow "$REPO" 4
  expect_depth "$length"
  step_back "$REPO" 2
  expect_depth "$length"
  step_back "$REPO" 3
  expect_depth "$length"
  stop_gitsync
done

scenario "29: depth 1, 2, 1, 0 over restarts give 1, 2, 1 and all, each a sync of the same hash"
make_repo restarts
grow "$REPO" 4
for depth in 1 2 1 0; do
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --touch-file=touch \
    --depth="$depth"
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  expect_depth "$((depth == 0 ? 5 : depth))"
done

scenario "29: depth 0 on a root that is complete works again, and after a change"
grow "$REPO" 1
for _ in 1 2; do
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --depth=0
  assert_status 0
  history_is 6
done

scenario "29: from all of the history to a part of it, and back, the root stays the same repository"
for depth in 0 1 0 2; do
  for _ in 1 2; do
    run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --depth="$depth"
    assert_status 0
    assert_no_log '"error"'
    if ((depth > 0)); then history_is "$depth"; fi
    grow "$REPO" 1
  done
done

scenario "50: the depth applies to submodules and those within them; 0 gives all of their history"
make_repo inner
grow "$REPO" 4
inner=$REPO
make_repo middle
grow "$REPO" 4
add_submodule "$REPO" "file://$inner" inner
middle=$REPO
make_repo outer
grow "$REPO" 4
add_submodule "$REPO" "file://$middle" middle
for depth in 1 2 0; do
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT.$depth" --link=link \
    --depth="$depth" --git-config=protocol.file.allow:always
  assert_status 0
  history_is "$((depth == 0 ? 6 : depth))" "$ROOT.$depth/link"
  history_is "$((depth == 0 ? 6 : depth))" "$ROOT.$depth/link/middle"
  history_is "$((depth == 0 ? 5 : depth))" "$ROOT.$depth/link/middle/inner"
done
