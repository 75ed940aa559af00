#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Repository, submodule and nested submodule lie on three servers of which each takes another ssh
# key; one run has all three keys (scenario 36 of docs/contract.md#scenarios).
source "$(dirname "$0")/lib/e2e.sh"

# server_of <repository>: a server of its own, open to $T/key-<repository> only; sets URL.
server_of() {
  start_sshd "sshd-$1"
  make_key "$T/key-$1"
  : >"$SSH_DIR/authorized_keys"
  authorize_key "$T/key-$1" "$(forced_command)"
  cat "$SSH_KNOWN_HOSTS" >>"$T/known_hosts"
  URL=$(ssh_url "$1")
}
# with_submodule <repository> <submodule> <address>: objects come from the local disk, the address
# that is committed is the server's.
with_submodule() {
  git -C "$SRV/$1" submodule --quiet add "file://$SRV/$2" "$2"
  git config -f "$SRV/$1/.gitmodules" "submodule.$2.url" "$3"
  commit_all "$SRV/$1"
}
key() { printf -- '--ssh-key-file=%s' "$T/key-$1"; }

make_repo nested
server_of nested
nested_url=$URL
make_repo sub
with_submodule sub nested "$nested_url"
server_of sub
sub_url=$URL
make_repo app
with_submodule app sub "$sub_url"
server_of app
app_url=$URL

flags=(--one-time --repo="$app_url" --link=link --ssh-known-hosts-file="$T/known_hosts")
assert_all() {
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_file_eq "$ROOT/link/file" "app 1"
  assert_file_eq "$ROOT/link/sub/file" "sub 1"
  assert_file_eq "$ROOT/link/sub/nested/file" "nested 1"
}

scenario "36: with the three keys, in any order, all three are there"
run_gitsync "${flags[@]}" --root="$ROOT" "$(key app)" "$(key sub)" "$(key nested)"
assert_all
rm -rf "$ROOT"
run_gitsync "${flags[@]}" --root="$ROOT" "$(key nested)" "$(key app)" "$(key sub)"
assert_all

scenario "36: if one of the keys is missing, nothing is published, and the log says which repository"
cause auth
run_gitsync "${flags[@]}" --root="$ROOT" "$(key app)" "$(key sub)"
assert_status 1
assert_no_file "$ROOT/link"
assert_log "Permission denied (publickey"
assert_log "$nested_url"
run_gitsync "${flags[@]}" --root="$ROOT" "$(key sub)" "$(key nested)"
assert_status 1
assert_no_file "$ROOT/link"
assert_log "Permission denied (publickey"

scenario "36: the keys go on working when the repositories change"
start_gitsync --repo="$app_url" --root="$ROOT" --link=link --period=100ms \
  --ssh-known-hosts-file="$T/known_hosts" "$(key app)" "$(key sub)" "$(key nested)"
wait_for 30 link_is "$ROOT/link" "$HASH"
commit_file "$SRV/nested" file "nested 2"
update_submodule "$SRV/sub" nested
update_submodule "$SRV/app" sub
wait_for 30 link_is "$ROOT/link" "$HASH"
assert_file_eq "$ROOT/link/sub/nested/file" "nested 2"
