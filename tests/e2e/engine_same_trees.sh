#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Both engines publish the same trees, whatever a commit holds: each shape follows the one before it,
# and each is synced anew by a third process.
# timeout: 600
source "$(dirname "$0")/lib/e2e.sh"

shapes() { python3 "$E2E_LIB/shapes.py" "$@"; }

# assert_same_tree <tree> <expected tree>: content, modes and what git says of it.
assert_same_tree() {
  shapes show "$2" >"$D/expected"
  shapes show "$1" >"$D/found"
  diff "$D/expected" "$D/found" >&2 || fail "$1 differs from git's tree"
  assert_eq "$(git -C "$2" status --porcelain --ignored)" "$(git -C "$1" status --porcelain --ignored)" "git status"
  assert_eq "$(git -C "$2" diff-files --name-only)" "$(git -C "$1" diff-files --name-only)" "git diff-files"
  git -C "$1" archive HEAD >"$D/archive"
}

follow() { # <name> flags…: sets ROOT_OF_<name>
  start_gitsync --repo="file://$REPO" --root="$D/$1" --link=link --ref=main --period=50ms --submodules=off "${@:2}"
}

expect_commit() { # <hash> <what>
  wait_for 30 link_is "$D/auto/link" "$1"
  wait_for 30 link_is "$D/git/link" "$1"
  assert_same_tree "$D/auto/link" "$D/git/link"
}

scenario "each shape after the one before it"
make_repo shapes
git -C "$REPO" checkout -q --detach
follow auto --engine=auto
follow git --engine=git
expect_commit "$HASH" start
for shape in $(shapes list); do
  HASH=$(shapes make "$REPO" "$shape")
  expect_commit "$HASH" "$shape"
done

scenario "random histories"
make_repo histories
git -C "$REPO" checkout -q --detach
follow auto --engine=auto
follow git --engine=git
for seed in $(seq 1 "${E2E_SEEDS:-40}"); do
  HASH=$(shapes random "$REPO" "$seed")
  expect_commit "$HASH" "seed $seed"
done

scenario "each shape as a first sync"
make_repo first
git -C "$REPO" checkout -q --detach
for shape in $(shapes list); do
  HASH=$(shapes make "$REPO" "$shape")
  for engine in auto git; do
    rm -rf "${D:?}/$engine"
    run_gitsync --repo="file://$REPO" --root="$D/$engine" --link=link --ref=main --one-time --submodules=off --engine=$engine
    assert_status 0
  done
  assert_same_tree "$D/auto/link" "$D/git/link"
done
