#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Superseded checkouts stay whole for --stale-worktree-timeout after their own supersession, then go
# without any new commit, in one process and over one-time runs (scenarios 21 and 22 of
# docs/contract.md#scenarios).
source "$(dirname "$0")/lib/e2e.sh"

# Milliseconds of the last change of a file, and now.
now() { date +%s%3N; }
is_complete() { # <hash>
  assert_clean_tree "$REPO" "$1" "$ROOT/.worktrees/$1"
  assert_eq "$1" "$(git -C "$ROOT/.worktrees/$1" rev-parse HEAD)" "HEAD of the old tree"
  assert_eq "" "$(git -C "$ROOT/.worktrees/$1" status --porcelain)" "status of the old tree"
}
trees() { ls -A "$ROOT/.worktrees"; }

scenario "21: each superseded checkout vanishes a timeout after its own supersession"
make_repo app
a=$HASH
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms \
  --stale-worktree-timeout=12s
wait_for 10 link_is "$ROOT/link" "$a"
before_b=$(now) # once it is there, the commit may be published before anybody looks at the clock
commit_file "$REPO" file 2
b=$HASH
wait_for 10 link_is "$ROOT/link" "$b"
# The second change comes so much later that the two deletions can be told apart, and so much earlier than the first
# of them that a busy machine can look at the trees.
five_seconds_later() { (($(now) - before_b > 5000)); }
wait_for 10 five_seconds_later
is_complete "$a"
before_c=$(now)
commit_file "$REPO" file 3
c=$HASH
wait_for 10 link_is "$ROOT/link" "$c"
is_complete "$a"
is_complete "$b"
wait_for 30 test ! -e "$ROOT/.worktrees/$a"
(($(now) - before_b >= 12000)) || fail "the first tree went $(($(now) - before_b)) ms after its end"
is_complete "$b"
wait_for 30 test ! -e "$ROOT/.worktrees/$b"
(($(now) - before_c >= 12000)) || fail "the second tree went $(($(now) - before_c)) ms after its end"
assert_eq "$c" "$(trees)" "trees that are left"
is_complete "$c"
assert_eq "$c" "$(git -C "$ROOT" rev-parse HEAD)"
stop_gitsync

scenario "junk is as old as its last change"
make_repo junk
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms \
  --stale-worktree-timeout=1h --git-gc=off
wait_for 10 link_is "$ROOT/link" "$HASH"
mkdir "$ROOT/.worktrees/young" "$ROOT/.worktrees/old"
printf 'x\n' >"$ROOT/.worktrees/old/file"
printf 'x\n' >"$ROOT/.worktrees/old_file"
printf 'x\n' >"$ROOT/.worktrees/young_file"
touch -d '2 hours ago' "$ROOT/.worktrees/old" "$ROOT/.worktrees/old_file"
wait_for 10 test ! -e "$ROOT/.worktrees/old"
wait_for 10 test ! -e "$ROOT/.worktrees/old_file"
assert_file "$ROOT/.worktrees/young"
assert_file "$ROOT/.worktrees/young_file"
assert_eq 3 "$(trees | wc -l)" "entries of .worktrees"
stop_gitsync

scenario "the current worktree never goes, however old it is"
make_repo current
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms \
  --stale-worktree-timeout=1s
wait_for 10 link_is "$ROOT/link" "$HASH"
touch -d '2 hours ago' "$ROOT/.worktrees/$HASH"
mkdir "$ROOT/.worktrees/old"
touch -d '2 hours ago' "$ROOT/.worktrees/old"
wait_for 10 test ! -e "$ROOT/.worktrees/old"
is_complete "$HASH"
stop_gitsync

scenario "22: the same across separate one-time runs"
once() {
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link \
    --stale-worktree-timeout=3s
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
}
make_repo runs
a=$HASH
once
# Only its supersession counts, not its age.
touch -d '2 hours ago' "$ROOT/.worktrees/$a"
commit_file "$REPO" file 2
b=$HASH
before=$(now)
once
is_complete "$a"
is_complete "$b"
after=$(now)
superseded_3s_ago() { (($(now) - after > 3000)); }
once
if (($(now) - before < 2900)); then is_complete "$a"; fi
wait_for 10 superseded_3s_ago
once
assert_eq "$b" "$(trees)" "trees that are left"
is_complete "$b"

scenario "without the flag the old checkout goes at once, and with it its objects"
make_repo plain
head -c 1000000 /dev/urandom >"$REPO/big"
commit_all "$REPO"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
git -C "$REPO" rm -q big
commit_all "$REPO"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
assert_status 0
assert_eq "$HASH" "$(trees)" "trees that are left"
(($(du -sk "$ROOT" | cut -f1) < 600)) || fail "objects of the old commit stay: $(du -sk "$ROOT")"
