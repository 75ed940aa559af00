#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Cleaning up after a pass: which git commands, in which order, and when (docs/contract.md#cleanup).
source "$(dirname "$0")/lib/e2e.sh"

use_http
write_git() {
  mkdir -p "$D/bin"
  cat >"$D/bin/git" <<SCRIPT
#!/bin/sh
case \$1 in gc | reflog | worktree) echo "\$PWD \$*" >>"$D/calls" ;; esac
exec git "\$@"
SCRIPT
  chmod +x "$D/bin/git"
}
once() {
  : >"$D/calls"
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --git="$D/bin/git" "$@"
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
}
# The calls since the worktree was added, without the folder, which is always the root.
cleanup_calls() {
  grep -v "^$ROOT " "$D/calls" >&2 && fail "a command ran elsewhere than in root"
  sed "1,/ worktree add /d; s|^$ROOT ||" "$D/calls"
}

for mode in always auto aggressive off; do
  scenario "--git-gc=$mode: prune, expire, then gc as told, when a tree was deleted, and only then"
  make_repo "gc-$mode"
  write_git
  once --git-gc="$mode"
  assert_eq "" "$(cleanup_calls)" "commands after the first sync"
  commit_file "$REPO" file 2
  once --git-gc="$mode"
  case $mode in
    always) gc=gc ;;
    off) gc="" ;;
    *) gc="gc --$mode" ;;
  esac
  expected=$(printf '%s\n' "worktree prune --verbose" \
    "reflog expire --expire-unreachable=all --all" "$gc")
  assert_eq "$expected" "$(cleanup_calls)" "commands after an update"
  once --git-gc="$mode"
  assert_eq "" "$(cat "$D/calls")" "commands when nothing has changed"
done

scenario "always is the default"
make_repo default
write_git
once
commit_file "$REPO" file 2
once
assert_contains "$(cleanup_calls)" $'\ngc' "commands after an update"

scenario "nothing is collected while the old tree is not stale yet"
make_repo retained
write_git
once --stale-worktree-timeout=1h
old=$HASH
commit_file "$REPO" file 2
once --stale-worktree-timeout=1h
assert_eq "" "$(cleanup_calls)" "commands after an update"
git -C "$ROOT/.worktrees/$old" fsck --connectivity-only 2>/dev/null

scenario "a dangling symlink among the trees is skipped with an error record, the rest goes"
make_repo dangling
write_git
once
ln -s nowhere "$ROOT/.worktrees/dangling"
mkdir "$ROOT/.worktrees/junk"
once
assert_no_file "$ROOT/.worktrees/junk"
record=$(log_records | jq -c 'select(has("error") and .path != null)')
assert_contains "$record" "$ROOT/.worktrees/dangling" "records with an error"

scenario "a failed pass deletes nothing"
cause not-found
make_repo failing
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
mkdir "$ROOT/.worktrees/junk"
mv "$REPO" "$REPO.away"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
assert_status 1
assert_file "$ROOT/.worktrees/junk"
mv "$REPO.away" "$REPO"

scenario "git commands work in a superseded tree until it goes, also after a collection"
make_repo usable
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms \
  --stale-worktree-timeout=1h "${HTTP_FLAGS[@]}"
wait_for 10 link_is "$ROOT/link" "$HASH"
first=$HASH
for n in 2 3; do
  commit_file "$REPO" file "$n"
  wait_for 10 link_is "$ROOT/link" "$HASH"
done
mkdir "$ROOT/.worktrees/old-junk"
touch -d '2 hours ago' "$ROOT/.worktrees/old-junk"
wait_for 10 test ! -e "$ROOT/.worktrees/old-junk"
wait_passes 1
assert_eq "$first" "$(git -C "$ROOT/.worktrees/$first" rev-parse HEAD)"
assert_eq "" "$(git -C "$ROOT/.worktrees/$first" status --porcelain)" "status"
git -C "$ROOT/.worktrees/$first" archive HEAD | tar -t >/dev/null
assert_metric 'git_sync_count_total{status="error"}' 0
