#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Submodules that cannot be had: not in .gitmodules, or at a commit that its server does not give.
source "$(dirname "$0")/lib/e2e.sh"

start_sshd
use_ssh

# fails_with <words of git> <part of the hint> <flags…>
fails_with() {
  RUN_LIMIT=30 run_gitsync --one-time --root="$ROOT" --link=link "${SSH_FLAGS[@]}" "${@:3}"
  assert_status 1
  assert_no_file "$ROOT/link"
  assert_explained "$1" "$2"
  assert_log_json
}

scenario "a gitlink without an entry in .gitmodules, which --submodules=off leaves out"
cause not-found
make_repo unlisted
git -C "$REPO" update-index --add --cacheinfo "160000,$HASH,sub"
git -C "$REPO" commit -q -m "a gitlink"
fails_with "No url found for submodule path 'sub'" "--submodules=off" --repo="file://$REPO"
run_gitsync --one-time --root="$ROOT" --link=link --repo="file://$REPO" --submodules=off
assert_status 0

scenario "a ref and a submodule at no tip, over protocol version 0"
cause ref server
start_sshd version-0 "AcceptEnv NOTHING"
use_ssh
make_repo tips
git -C "$REPO" config --unset uploadpack.allowAnySHA1InWant
behind=$HASH
commit_file "$REPO" file 2
fails_with "Server does not allow request for unadvertised object $behind" "AcceptEnv GIT_PROTOCOL" \
  --repo="$(ssh_url tips)" --ref="$behind"
make_repo outer
add_submodule "$REPO" "file://$SRV/tips" sub
git -C "$REPO" config -f .gitmodules submodule.sub.url "$(ssh_url tips)"
git -C "$REPO" add .gitmodules
git -C "$REPO" update-index --cacheinfo "160000,$behind,sub"
git -C "$REPO" commit -q -m "behind the tip"
fails_with "Direct fetching of that commit failed" "--depth=0" --repo="file://$REPO"
run_gitsync --one-time --root="$ROOT" --link=link --repo="file://$REPO" "${SSH_FLAGS[@]}" --depth=0
assert_status 0

scenario "a submodule at a commit that its server does not have"
cause ref
start_sshd version-2
use_ssh
git -C "$REPO" config -f .gitmodules submodule.sub.url "$(ssh_url tips)"
git -C "$REPO" add .gitmodules
git -C "$REPO" update-index --cacheinfo "160000,1111111111111111111111111111111111111111,sub"
git -C "$REPO" commit -q -m "never pushed"
fails_with "Direct fetching of that commit failed" "push it to a branch" --repo="file://$REPO"
