#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Submodules are added, moved, nested and removed with the commits that say so; the modes of
# --submodules; relative addresses (scenarios 49, 51 and 52 of docs/contract.md#scenarios).
source "$(dirname "$0")/lib/e2e.sh"

kSuccess='git_sync_count_total{status="success"}'
allow_files=--git-config=protocol.file.allow:always

# step <claim>: the commit that was just made is published by exactly one success.
step() {
  kSteps=$((kSteps + 1))
  wait_for 20 link_is "$ROOT/link" "$HASH"
  wait_for 10 metric_is "$kSuccess" "$kSteps"
  wait_passes 1
  assert_metric "$kSuccess" "$kSteps"
  assert_metric git_fetch_count_total "$kSteps"
  assert_metric 'git_sync_count_total{status="error"}' 0
}

scenario "49: added, moved forward, moved back, nested added, nested removed, removed: one success each"
make_repo nested
nested=$REPO
make_repo sub
sub=$REPO
make_repo app
app=$REPO
use_http
kSteps=0
start_gitsync --repo="file://$app" --root="$ROOT" --link=link --period=100ms "$allow_files" \
  "${HTTP_FLAGS[@]}"
step
add_submodule "$app" "file://$sub" sub
step
assert_file_eq "$ROOT/link/sub/file" "sub 1"
commit_file "$sub" file "sub 2"
wait_passes 2
assert_metric "$kSuccess" "$kSteps"
assert_file_eq "$ROOT/link/sub/file" "sub 1"
update_submodule "$app" sub
step
assert_file_eq "$ROOT/link/sub/file" "sub 2"
# Backwards by a commit of the outer repository that names the earlier one.
update_submodule "$app" sub origin/HEAD~1
step
assert_file_eq "$ROOT/link/sub/file" "sub 1"
# Backwards by resetting both.
step_back "$sub"
step_back "$app" 2
step
assert_file_eq "$ROOT/link/sub/file" "sub 1"
add_submodule "$sub" "file://$nested" nested
update_submodule "$app" sub
step
assert_file_eq "$ROOT/link/sub/nested/file" "nested 1"
remove_submodule "$sub" nested
update_submodule "$app" sub
step
assert_file "$ROOT/link/sub/file"
assert_no_file "$ROOT/link/sub/nested"
remove_submodule "$app" sub
step
assert_no_file "$ROOT/link/sub"
assert_clean_tree "$app" "$HASH" "$ROOT/link"
stop_gitsync

scenario "49: a restart on an unchanged hash restores a submodule's tracked files"
add_submodule "$app" "file://$sub" sub
run_gitsync --one-time --repo="file://$app" --root="$ROOT" --link=link "$allow_files"
assert_status 0
printf 'edited\n' >"$ROOT/link/sub/file"
git -C "$ROOT/link/sub" checkout -q --detach
rm -rf "$ROOT/link/sub/file"
run_gitsync --one-time --repo="file://$app" --root="$ROOT" --link=link "$allow_files"
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"

scenario "51: off gives none, shallow the first level, recursive all levels"
make_repo deep
add_submodule "$REPO" "file://$nested" nested
deep=$REPO
make_repo modes
add_submodule "$REPO" "file://$deep" deep
for mode in off shallow recursive default; do
  flag=("--submodules=$mode")
  [[ $mode != default ]] || flag=()
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT.$mode" --link=link "$allow_files" \
    ${flag[@]+"${flag[@]}"}
  assert_status 0
  assert_link_hash "$ROOT.$mode/link" "$HASH"
  assert_file "$ROOT.$mode/link/deep"
done
assert_no_file "$ROOT.off/link/deep/file"
assert_file_eq "$ROOT.shallow/link/deep/file" "deep 1"
assert_no_file "$ROOT.shallow/link/deep/nested/file"
for mode in recursive default; do
  assert_file_eq "$ROOT.$mode/link/deep/file" "deep 1"
  assert_file_eq "$ROOT.$mode/link/deep/nested/file" "nested 1"
done

scenario "51: with off, a tree that has submodules from an earlier run is not taken as it is"
for run in recursive off; do
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link="$run" "$allow_files" \
    --submodules="$run" --stale-worktree-timeout=1h
  assert_status 0
done
assert_file "$ROOT/off/deep"
assert_no_file "$ROOT/off/deep/file"

scenario "51: an unreachable submodule fails the pass; with --submodules=off it does not matter"
cause not-found
make_repo broken
commit_file "$REPO" before 1
before=$HASH
add_submodule "$REPO" "file://$deep" deep
git -C "$REPO" config -f "$REPO/.gitmodules" submodule.deep.url "file://$SRV/no-such-repository"
commit_all "$REPO"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --ref="$before"
assert_status 0
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --error-file=error "$allow_files"
assert_status 1
assert_log "no-such-repository"
assert_file_contains "$ROOT/error" "no-such-repository"
assert_link_hash "$ROOT/link" "$before"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --submodules=off
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"

scenario "49: without git's leave no submodule is taken from the local disk, and the hint says how"
cause config
run_gitsync --one-time --repo="file://$app" --root="$ROOT" --link=link
assert_status 1
assert_log "transport 'file' not allowed"
assert_log "protocol.file.allow:always"

scenario "52: a relative address resolves against --repo, over each transport"
make_repo sibling
make_repo relative
add_submodule "$REPO" ../sibling sibling
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT.file" --link=link "$allow_files"
assert_status 0
assert_file_eq "$ROOT.file/link/sibling/file" "sibling 1"
start_sshd
use_ssh
run_gitsync --one-time --repo="$(ssh_url relative)" --root="$ROOT.ssh" --link=link "${SSH_FLAGS[@]}"
assert_status 0
assert_file_eq "$ROOT.ssh/link/sibling/file" "sibling 1"
scp_style relative
GIT_SSH_COMMAND="ssh -F $SSH_CONFIG" run_gitsync --one-time --repo="$SCP_URL" --root="$ROOT.scp" \
  --link=link --ssh-key-file="$SSH_KEY" --ssh-known-hosts=false
assert_status 0
assert_file_eq "$ROOT.scp/link/sibling/file" "sibling 1"
trust_ca
start_https
run_gitsync --one-time --repo="$HTTPS_URL/relative" --root="$ROOT.https" --link=link
assert_status 0
assert_file_eq "$ROOT.https/link/sibling/file" "sibling 1"

scenario "52: when --repo changes on the same root, so do the places of its submodules"
git clone -q --bare "$REPO" "$SRV/moved/relative"
git clone -q --bare "$SRV/sibling" "$SRV/moved/sibling"
run_gitsync --one-time --repo="file://$SRV/moved/relative" --root="$ROOT" --link=link "$allow_files"
assert_status 0
assert_file_eq "$ROOT/link/sibling/file" "sibling 1"
rm -rf "$SRV/moved"
commit_file "$REPO" file "relative 2"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link "$allow_files"
assert_status 0
assert_file_eq "$ROOT/link/sibling/file" "sibling 1"

scenario "49: a submodule that moves to another address is taken from there"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link "$allow_files"
assert_status 0
mv "$SRV/sibling" "$SRV/brother"
git config -f "$REPO/.gitmodules" submodule.sibling.url ../brother
commit_all "$REPO"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link "$allow_files"
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"
assert_file_eq "$ROOT/link/sibling/file" "sibling 1"
