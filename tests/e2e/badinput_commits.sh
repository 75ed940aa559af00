#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A commit that must not be checked out fails by name, executes nothing and leaves what is published;
# the next good commit is published.
source "$(dirname "$0")/lib/e2e.sh"

make_repo sub
SUB=$REPO
make_repo app
GOOD=$HASH
start() {
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms --max-failures=-1 \
    --git-config=protocol.file.allow:always "$@"
  wait_for 20 link_is "$ROOT/link" "$GOOD"
}
# A tree with one entry of any name, which git itself would not add.
commit_tree() {
  local blob tree
  blob=$(echo poison | git -C "$REPO" hash-object -w --stdin)
  tree=$(python3 -c 'import sys; sys.stdout.buffer.write(b"100644 " + sys.argv[1].encode() + b"\0" + bytes.fromhex(sys.argv[2]))' "$1" "$blob" |
    git -C "$REPO" hash-object -w -t tree --literally --stdin)
  HASH=$(git -C "$REPO" commit-tree -p HEAD -m poison "$tree")
  git -C "$REPO" update-ref refs/heads/main "$HASH"
}
back_to_good() {
  git -C "$REPO" reset -q --hard "$GOOD"
  commit_file "$REPO" file "good again"
  wait_for 20 link_is "$ROOT/link" "$HASH"
  assert_file_eq "$ROOT/link/file" "good again"
  GOOD=$HASH
}

add_submodule "$REPO" "$SUB" module
GOOD=$HASH

scenario "a submodule whose update is a command"
cause config
start
git -C "$REPO" config -f .gitmodules submodule.module.update "!touch $D/executed"
commit_all "$REPO"
wait_for 20 log_has "invalid value for 'submodule.module.update'"
assert_link_hash "$ROOT/link" "$GOOD"
back_to_good
assert_no_file "$D/executed"

scenario "a submodule whose address is a command"
cause config
start
git -C "$REPO" config -f .gitmodules submodule.module.url "ext::sh -c touch% $D/executed"
commit_all "$REPO"
wait_for 20 log_has "transport 'ext' not allowed"
assert_link_hash "$ROOT/link" "$GOOD"
back_to_good
assert_no_file "$D/executed"

for name in .git .GIT ..; do
  scenario "a tree with an entry named $name"
  start
  commit_tree "$name"
  wait_for 20 log_has "\"failCount\":1"
  assert_link_hash "$ROOT/link" "$GOOD"
  assert_no_file "$ROOT/.worktrees/poison"
  back_to_good
done

scenario "addresses that are commands"
cause config
for repo in "ext::sh -c touch% $D/executed" "ssh://-oProxyCommand=touch%20$D/executed/x" \
  "-oProxyCommand=touch $D/executed"; do
  run_gitsync --repo="$repo" --root="$ROOT" --link=link --one-time
  assert_status 1
  assert_no_file "$D/executed"
  assert_no_file "$ROOT/link"
done
