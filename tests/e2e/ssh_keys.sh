#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# SSH with one key and several, of both kinds, in both forms of address, host keys checked or not,
# whatever the paths look like; rotated keys are picked up (scenario 35 of
# docs/contract.md#scenarios).
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
start_sshd
scp_style app
url=$(ssh_url app)
known=--ssh-known-hosts-file=$SSH_KNOWN_HOSTS

once() { # [flags…]
  RUN_LIMIT=30 run_gitsync --one-time --root="$ROOT" --link=link --error-file=error "$@"
}
assert_works() {
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_log_json
  rm -rf "$ROOT"
}
assert_refused() { # <ssh's words>
  assert_status 1
  assert_no_file "$ROOT/link"
  assert_log "$1"
  assert_file_contains "$ROOT/error" "$1"
  assert_log_json
}
# The port of the other form of address stands in a configuration file.
once_scp() { GIT_SSH_COMMAND="ssh -F $SSH_CONFIG" once --repo="$SCP_URL" "$@"; }

for form in once "once_scp"; do
  flags=()
  [[ $form != once ]] || flags=(--repo="$url")
  # The host of the second form has a name that no known_hosts file here has.
  check=("$known")
  [[ $form == once ]] || check=(--ssh-known-hosts=false)

  scenario "35 ($form): an ed25519 key and an RSA-4096 key work"
  $form ${flags[@]+"${flags[@]}"} "${check[@]}" --ssh-key-file="$SSH_KEY"
  assert_works
  $form ${flags[@]+"${flags[@]}"} "${check[@]}" --ssh-key-file="$SSH_RSA_KEY"
  assert_works

  scenario "35 ($form): a wrong key is refused at once"
  cause auth
  $form ${flags[@]+"${flags[@]}"} "${check[@]}" --ssh-key-file="$SSH_WRONG_KEY"
  assert_refused "Permission denied (publickey"

  scenario "35 ($form): of several keys the right one is found, as flags and as variable"
  $form ${flags[@]+"${flags[@]}"} "${check[@]}" --ssh-key-file="$SSH_WRONG_KEY" \
    --ssh-key-file="$D/missing" --ssh-key-file="$SSH_RSA_KEY"
  assert_works
  GITSYNC_SSH_KEY_FILE="$SSH_WRONG_KEY:$SSH_KEY" $form ${flags[@]+"${flags[@]}"} "${check[@]}"
  assert_works
done

scenario "35: the deprecated flag --ssh and the old variables still work"
GIT_SSH_KEY_FILE=$SSH_KEY GIT_SSH_KNOWN_HOSTS_FILE=$SSH_KNOWN_HOSTS once --repo="$url" --ssh
assert_works

scenario "35: the host key is checked by default, of either kind"
cause host-key
for kind in ed25519 rsa; do
  grep "$(cut -d' ' -f2 <"$SSH_DIR/host_$kind.pub")" "$SSH_KNOWN_HOSTS" >"$D/known.$kind"
  once --repo="$url" --ssh-key-file="$SSH_KEY" --ssh-known-hosts-file="$D/known.$kind"
  assert_works
done
: >"$D/empty"
once --repo="$url" --ssh-key-file="$SSH_KEY" --ssh-known-hosts-file="$D/empty"
assert_refused "Host key verification failed"
assert_eq "" "$(cat "$D/empty")" "known_hosts that must not be added to"
once --repo="$url" --ssh-key-file="$SSH_KEY" --ssh-known-hosts-file="$D/missing"
assert_refused "Host key verification failed"

scenario "35: without the check any host key is taken"
GITSYNC_SSH_KNOWN_HOSTS=false once --repo="$url" --ssh-key-file="$SSH_KEY"
assert_works
once --repo="$url" --ssh-key-file="$SSH_KEY" --ssh-known-hosts=false
assert_works

scenario "35: paths with blanks, quotes, percent signs and shell code are just paths"
# shellcheck disable=SC2016 # none of these may be expanded
for name in 'with blank' "single'quote" 'double"quote' 'percent%h%%' '100%' 'back\slash' '$HOME' \
  "\$(touch $T/executed)" '`true`' '; exit 0' '#hash' '*' '-dash' 'ünïcode' 'a=b' ' x '; do
  name=${name//\//_}
  dir="$D/$name"
  mkdir -p "$dir"
  install -m 600 "$SSH_KEY" "$dir/key $name"
  cp "$SSH_KNOWN_HOSTS" "$dir/known $name"
  once --repo="$url" --ssh-key-file="$dir/key $name" --ssh-known-hosts-file="$dir/known $name"
  [[ $STATUS == 0 ]] || fail "the path $dir does not work"
  assert_works
  assert_no_file "$T/executed"
done

scenario "35: a rotated key is picked up without restart"
cause auth
make_key "$D/new"
install -m 600 "$SSH_KEY" "$D/key"
use_http
start_gitsync --repo="$url" --root="$ROOT" --link=link --period=100ms --max-failures=-1 \
  --ssh-key-file="$D/key" "$known" "${HTTP_FLAGS[@]}"
wait_for 20 link_is "$ROOT/link" "$HASH"
# The file is what counts, even while a connection that the old key has opened is still there.
install -m 600 "$D/new" "$D/key.tmp"
mv "$D/key.tmp" "$D/key"
wait_for 20 metric_at_least 'git_sync_count_total{status="error"}' 1
revoke_key "$SSH_KEY"
old=$HASH
commit_file "$REPO" file 2
assert_link_hash "$ROOT/link" "$old"
authorize_key "$D/new"
wait_for 20 link_is "$ROOT/link" "$HASH"
authorize_key "$SSH_KEY"

scenario "35: a rotated host key and known_hosts file are picked up without restart"
cause host-key network
cp "$SSH_KNOWN_HOSTS" "$D/known"
use_http
start_gitsync --repo="$url" --root="$ROOT" --link=link --period=100ms --max-failures=-1 \
  --ssh-key-file="$SSH_KEY" --ssh-known-hosts-file="$D/known" "${HTTP_FLAGS[@]}"
wait_for 20 link_is "$ROOT/link" "$HASH"
stop_process "$SSH_PID"
make_key "$SSH_DIR/host_ed25519"
spawn "$SSH_LOG" "$(PATH=$PATH:/usr/sbin command -v sshd)" -D -e -f "$SSH_DIR/sshd_config"
wait_for 10 port_is_listening "$SSH_PORT"
# Its other host key is still known; now both are changed for the client.
grep -v "$(cut -d' ' -f2 <"$SSH_DIR/host_rsa.pub")" "$SSH_KNOWN_HOSTS" >"$D/known.tmp"
mv "$D/known.tmp" "$D/known"
wait_for 20 log_has "REMOTE HOST IDENTIFICATION HAS CHANGED"
old=$HASH
commit_file "$REPO" file 3
assert_link_hash "$ROOT/link" "$old"
printf '[127.0.0.1]:%s %s\n' "$SSH_PORT" "$(cut -d' ' -f1,2 <"$SSH_DIR/host_ed25519.pub")" >"$D/known.tmp"
mv "$D/known.tmp" "$D/known"
wait_for 20 link_is "$ROOT/link" "$HASH"
