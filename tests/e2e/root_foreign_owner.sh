#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Roots and local repositories that belong to another uid - as with a pod's fsGroup volume - are
# trusted without any setting, for git-sync and for its hooks, and nothing else is.
source "$(dirname "$0")/lib/e2e.sh"

need_users
make_volume() { # as kubelet does it for emptyDir with an fsGroup
  mkdir "$1"
  chown root:root "$1"
  chmod 2777 "$1"
}
assert_synced() {
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
  assert_no_log '"error"'
}
allow_files=--git-config=protocol.file.allow:always

make_repo app
start_sshd

scenario "a group-writable volume of root, git-sync as 65533: first sync, updates, stale trees, restart"
make_volume "$ROOT"
as_user 65533
cat >"$D/hook" <<'SCRIPT'
#!/bin/sh
# Hooks inherit the trust: git works for them in the checkout.
git rev-parse HEAD >>"$SEEN.$GITSYNC_HASH" && git status --porcelain >>"$SEEN.$GITSYNC_HASH"
SCRIPT
chmod 755 "$D/hook"
mkdir -m 777 "$D/seen"
export SEEN=$D/seen/hash
use_http
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms "${HTTP_FLAGS[@]}" \
  --stale-worktree-timeout=1h --exechook-command="$D/hook"
for i in 2 3 4; do
  wait_for 20 link_is "$ROOT/link" "$HASH"
  wait_for 20 test -s "$SEEN.$HASH"
  assert_file_eq "$SEEN.$HASH" "$HASH"
  wait_passes 1
  commit_file "$REPO" file "app $i"
done
wait_for 20 link_is "$ROOT/link" "$HASH"
wait_passes 2
assert_metric 'git_sync_count_total{status="success"}' 4
assert_no_log '"error"'
assert_eq 4 "$(find "$ROOT/.worktrees" -mindepth 1 -maxdepth 1 | wc -l)" "checkouts"
stop_gitsync
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --stale-worktree-timeout=1h
assert_synced
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
assert_synced
assert_eq 1 "$(find "$ROOT/.worktrees" -mindepth 1 -maxdepth 1 | wc -l)" "checkouts"

scenario "everything in root was given to another uid, submodules too; git-sync as root goes on"
as_root
make_repo inner
make_repo sub
add_submodule "$REPO" "file://$SRV/inner" inner
make_repo outer
add_submodule "$REPO" "file://$SRV/sub" sub
once() { run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link "$allow_files" "$@"; }
assert_all() {
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_file_eq "$ROOT/link/sub/file" "sub 1"
  assert_file_eq "$ROOT/link/sub/inner/file" "inner 1"
  assert_no_log '"error"'
}
once
assert_all
chown -R 65533:65533 "$ROOT"
once
assert_all
chown -R 65533:65533 "$ROOT"
commit_file "$REPO" file "outer 2"
once
assert_all
chown -R 65533:65533 "$ROOT"
printf '/*\n!/nothing\n' >"$D/patterns"
once --sparse-checkout-file="$D/patterns" --depth=0 --filter=blob:none
assert_all

scenario "another uid of the same group takes over a --group-write root"
REPO=$SRV/app HASH=$(head_of "$SRV/app")
make_volume "$ROOT"
chown 0:7000 "$ROOT"
as_user 65533 7000
once --group-write
assert_synced
as_user 65532 7000
once --group-write
assert_synced
commit_file "$REPO" file "taken over"
once --group-write
assert_synced
as_user 65533 7000
commit_file "$REPO" file "and back"
once --group-write
assert_synced

scenario "a local --repo of another uid, named in each way that git understands"
as_user 65533
git clone -q --bare "$REPO" "$SRV/bare.git"
ln -s "$SRV/app" "$T/by-symlink"
ln -s "$SRV" "$T/folder"
for repo in "$SRV/app" "$SRV/app/" "$SRV/app/.git" "file://$SRV/app" "file://$SRV/app/" \
  "file://$SRV/app/.git" "$SRV/bare.git" "file://$SRV/bare.git" "$SRV/bare" "file://$SRV/bare" \
  "file://$T/by-symlink" "$T/by-symlink" "file://$T/folder/bare.git" "$SRV/../srv/app" "$SRV//app" \
  "file://$SRV/%61pp"; do
  ROOT=$D/root.$RANDOM$RANDOM
  make_volume "$ROOT"
  RUN_LIMIT=30 run_gitsync --one-time --repo="$repo" --root="$ROOT" --link=link
  [[ $STATUS == 0 ]] || fail "--repo=$repo does not work: $(tail -n 1 "$LOG")"
  assert_synced
done

scenario "the trust is for these only: a submodule from another repository of another uid is not opened"
cause permission
make_repo foreign
make_repo with-foreign
add_submodule "$REPO" "file://$SRV/foreign" foreign
make_volume "$ROOT"
once
assert_status 1
assert_log "dubious ownership"
assert_contains "$(jq -r 'select(.hint) | .hint' <(log_records))" "safe.directory" "hint"

scenario "safe.directory may still be set by the user, for everything"
make_volume "$ROOT"
once --git-config-add='safe.directory:*'
assert_status 0
assert_file_eq "$ROOT/link/foreign/file" "foreign 1"
ROOT=$D/again
make_volume "$ROOT"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link \
  --git-config='safe.directory:*,protocol.file.allow:always'
assert_status 0
