#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a restart finds and does about it: every row of docs/contract.md#restart that is not proven
# by refs_switching (other ref, other repository), link_places (old layout), damage_trees (no
# .worktrees) or sync_filter_and_sparse (other patterns).
source "$(dirname "$0")/lib/e2e.sh"

use_http
start_recorder
export GITSYNC_WEBHOOK_TIMEOUT=10s # a busy machine may need more than the default of 1s
hook() { # <name>: an executable that notes each call in $D/<name>
  mkdir -p "$D/bin"
  printf '#!/bin/sh\necho "$GITSYNC_HASH" >>"%s/%s"\n' "$D" "$1" >"$D/bin/$1"
  chmod +x "$D/bin/$1"
  printf '%s' "$D/bin/$1"
}
calls() { if [[ -f $D/$1 ]]; then grep -c . "$D/$1"; else echo 0; fi; }
# sync_again: one whole start on $ROOT, at the latest state; ends after three passes. Sets LINK_WAS.
sync_again() {
  rm -f "$D/exec" "$D/pre" "$ROOT/touch"
  WEB_WAS=$(request_count)
  LINK_WAS=$(stat -c '%i %y' "$ROOT/link" 2>/dev/null || true)
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --touch-file=touch \
    --period=100ms --max-failures=0 --exechook-command="$(hook exec)" \
    --pre-publish-exechook-command="$(hook pre)" --webhook-url="$RECORDER_URL/hook" \
    "${HTTP_FLAGS[@]}" "$@"
  wait_for 20 test -e "$ROOT/touch"
  wait_for 10 requests_at_least $((WEB_WAS + 1))
  wait_for 10 test -e "$D/exec"
  wait_passes 2
  assert_link_hash "$ROOT/link" "$HASH"
  assert_metric 'git_sync_count_total{status="success"}' 1
  assert_metric git_fetch_count_total 1
  assert_metric 'git_sync_count_total{status="error"}' 0
  assert_eq 1 "$(calls exec)" "calls of the exec hook"
  assert_eq "$HASH" "$(cat "$D/exec")" "hash of the exec hook"
  assert_eq $((WEB_WAS + 1)) "$(request_count)" "webhook requests"
  assert_eq ".worktrees/$HASH" "$(readlink "$ROOT/link")"
  stop_gitsync
}
link_now() { stat -c '%i %y' "$ROOT/link"; }

scenario "same root, same hash: tracked edits go, untracked files stay, the link is not touched"
make_repo app
sync_again
assert_eq 1 "$(calls pre)" "calls of the pre-publish hook"
printf 'edited\n' >"$ROOT/link/file"
printf 'mine\n' >"$ROOT/link/untracked"
tree=$(stat -c %i "$ROOT/link/")
sync_again
assert_file_eq "$ROOT/link/file" "app 1"
assert_file_eq "$ROOT/link/untracked" mine
assert_eq "$LINK_WAS" "$(link_now)" "the link's inode and time"
assert_eq "$tree" "$(stat -c %i "$ROOT/link/")" "the tree's inode"
assert_eq 0 "$(calls pre)" "calls of the pre-publish hook"

scenario "the link is missing: a fresh tree is built and published, the pre-publish hook called"
make_repo unlinked
sync_again
printf 'mine\n' >"$ROOT/link/untracked"
rm "$ROOT/link"
sync_again
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
assert_eq 1 "$(calls pre)" "calls of the pre-publish hook"

scenario "the tree is at another commit: built anew and published"
make_repo meddled
sync_again
git -C "$ROOT/link/" commit -q --allow-empty -m meddling
sync_again
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
assert_eq 1 "$(calls pre)" "calls of the pre-publish hook"

scenario "killed during a fetch: what is published stays, the next start goes on"
make_repo fetching
sync_again
tree=$(stat -c %i "$ROOT/link/")
: >"$ROOT/.git/shallow.lock"
sync_again
assert_eq "$LINK_WAS" "$(link_now)" "the link's inode and time"
assert_eq "$tree" "$(stat -c %i "$ROOT/link/")" "the tree's inode"
: >"$ROOT/.git/shallow.lock"
commit_file "$REPO" file 2
sync_again
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"

# die_in <sub-command>: runs git-sync with a git that kills it at that moment.
die_in() {
  mkdir -p "$D/bin"
  cat >"$D/bin/git" <<SCRIPT
#!/bin/sh
case "\$1 \$2" in
  "$1"*) ${2:-:}; kill -KILL \$PPID; exit 1 ;;
esac
exec git "\$@"
SCRIPT
  chmod +x "$D/bin/git"
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --git="$D/bin/git"
  assert_status 137
}

scenario "killed during a checkout: the left-over directory is replaced, the old tree stays meanwhile"
make_repo checkout
sync_again
old=$HASH
commit_file "$REPO" file 2
die_in 'reset --hard' 'echo half >file; echo half >other'
assert_eq half "$(cat "$ROOT/.worktrees/$HASH/other")"
assert_link_hash "$ROOT/link" "$old"
assert_clean_tree "$REPO" "$old" "$ROOT/link"
sync_again
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
assert_eq "$HASH" "$(ls -A "$ROOT/.worktrees")" "entries of .worktrees"

scenario "killed at any step of the first sync: the next start publishes"
for step in init 'rev-parse --show-toplevel' fsck remote fetch 'rev-parse --verify' 'reset --soft' \
  'worktree prune' 'worktree add' 'reset --hard' submodule; do
  make_repo "first-${step//[^a-z]/-}"
  rm -rf "${ROOT:?}"
  die_in "$step"
  assert_no_file "$ROOT/link"
  sync_again
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
done

scenario "the root is no repository and holds no tree of ours: emptied, initialised"
make_repo foreign
mkdir -p "$ROOT/folder" "$ROOT/.git"
printf 'x\n' >"$ROOT/folder/file"
sync_again
assert_no_file "$ROOT/folder"
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"

scenario "the root was moved: trees and repository are used again"
make_repo moved
sync_again
mv "$ROOT" "$D/root2"
ROOT=$D/root2
sync_again
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
git -C "$ROOT/link/" status --porcelain >"$D/status"
assert_file_eq "$D/status" ""
commit_file "$REPO" file 2
sync_again
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
assert_eq "$HASH" "$(ls -A "$ROOT/.worktrees")" "entries of .worktrees"

scenario "HEAD of the private repository names nothing, foreign files lie in root: they stay"
make_repo unborn
sync_again
git -C "$ROOT" symbolic-ref HEAD refs/heads/nowhere
printf 'mine\n' >"$ROOT/foreign"
sync_again
assert_file_eq "$ROOT/foreign" mine

scenario "what a power cut may leave - files of git's or of the tree cut to nothing - is repaired"
once() { run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link; }
make_repo power
for n in 1 2 3; do commit_file "$REPO" "folder/$n" "$n"; done
once
for cut in index HEAD commondir gitdir .git tree branch root_head; do
  metadata=$ROOT/.git/worktrees/$HASH
  case $cut in
    .git) : >"$ROOT/link/.git" ;;
    tree) for file in "$ROOT"/link/file "$ROOT"/link/folder/*; do : >"$file"; done ;;
    branch) : >"$ROOT/.git/refs/heads/git-sync" ;;
    root_head) : >"$ROOT/.git/HEAD" ;;
    *) : >"$metadata/$cut" ;;
  esac
  once
  [[ $STATUS == 0 ]] || fail "$cut: $(tail -n 1 "$LOG")"
  assert_link_hash "$ROOT/link" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
  assert_eq "" "$(git -C "$ROOT/link" status --porcelain)" "git status"
done
