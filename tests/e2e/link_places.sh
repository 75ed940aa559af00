#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The published link: where it may lie, how its target is written, what may be in its way, and the
# upgrade from the old layout (scenarios 14 to 16 of docs/contract.md#scenarios, #link).
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
repo=$REPO
once() { # <link> [flags…]
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" "--link=$1" "${@:2}"
  assert_status 0
}
assert_published() { # <link> <target>
  assert_link_hash "$1" "$HASH"
  assert_eq "$2" "$(readlink "$1")" "target of $1"
  assert_clean_tree "$REPO" "$HASH" "$1"
}
expect_followed() { # <link>: a running process flips it at the next commit
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link="$1" --period=100ms
  wait_for 10 log_has "updated successfully"
  commit_file "$REPO" file "followed by $1"
  wait_for 10 link_is "$1" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "$1"
  stop_gitsync
}

scenario "14: an absolute link outside root, parents missing, is created and followed"
once "$D/other/dir/link"
assert_published "$D/other/dir/link" "../../root/.worktrees/$HASH"
assert_no_file "$ROOT/link"
expect_followed "$D/other/dir/link"
assert_no_file "$ROOT/link"
assert_eq "link" "$(ls -A "$D/other/dir")" "beside the link"

scenario "15: a link in a missing sub-directory of root is created and followed"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=a/b/link
assert_published "$ROOT/a/b/link" "../../.worktrees/$HASH"
assert_no_file "$ROOT/link"
expect_followed "$ROOT/a/b/link"

scenario "an absolute link inside root, and one full of dots and slashes, are written shortest"
once "$ROOT/link"
assert_published "$ROOT/link" ".worktrees/$HASH"
once "$ROOT//x/.././/y//link"
assert_published "$ROOT/y/link" "../.worktrees/$HASH"

scenario "absolute links through symlinked folders lead to the tree"
mkdir -p "$D/volume/deep/folder" "$D/bin"
ln -s volume/deep/folder "$D/short"
once "$D/short/link"
assert_published "$D/short/link" "../../../root/.worktrees/$HASH"
expect_followed "$D/short/link"
ln -s "$D/volume/deep" "$D/bin/far"
once "$D/bin/far/new/folder/link"
assert_published "$D/volume/deep/new/folder/link" "../../../../root/.worktrees/$HASH"

scenario "a root that is a symlink, and a link outside it through another symlink"
mkdir -p "$D/data/real" "$D/view/inner"
ln -s data/real "$ROOT"
ln -s view/inner "$D/v"
once "$D/v/link"
assert_published "$D/view/inner/link" "../../data/real/.worktrees/$HASH"

scenario "the volume may be moved: link and tree are relative"
once link
mv "$ROOT" "$D/elsewhere"
assert_clean_tree "$REPO" "$HASH" "$D/elsewhere/link"
assert_eq "" "$(git -C "$D/elsewhere/link/" status --porcelain)" "status after the move"
assert_eq "$HASH" "$(git -C "$D/elsewhere/link/" rev-parse HEAD)"
ROOT=$D/elsewhere
expect_followed "$ROOT/link"

scenario "the link may move between runs: the new place is published"
once link
once deeper/link2
assert_published "$ROOT/deeper/link2" "../.worktrees/$HASH"

scenario "a left-over tmp-link, of the reference and of a killed run, blocks nothing and goes"
once link
ln -s ".worktrees/$HASH" "$ROOT/tmp-link"
ln -s ".worktrees/$HASH" "$ROOT/tmp-link.link.abcdefghijkl"
commit_file "$REPO" file 'after the crash'
once link
assert_published "$ROOT/link" ".worktrees/$HASH"
assert_no_file "$ROOT/tmp-link"
assert_eq "" "$(compgen -G "$ROOT/tmp-link*" || true)" "temporary links"

scenario "entries of others that are only named like a temporary link stay, and block nothing"
once link
mkdir "$ROOT/tmp-link"
printf 'mine\n' >"$ROOT/tmp-link/file"
ln -s /nowhere "$ROOT/tmp-link.mine"
commit_file "$REPO" file 'beside a folder'
once link
assert_published "$ROOT/link" ".worktrees/$HASH"
assert_file_eq "$ROOT/tmp-link/file" mine
assert_eq /nowhere "$(readlink "$ROOT/tmp-link.mine")"

scenario "something else than a symlink in the link's place fails every pass and is not touched"
mkdir -p "$D/out/link"
printf 'mine\n' >"$D/out/link/file"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link="$D/out/link" --max-failures=2 \
  --init-period=100ms
assert_status 1
assert_file_eq "$D/out/link/file" mine
assert_log "$D/out/link"
assert_log_json

scenario "a dangling link, and one to a foreign directory, are re-pointed; the directory stays"
mkdir -p "$D/foreign" "$ROOT"
printf 'mine\n' >"$D/foreign/file"
ln -s "$D/foreign" "$D/link"
once "$D/link"
assert_published "$D/link" "root/.worktrees/$HASH"
assert_file_eq "$D/foreign/file" mine
ln -sfn "$D/nowhere" "$D/link"
once "$D/link"
assert_published "$D/link" "root/.worktrees/$HASH"

# old_layout: a root as version 3 left it: the tree directly in the root, depth 1.
old_layout() {
  git clone -q --no-checkout "file://$REPO" "$ROOT"
  git -C "$ROOT" worktree add -q --detach "$ROOT/$HASH" "$HASH"
  printf 'gitdir: ../.git/worktrees/%s\n' "$HASH" >"$ROOT/$HASH/.git"
  ln -s "$HASH" "$ROOT/link"
}

scenario "16: upgrade in place from the old layout, on a new commit"
old_layout
old=$HASH
commit_file "$REPO" file 'upgraded'
once link
assert_published "$ROOT/link" ".worktrees/$HASH"
assert_no_file "$ROOT/$old"

scenario "16: upgrade in place from the old layout, on the same commit"
old_layout
once link
assert_published "$ROOT/link" ".worktrees/$HASH"
assert_no_file "$ROOT/$HASH"

scenario "16: upgrade in place when the old tree is damaged: no trace of it stays"
old_layout
rm -rf "${ROOT:?}/$HASH/.git"
once link
assert_published "$ROOT/link" ".worktrees/$HASH"
assert_no_file "$ROOT/$HASH"

scenario "16: upgrade while the server is away keeps the old tree published"
cause not-found
old_layout
mv "$repo" "$repo.away"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
assert_status 1
assert_eq "$HASH" "$(readlink "$ROOT/link")"
assert_file_eq "$ROOT/link/file" upgraded
mv "$repo.away" "$repo"
once link
assert_published "$ROOT/link" ".worktrees/$HASH"
assert_no_file "$ROOT/$HASH"

scenario "a second link on the same root: its failure, and its success, leave the first one's tree alone"
make_repo two
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=first
assert_status 0
INODE=$(stat -c %i "$ROOT/first/file")
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=second --sparse-checkout-file=/missing
assert_status 1
assert_link_hash "$ROOT/first" "$HASH"
assert_clean_tree "$REPO" "$HASH" "$ROOT/first"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=second
assert_status 0
for link in first second; do
  assert_link_hash "$ROOT/$link" "$HASH"
  assert_eq "$INODE" "$(stat -c %i "$ROOT/$link/file")" "the file is still the same one"
done

scenario "a tree that looks whole but cannot be used is built anew in the same pass"
printf '/*\n' >"$D/patterns"
for start in first second; do
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --sparse-checkout-file="$D/patterns"
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
  [[ $start == first ]] || break
  rm -r "$ROOT/link" "$ROOT/.git/worktrees/$HASH/info"
  : >"$ROOT/.git/worktrees/$HASH/info"
done
assert_log "cannot use the worktree that is there"
