#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One root serves one hash, branch or repository after another (scenarios 11 to 13 of
# docs/contract.md#scenarios). What each form of --ref means is proved by refs_meaning.
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
first=$HASH
commit_file "$REPO" file 'app 2'
second=$HASH
git -C "$REPO" checkout -q -b other
commit_file "$REPO" file 'app, other branch'
other=$HASH
commit_file "$REPO" file 'app, other branch 2'
tip=$HASH
git -C "$REPO" checkout -q main
use_http

once() { # <expected hash> <flags…>
  HASH=$1 && shift
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --touch-file=touch "$@"
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
  assert_file "$ROOT/touch"
  rm "$ROOT/touch"
}
depth_of_link() { git -C "$ROOT/link/" rev-list --count HEAD; }

scenario "11: one-time on a hash, on one unknown locally, and on one that is no branch tip"
once "$second" --ref="$second"
assert_eq 1 "$(depth_of_link)" "depth"
once "$other" --ref="$other"
once "$first" --ref="$first"

scenario "11: one-time on a hash, then on one that is known locally"
once "$tip" --ref="$tip" --depth=0
once "$first" --ref="$first" --depth=0
once "$first" --ref="$first" --depth=0

scenario "11: a hash that the server does not have: git's error, and what is published stays"
cause ref
once "$second" --ref="$second"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link \
  --ref=1234567890123456789012345678901234567890
assert_status 1
assert_log "not our ref"
assert_link_hash "$ROOT/link" "$second"
assert_clean_tree "$REPO" "$second" "$ROOT/link"

scenario "12: a plain file in root, named like the next hash, does no harm and stays"
once "$second"
printf 'mine\n' >"$ROOT/$tip"
once "$tip" --ref=other
assert_file_eq "$ROOT/$tip" mine

scenario "12: the same under a running process"
make_repo running
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms "${HTTP_FLAGS[@]}"
wait_for 10 link_is "$ROOT/link" "$HASH"

freeze_gitsync
commit_file "$REPO" file 'running 2'
printf 'mine\n' >"$ROOT/$HASH"
thaw_gitsync
wait_for 10 link_is "$ROOT/link" "$HASH"
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
assert_file_eq "$ROOT/$HASH" mine
stop_gitsync

scenario "13: switching the branch between runs works on a root of depth 1"
REPO=$SRV/app
once "$second" --depth=1
once "$tip" --depth=1 --ref=other
assert_eq 1 "$(depth_of_link)" "depth"
once "$second" --depth=1 --ref=main
assert_eq 1 "$(depth_of_link)" "depth"

scenario "13: switching the repository between runs works on a root of depth 1"
once "$second" --depth=1
make_repo unrelated
once "$HASH" --depth=1
assert_eq 1 "$(depth_of_link)" "depth"
assert_eq "file://$REPO" "$(git -C "$ROOT" remote get-url origin)" "origin"
REPO=$SRV/app
once "$second" --depth=1
assert_eq "file://$REPO" "$(git -C "$ROOT" remote get-url origin)" "origin"
assert_eq "$second" "$(ls "$ROOT/.worktrees")" "trees that are left"

scenario "a SHA-256 repository is synced with GIT_DEFAULT_HASH, and without it the error says so"
cause config
REPO=$SRV/sha256
git init -q -b main --object-format=sha256 "$REPO"
commit_file "$REPO" file "long hash"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
assert_status 1
assert_explained "mismatched algorithms" GIT_DEFAULT_HASH=sha256
rm -rf "$ROOT"
for text in "long hash" "long hash, next"; do
  [[ $(git -C "$REPO" show HEAD:file) == "$text" ]] || commit_file "$REPO" file "$text"
  GIT_DEFAULT_HASH=sha256 run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
  assert_status 0
  assert_eq 64 "${#HASH}" "digits of the hash"
  assert_link_hash "$ROOT/link" "$HASH"
  assert_file_eq "$ROOT/link/file" "$text"
done
