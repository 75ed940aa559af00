#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The native engine collects garbage without git: after many pushes the store is as small as the
# last commit needs it, git agrees with what is left, and a hook's own gc at the same time does no
# harm.
source "$(dirname "$0")/lib/e2e.sh"

kReclaimed='git_sync_engine_steps_total{engine="native",step="reclaim"}'
kDelegated='git_sync_engine_steps_total{engine="git",step="reclaim"}'
kPushes=40

# Notes every git that a run starts.
watch_git() {
  mkdir -p "$D/bin"
  : >"$D/programs"
  cat >"$D/bin/git" <<SCRIPT
#!/bin/bash
echo "git \$*" >>"$D/programs"
exec "$(command -v git)" "\$@"
SCRIPT
  chmod +x "$D/bin/git"
}
assert_no_git_for_garbage() {
  ! grep -E 'git (gc|reflog|repack|prune|worktree|pack-refs)' "$D/programs" || fail "git collects garbage"
}
start() {
  use_http
  PATH="$D/bin:$PATH" start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=50ms \
    "${HTTP_FLAGS[@]}" "$@"
  wait_for 20 link_is "$ROOT/link" "$HASH"
}
random_file() { # <bytes> <path>
  head -c "$1" /dev/urandom >"$REPO/$2"
  commit_all "$REPO"
}
push_many() {
  local i
  for ((i = 0; i < kPushes; i++)); do
    random_file 150000 "file$((i % 3))"
    wait_for 20 link_is "$ROOT/link" "$HASH"
  done
}
# assert_store <most bytes>
assert_store() {
  local size
  size=$(du -sb "$ROOT/.git/objects" | cut -f1)
  ((size <= $1)) || fail "the store has $size bytes: $(find "$ROOT/.git/objects" -type f -printf '%s %p\n')"
  git -C "$ROOT" fsck --full --strict --no-dangling || fail "git does not accept the store"
  assert_eq "" "$(git -C "$ROOT/link" status --porcelain)" "git status"
  assert_eq "" "$(find "$ROOT/.git/git-sync" -name 'compaction*')" "what a compaction leaves"
}

scenario "many pushes: what nobody needs goes, without a git"
make_repo many
random_file 400000 large
watch_git
start
push_many
wait_passes 2
metric_at_least "$kReclaimed" 3 || fail "garbage was not collected: $(http_get /metrics)"
assert_metric "$kDelegated" 0
assert_no_git_for_garbage
# Live are 0.85 MB; garbage may be 512 KiB or a quarter, and what two pushes bring.
assert_store 2200000
stop_gitsync

scenario "depth 5: the history stays as deep"
rm -rf "$ROOT"
watch_git
start --depth=5
push_many
wait_passes 2
metric_at_least "$kReclaimed" 3 || fail "garbage was not collected"
assert_no_git_for_garbage
assert_eq 5 "$(git -C "$ROOT/link" rev-list --count HEAD)" "commits"
assert_store 3500000
stop_gitsync

scenario "one-time runs, and a move to an almost empty commit"
for ((i = 0; i < 3; i++)); do
  random_file 900000 file0
  PATH="$D/bin:$PATH" run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
  assert_status 0
done
git -C "$REPO" rm -qrf .
commit_file "$REPO" small small
: >"$D/programs"
PATH="$D/bin:$PATH" run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"
assert_no_git_for_garbage
assert_store 30000

# Its gc may take a commit that was fetched and has no ref yet; then a pass fails, and the next one
# fetches again.
scenario "a hook that collects garbage itself, all the time"
make_repo hook
random_file 400000 large
cat >"$D/hook.sh" <<'HOOK'
#!/bin/sh
git log -3 --stat && git gc -q --prune=now && echo "$GITSYNC_HASH" >note && git add note && git status
HOOK
chmod +x "$D/hook.sh"
rm -rf "$ROOT"
start --exechook-command="$D/hook.sh" --exechook-backoff=1s --max-failures=-1
push_many
metric_at_least "$kReclaimed" 1 || fail "garbage was not collected"
stop_gitsync
git -C "$ROOT" fsck --full --strict --no-dangling || fail "git does not accept the store"
assert_link_hash "$ROOT/link" "$HASH"

scenario "what only git understands is left to it, and an explicit --git-gc means git's"
make_repo explicit
random_file 900000 file0
rm -rf "$ROOT"
watch_git
start --git-config=gc.bigPackThreshold:1g
random_file 900000 file0
wait_for 20 link_is "$ROOT/link" "$HASH"
wait_for 20 grep -q 'git gc' "$D/programs"
assert_log 'gc.bigpackthreshold'
stop_gitsync
watch_git
start --git-gc=always
random_file 900000 file0
wait_for 20 link_is "$ROOT/link" "$HASH"
wait_for 20 grep -q 'git gc' "$D/programs"
stop_gitsync
