#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Locks that killed git processes left behind do not block publishing, neither at a start nor in a
# running process whose git was killed.
source "$(dirname "$0")/lib/e2e.sh"

use_http
make_repo inner
make_repo app
add_submodule "$REPO" "$SRV/inner" sub
once() {
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link \
    --git-config=protocol.file.allow:always "$@"
}
plant_locks() { # every lock that git could have held
  local dir
  for dir in "$ROOT/.git" "$ROOT/.git/worktrees/"* "$ROOT/.git/worktrees/"*/modules/sub; do
    : >"$dir/index.lock"
    : >"$dir/HEAD.lock"
    : >"$dir/config.lock"
    : >"$dir/config.worktree.lock"
    : >"$dir/shallow.lock"
    : >"$dir/packed-refs.lock"
    : >"$dir/ORIG_HEAD.lock"
  done
  : >"$ROOT/.git/refs/heads/git-sync.lock"
  mkdir -p "$ROOT/.git/objects/info/commit-graphs" "$ROOT/.git/objects/pack"
  : >"$ROOT/.git/objects/info/commit-graph.lock"
  : >"$ROOT/.git/objects/info/commit-graphs/commit-graph-chain.lock"
  : >"$ROOT/.git/objects/pack/multi-pack-index.lock"
  printf '1 elsewhere\n' >"$ROOT/.git/gc.pid"
  : >"$ROOT/.git/gc.pid.lock"
}
locks() { find "$ROOT/.git" -name '*.lock' -o -name gc.pid; }
no_locks() { [[ -z $(locks) ]]; }
assert_no_locks() {
  local found
  found=$(locks)
  assert_eq "" "$found" "locks that are left"
}

scenario "at a start, on the same hash and on a new one"
once
assert_status 0
plant_locks
once
assert_status 0
assert_no_locks
assert_eq "" "$(git -C "$ROOT/link/" status --porcelain)" "status"
plant_locks
commit_file "$REPO" file 'app 2'
once
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"
assert_file_eq "$ROOT/link/file" 'app 2'
assert_file_eq "$ROOT/link/sub/file" 'inner 1'
assert_no_locks
assert_no_log 'cleaning up failed'
assert_no_log '"error":'

scenario "a plain repository stays what it is: the root is not wiped for a lock"
once
printf 'mine\n' >"$ROOT/foreign"
git_dir=$(stat -c %i "$ROOT/.git")
tree=$(stat -c %i "$ROOT/link/")
plant_locks
once
assert_status 0
assert_file_eq "$ROOT/foreign" mine
assert_eq "$git_dir" "$(stat -c %i "$ROOT/.git")" "the repository's inode"
assert_eq "$tree" "$(stat -c %i "$ROOT/link/")" "the tree's inode"

# write_hanging_git <sub-command> <lock…>: a git whose sub-command makes the locks and then hangs, deaf
# to SIGTERM, while $D/hang exists.
write_hanging_git() {
  mkdir -p "$D/bin"
  cat >"$D/bin/git" <<SCRIPT
#!/bin/sh
if [ "\$1" = $1 ] && [ -e "$D/hang" ]; then
  touch ${*:2} "$D/hung"
  trap '' TERM
  while :; do sleep 1; done
fi
exec git "\$@"
SCRIPT
  chmod +x "$D/bin/git"
}

scenario "a running process whose git was killed past its limit goes on"
cause timeout
write_hanging_git fetch .git/shallow.lock .git/index.lock
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --git="$D/bin/git" --period=100ms \
  --git-config=protocol.file.allow:always --sync-timeout=3s --max-failures=-1 "${HTTP_FLAGS[@]}"
wait_for 20 link_is "$ROOT/link" "$HASH"
touch "$D/hang"
wait_for 20 test -e "$D/hung"
FAILED=$(metric 'git_sync_count_total{status="error"}') # on a busy machine healthy passes may have, too
wait_for 20 metric_at_least 'git_sync_count_total{status="error"}' $((FAILED + 1))
rm "$D/hang"
commit_file "$REPO" file 'app 3'
wait_for 20 link_is "$ROOT/link" "$HASH"
assert_file_eq "$ROOT/link/file" 'app 3'
assert_file_eq "$ROOT/link/sub/file" 'inner 1'
# Between two passes; a pass that is stopped in the middle may leave locks for the next start.
wait_for 10 no_locks
stop_gitsync

scenario "a git that was killed while cleaning up does not make the next pass fail"
write_hanging_git reflog .git/refs/heads/git-sync.lock
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --git="$D/bin/git" --period=100ms \
  --git-config=protocol.file.allow:always --sync-timeout=10s --max-failures=0 "${HTTP_FLAGS[@]}"
wait_for 20 link_is "$ROOT/link" "$HASH"
touch "$D/hang"
commit_file "$REPO" file 'app 4'
wait_for 20 test -e "$D/hung"
rm "$D/hang"
wait_for 40 log_has "cleaning up failed"
commit_file "$REPO" file 'app 5'
wait_for 20 link_is "$ROOT/link" "$HASH"
assert_file_eq "$ROOT/link/file" 'app 5'
wait_for 10 no_locks
assert_metric 'git_sync_count_total{status="error"}' 0
stop_gitsync
