#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The first sync works whatever state and form --root has (scenarios 1 to 7 of
# docs/contract.md#scenarios).
# newest git
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
sync_once() { run_gitsync --one-time --repo="file://$REPO" --root="$1" --link=link "${@:2}"; }
assert_synced() { # <root>
  assert_status 0
  assert_link_hash "$1/link" "$HASH"
  assert_eq ".worktrees/$HASH" "$(readlink "$1/link")" "target of the link"
  assert_clean_tree "$REPO" "$HASH" "$1/link"
  assert_eq "" "$(cat "$OUT")" "stdout"
  assert_log_json
  assert_no_gitsync_process
}
# assert_says_real_path <as given> <real>
assert_says_real_path() {
  assert_eq "$1 $2" "$(jq -r 'select(.root != null and .result != null) | "\(.root) \(.result)"' \
    < <(log_records))" "what the log says of the root"
}

scenario "1: a root with missing parents is created"
sync_once "$D/a/b/c/root"
assert_synced "$D/a/b/c/root"
assert_eq "gitdir: ../../.git/worktrees/$HASH" "$(cat "$D/a/b/c/root/link/.git")"
assert_eq "" "$(git -C "$D/a/b/c/root/link" status --porcelain)" "git status of the tree"
[[ ${E2E_ENGINE:-} != git ]] || assert_log '"version":"git version 2.'

scenario "2: an empty root works, and the same root again"
mkdir "$ROOT"
sync_once "$ROOT"
assert_synced "$ROOT"
assert_no_log '"result":'
sync_once "$ROOT"
assert_synced "$ROOT"

scenario "3: a relative root full of .. and double slashes works, and the log says the real path"
mkdir -p "$D/x/y" "$D/inner"
cd "$D/x"
sync_once ".//..///inner/..//inner/./root/"
cd "$T"
assert_synced "$D/inner/root"
assert_says_real_path ".//..///inner/..//inner/./root/" "$D/inner/root"

scenario "4: a root that is a symlink works, and everything lands in the real directory"
mkdir -p "$D/real"
ln -s real "$ROOT"
sync_once "$ROOT"
assert_synced "$D/real"
assert_says_real_path "$ROOT" "$D/real"
[[ -L $ROOT ]] || fail "the symlink itself was replaced"

scenario "5: a non-empty root inside another repository is emptied and initialised, no more"
git init -q "$D"
printf 'outer\n' >"$D/outer"
mkdir -p "$ROOT/folder"
printf 'x\n' >"$ROOT/folder/file"
printf 'x\n' >"$ROOT/.hidden"
sync_once "$ROOT"
assert_synced "$ROOT"
assert_no_file "$ROOT/folder"
assert_no_file "$ROOT/.hidden"
assert_eq "$ROOT" "$(git -C "$ROOT" rev-parse --show-toplevel)"
assert_file_eq "$D/outer" outer
assert_eq "$D" "$(git -C "$D" rev-parse --show-toplevel)"

scenario "6: a root whose HEAD names a branch that does not exist works, and foreign files stay"
git init -q -b main "$ROOT"
git -C "$ROOT" symbolic-ref HEAD refs/heads/nowhere
printf 'x\n' >"$ROOT/foreign"
sync_once "$ROOT"
assert_synced "$ROOT"
assert_file_eq "$ROOT/foreign" x

scenario "7: an unknown ref fails, with git's words, and creates no link"
cause ref
sync_once "$ROOT" --ref=no-such-branch --error-file=error
assert_status 1
assert_no_file "$ROOT/link"
assert_log "no-such-branch"
grep -qi "couldn't find remote ref" "$LOG" || fail "git's own words are missing in the log"
assert_file_contains "$ROOT/error" "couldn't find remote ref"
assert_log_json

scenario "without --link the link is named after the repository, .git included"
git clone -q --bare "$REPO" "$SRV/named.git"
run_gitsync --one-time --repo="file://$SRV/named.git/" --root="$ROOT"
assert_status 0
assert_link_hash "$ROOT/named.git" "$HASH"

scenario "an empty repository, and one whose default branch is unborn: an error, no link"
cause ref
git init -q "$SRV/empty"
run_gitsync --one-time --repo="file://$SRV/empty" --root="$ROOT" --link=link
assert_status 1
assert_no_file "$ROOT/link"
git clone -q "$REPO" "$SRV/unborn"
git -C "$SRV/unborn" symbolic-ref HEAD refs/heads/unborn
run_gitsync --one-time --repo="file://$SRV/unborn" --root="$ROOT" --link=link
assert_status 1
assert_no_file "$ROOT/link"
