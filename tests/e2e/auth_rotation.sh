#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Credentials that change while git-sync runs, also in the middle of a pass: that pass ends either way,
# what is published stays whole, a later pass takes the new ones, and nothing of them is logged
# (scenario 34 of docs/contract.md#scenarios).
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
commit_uniform "$REPO" 1
replace() { cp "$2" "$1.new" && chmod 600 "$1.new" && mv "$1.new" "$1"; }
errors() { metric 'git_sync_count_total{status="error"}'; }
more_errors_than() { (($(errors) > $1)); }
no_secret_in_logs() {
  if grep -rlE 'password-[0-9]|BEGIN OPENSSH' "$T/log"/git-sync.*; then fail "a secret in a log"; fi
}
begin() { # flags…; every answer of the server takes a while from here on
  use_http
  # The reader may still be in a tree that was replaced.
  start_gitsync --root="$ROOT" --link=link --period=10ms --max-failures=-1 -v 9 --stale-worktree-timeout=1h \
    "${HTTP_FLAGS[@]}" "$@"
  wait_for 10 link_is "$ROOT/link" "$HASH"
  start_reader "$ROOT/link"
  set_fault delay=0.4
}
# mid_pass <command…>: runs it while a pass waits for the server.
mid_pass() {
  wait_for 10 fault_is_busy
  "$@"
}
# A new commit is published with what is set now.
recovers() {
  commit_uniform "$REPO" "$1"
  wait_for 30 link_is "$ROOT/link" "$HASH"
}
# Nothing works, and nothing is lost.
stays_broken() {
  local published failed
  published=$(link_hash "$ROOT/link") failed=$(errors)
  wait_for 20 more_errors_than "$failed"
  commit_uniform "$REPO" "$1"
  failed=$(errors)
  wait_for 20 more_errors_than "$((failed + 1))"
  assert_link_hash "$ROOT/link" "$published"
}
end() {
  stop_reader
  stop_gitsync
  no_secret_in_logs
  assert_log_json
}

scenario "34: a password file that turns wrong, vanishes and is right again; a server that changes its mind"
cause auth secret
make_repo alone
start_https alone plain "auth=/:alice:password-1"
fails() { # <n>: that many further passes
  local failed
  failed=$(errors)
  wait_for 20 more_errors_than "$((failed + $1 - 1))"
}
put() { echo "$1" >"$D/next" && replace "$D/password" "$D/next"; }
put password-1
use_http
start_gitsync --repo="$HTTPS_URL/alone" --root="$ROOT" --link=link --period=100ms --max-failures=-1 -v 9 \
  --username=alice --password-file="$D/password" "${HTTP_FLAGS[@]}"
wait_for 10 link_is "$ROOT/link" "$HASH"
published=$HASH
put password-2
fails 1
commit_file "$REPO" file "alone 2"
fails 2
assert_link_hash "$ROOT/link" "$published"
put password-1
wait_for 10 link_is "$ROOT/link" "$HASH"
rm "$D/password"
fails 1
wait_for 10 log_has "$D/password: No such file or directory" # counted before it is logged
put password-1
commit_file "$REPO" file "alone 3"
wait_for 10 link_is "$ROOT/link" "$HASH"
# git throws away what was refused; the same file opens the server once more.
set_password / alice password-3
fails 2
commit_file "$REPO" file "alone 4"
set_password / alice password-1
wait_for 10 link_is "$ROOT/link" "$HASH"
stop_gitsync
no_secret_in_logs
assert_log_json

REPO=$SRV/app HASH=$(head_of "$SRV/app")
scenario "https: the password changes at both ends while the server is being asked"
cause auth secret
start_https plain "auth=/:alice:password-1"
start_fault "$HTTPS_PORT"
echo password-1 >"$D/password"
begin --repo="http://127.0.0.1:$FAULT_PORT/app" --username=alice --password-file="$D/password"
rotate() {
  set_password / alice "password-$1"
  echo "password-$1" >"$D/next"
  replace "$D/password" "$D/next"
}
for n in 2 3 4; do
  mid_pass rotate $n
  recovers "https-$n"
done

mid_pass set_password / alice password-5
stays_broken https-revoked
mid_pass rm "$D/password"
stays_broken https-without-file
rotate 6
wait_for 30 link_is "$ROOT/link" "$HASH"
end

scenario "askpass: the answer and the password change while the server is being asked"
cause auth
start_https plain "auth=/:alice:password-1"
start_fault "$HTTPS_PORT"
start_recorder "$(askpass_answer alice password-1)"
begin --repo="http://127.0.0.1:$FAULT_PORT/app" --askpass-url="$RECORDER_URL/ask"
mid_pass set_password / alice password-2
stays_broken askpass-revoked
mid_pass set_answers "$(askpass_answer alice password-2)"
wait_for 30 link_is "$ROOT/link" "$HASH"
end

scenario "ssh: the key changes at both ends, and vanishes, while the server is being asked"
cause auth secret
start_sshd
make_key "$D/second"
replace "$D/key" "$SSH_KEY"
start_fault "$SSH_PORT"
add_known_host "$FAULT_PORT"
begin --repo="$(ssh_url app "$FAULT_PORT")" --ssh-key-file="$D/key" \
  --ssh-known-hosts-file="$SSH_KNOWN_HOSTS"
swap_keys() {
  authorize_key "$D/second"
  revoke_key "$SSH_KEY"
  replace "$D/key" "$D/second"
}
mid_pass swap_keys
recovers ssh-2
mid_pass rm "$D/key"
stays_broken ssh-without-key
mid_pass replace "$D/key" "$D/second"
wait_for 30 link_is "$ROOT/link" "$HASH"
mid_pass replace "$D/key" "$SSH_WRONG_KEY"
stays_broken ssh-with-foreign-key
mid_pass replace "$D/key" "$D/second"
wait_for 30 link_is "$ROOT/link" "$HASH"
end
