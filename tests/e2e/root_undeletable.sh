#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What another user has put into an old tree, so that it cannot be deleted, is in nobody's way: it
# is put aside, its owner is named, and it is removed once that is possible.
source "$(dirname "$0")/lib/e2e.sh"

need_users
uid=65533
as_user $uid
chmod -R a+rX "$SRV"
use_http

# Root's program imports a module from the tree, as Airflow's scheduler does.
compile_in_tree() {
  local tree
  tree=$(readlink -f "$ROOT/link")
  mkdir "$tree/__pycache__"
  : >"$tree/__pycache__/module.pyc"
}
aside() { find "$ROOT" -path '*__pycache__*' -name module.pyc | wc -l; }
start() {
  install -d -o $uid -g $uid "$ROOT"
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms \
    --engine="${ENGINE:-git}" --git-config=safe.directory:'*' "${HTTP_FLAGS[@]}" "$@"
  wait_for 20 link_is "$ROOT/link" "$HASH"
}

make_repo app
chmod -R a+rX "$SRV"
first=$HASH
for ENGINE in git auto; do
  scenario "the branch moves on and goes back to the commit whose tree could not be deleted ($ENGINE)"
  HASH=$first
  start --max-failures=1
  compile_in_tree
  commit_file "$REPO" file "app 2"
  chmod -R a+rX "$SRV"
  wait_for 20 link_is "$ROOT/link" "$HASH"
  # The native engine keeps the old tree for the next update, whatever is in it.
  if [[ $ENGINE == git ]]; then
    wait_for 20 log_has "putting the rest aside"
    assert_log "owned by uid 0"
  fi
  wait_passes 2 # until then it may be moved while it is looked for
  assert_eq "$(aside)" 1
  git -C "$REPO" reset -q --hard "$first"
  chmod -R a+rX "$SRV"
  wait_for 20 link_is "$ROOT/link" "$first"
  wait_passes 2
  assert_no_log "error syncing"
  assert_file_eq "$ROOT/link/file" "app 1"
  stop_gitsync
done
ENGINE=git

scenario "it is removed as soon as that is possible, and leaves nothing"
HASH=$first
start
compile_in_tree
commit_file "$REPO" file "app 3"
chmod -R a+rX "$SRV"
wait_for 20 link_is "$ROOT/link" "$HASH"
wait_for 20 log_has "putting the rest aside"
# Once for each tree, not once for each pass.
wait_passes 3
assert_eq "$(log_count "putting the rest aside")" 1
freeze_gitsync # else it removes what chown is still walking through
chown -R $uid "$ROOT"/.worktrees "$ROOT"/.git-sync.aside
thaw_gitsync
wait_for 20 test ! -e "$ROOT/.git-sync.aside"
assert_eq "$(aside)" 0
assert_eq "$(find "$ROOT" -maxdepth 2 -name '.aside.*' | wc -l)" 0
