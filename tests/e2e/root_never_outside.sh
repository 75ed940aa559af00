#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Nothing outside the root is ever removed or changed, wherever symlinks and pointer files in the
# root lead.
source "$(dirname "$0")/lib/e2e.sh"

use_http
# A foreign directory and a foreign repository with a worktree; any change to them is found.
make_foreign() {
  mkdir -p "$D/foreign/inner/$HASH" "$D/foreign/$HASH"
  printf 'mine\n' >"$D/foreign/file"
  printf 'mine\n' >"$D/foreign/inner/$HASH/file"
  printf 'mine\n' >"$D/foreign/$HASH/file"
  touch -d '3 hours ago' "$D/foreign/$HASH" "$D/foreign/inner" "$D/foreign/file"
  git init -q -b main "$D/other"
  commit_file "$D/other" file other
  git -C "$D/other" branch -q unreachable
  printf 'loose\n' | git -C "$D/other" hash-object -w --stdin >/dev/null
  : >"$D/other/.git/shallow.lock.mine"
  HASH=$(head_of "$REPO")
  SNAPSHOT=$(snapshot)
}
# Names, types, targets, contents and times of all that is foreign.
snapshot() {
  (cd "$D" && find foreign other -printf '%p %y %l %m %T@\n' | sort &&
    find foreign other -type f -exec sha256sum {} + | sort)
}
assert_untouched() {
  diff <(printf '%s\n' "$SNAPSHOT") <(snapshot) >&2 || fail "something outside the root was changed"
}
once() {
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link "$@"
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
}
next_commit() { commit_file "$REPO" file "next $RANDOM$RANDOM"; }

make_repo app
scenario "an old link that points to a foreign directory, also one named like a hash"
for target in foreign "foreign/$HASH" "foreign/inner/$HASH"; do
  rm -rf "${D:?}"/*
  make_foreign
  mkdir "$ROOT"
  ln -s "$D/$target" "$ROOT/link"
  once
  assert_untouched
  assert_link_hash "$ROOT/link" "$HASH"
done

scenario "the same with a repository in the root, for a new and an unchanged commit"
make_foreign
once
for target in "foreign/$HASH" "../$(basename "$D")/foreign/$HASH"; do
  ln -sfn "../$target" "$ROOT/link"
  once
  assert_untouched
  ln -sfn "../$target" "$ROOT/link"
  next_commit
  once
  assert_untouched
done

scenario "symlinks in a root that is wiped, to directories, files and repositories outside"
make_foreign
mkdir -p "$ROOT/folder"
ln -s "$D/foreign" "$ROOT/directory"
ln -s "../foreign/$HASH" "$ROOT/$HASH"
ln -s "$D/foreign/file" "$ROOT/folder/file"
ln -s "$D/foreign" "$ROOT/folder/directory"
ln -s "$D/other" "$ROOT/.worktree"
ln -s / "$ROOT/everything"
once
assert_no_file "$ROOT/directory"
assert_no_file "$ROOT/folder"
assert_no_file "$ROOT/everything"
assert_untouched

scenario "entries of .worktrees that are symlinks to outside, one in the next tree's place"
make_foreign
once
next_commit
ln -s "$D/foreign" "$ROOT/.worktrees/junk"
ln -s "$D/foreign/file" "$ROOT/.worktrees/file"
ln -s "$D/other" "$ROOT/.worktrees/$HASH"
mkdir "$ROOT/.worktrees/folder"
ln -s "$D/foreign" "$ROOT/.worktrees/folder/deep"
once
assert_eq "$HASH" "$(ls -A "$ROOT/.worktrees")" "entries of .worktrees"
assert_untouched

scenario "the published tree was swapped for a symlink to outside"
make_foreign
once
rm -rf "${ROOT:?}/.worktrees/$HASH"
ln -s "$D/other" "$ROOT/.worktrees/$HASH"
once
assert_untouched

scenario ".worktrees itself is a symlink to outside"
make_foreign
once
mv "$ROOT/.worktrees" "$D/foreign/trees"
ln -s "$D/foreign/trees" "$ROOT/.worktrees"
mkdir "$D/foreign/trees/precious"
SNAPSHOT=$(snapshot)
once
assert_untouched
next_commit
once
assert_untouched

scenario ".worktrees is a symlink to outside from the start, or a file"
make_foreign
mkdir "$ROOT"
git init -q "$ROOT"
ln -s "$D/foreign" "$ROOT/.worktrees"
once
assert_untouched
rm -rf "${ROOT:?}/.worktrees"
printf 'x\n' >"$ROOT/.worktrees"
next_commit
once
assert_untouched

for way in symlink file worktree; do
  scenario ".git of the root leads to a repository outside ($way)"
  make_foreign
  case $way in
    symlink)
      mkdir "$ROOT"
      ln -s "$D/other/.git" "$ROOT/.git"
      ;;
    file)
      mkdir "$ROOT"
      printf 'gitdir: %s/other/.git\n' "$D" >"$ROOT/.git"
      ;;
    worktree) git -C "$D/other" worktree add -q --detach "$ROOT" ;;
  esac
  printf 'x\n' >"$ROOT/.git-is-elsewhere"
  SNAPSHOT=$(snapshot)
  once
  assert_untouched
  next_commit
  once
  assert_untouched
  git -C "$D/other" rev-parse --verify -q unreachable >/dev/null
done

scenario "the stale timer of a tree that was swapped for a symlink touches nothing outside"
make_foreign
once
old=$HASH
rm -rf "${ROOT:?}/.worktrees/$old"
ln -s "$D/foreign/inner" "$ROOT/.worktrees/$old"
next_commit
once
assert_no_file "$ROOT/.worktrees/$old"
assert_untouched

scenario "link, touch-file and error file outside: only they are written"
make_foreign
mkdir "$D/foreign2"
once --touch-file="$D/foreign2/touch" --error-file="$D/foreign2/error"
assert_untouched
assert_eq "touch" "$(ls -A "$D/foreign2")"

scenario "temporary links of others beside a link outside the root stay"
make_foreign
mkdir "$D/out"
ln -s "$D/foreign" "$D/out/tmp-link"
printf 'mine\n' >"$D/out/tmp-link.x"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link="$D/out/link"
assert_status 0
assert_link_hash "$D/out/link" "$HASH"
assert_eq "$D/foreign" "$(readlink "$D/out/tmp-link")"
assert_file_eq "$D/out/tmp-link.x" mine
assert_untouched

scenario "a touch-file or error file below the link, behind a symlink of the repository"
make_foreign
ln -s "$D/foreign" "$REPO/trap"
mkdir "$REPO/real"
: >"$REPO/real/keep"
commit_all "$REPO"
for name in trap/inner/new trap/new; do
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link \
    --touch-file="link/$name" --error-file="$ROOT/link/$name.error"
  assert_status 0
  assert_log "cannot touch the touch-file"
  assert_untouched
done
# A plain folder of the repository is a place that people use.
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link \
  --touch-file=link/real/touched
assert_status 0
assert_file "$ROOT/link/real/touched"
