#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A push is seen at the next poll, without a failed pass, although what opens the server was replaced
# at both ends: the password, the ssh key, the server's host key, its certificate's authority.
source "$(dirname "$0")/lib/e2e.sh"

kDelegated='git_sync_engine_steps_total{engine="git",step="resolve"}'
kError='git_sync_count_total{status="error"}'
replace() { install -m 600 "$2" "$1.new" && mv "$1.new" "$1"; }
start_idle() { # flags…
  use_http
  start_gitsync --root="$ROOT" --link=link --ref=main --period=100ms -v 3 "${HTTP_FLAGS[@]}" "$@"
  wait_for 10 link_is "$ROOT/link" "$HASH"
  wait_passes 3
}
# replaced <command…>: does that while git-sync stands still in a pause, and pushes; the push is seen.
replaced() {
  freeze_in_pause
  "$@"
  commit_file "$REPO" file "after $*"
  thaw_gitsync
  wait_for 20 link_is "$ROOT/link" "$HASH"
  wait_passes 3
  # With the default failure limit the first failed pass would have ended the process.
  assert_metric "$kError" 0
  assert_metric "$kDelegated" 0
}

scenario "https: the password"
make_repo https
trust_ca
start_https auth=/:bob:password-1
echo password-1 >"$D/password"
start_idle --repo="$HTTPS_URL/https" --username=bob --password-file="$D/password"
new_password() {
  set_password / bob "password-$1"
  echo "password-$1" >"$D/next"
  replace "$D/password" "$D/next"
}
for n in 2 3 4; do replaced new_password "$n"; done
stop_gitsync

scenario "https: the authority that the server's certificate is from"
start_https tls
start_idle --repo="$HTTPS_URL/https"
new_authority() {
  replace_ca
  stop_https
  start_https_again
}
for _ in 1 2; do replaced new_authority; done
stop_gitsync

scenario "ssh: the key, in a Secret that kubelet mounts by a link"
make_repo ssh
start_sshd
mkdir "$D/1" "$D/2"
cp "$SSH_KEY" "$D/1/ssh"
make_key "$D/2/ssh"
chmod 600 "$D"/?/ssh
ln -s 1 "$D/..data"
ln -s ..data/ssh "$D/ssh"
start_idle --repo="$(ssh_url ssh)" --ssh-key-file="$D/ssh" --ssh-known-hosts-file="$SSH_KNOWN_HOSTS"
new_key() {
  authorize_key "$D/2/ssh"
  revoke_key "$SSH_KEY"
  ln -s 2 "$D/..data.new"
  mv -T "$D/..data.new" "$D/..data"
}
fingerprint() { ssh-keygen -lf "$1" | cut -d' ' -f2; }
replaced new_key
assert_file_contains "$SSH_LOG" "$(fingerprint "$D/2/ssh")"
stop_gitsync

scenario "ssh: the server's host keys, and known_hosts with them"
start_sshd hosts
use_ssh
start_idle --repo="$(ssh_url ssh)" "${SSH_FLAGS[@]}"
new_host_keys() {
  stop_sshd
  rm "$SSH_DIR"/host_*
  make_key "$SSH_DIR/host_ed25519"
  make_key "$SSH_DIR/host_rsa"
  : >"$D/known_hosts"
  SSH_KNOWN_HOSTS=$D/known_hosts add_known_host "$SSH_PORT"
  start_sshd_again
  replace "$SSH_KNOWN_HOSTS" "$D/known_hosts"
}
replaced new_host_keys
stop_gitsync
assert_no_log "Host key verification failed"
