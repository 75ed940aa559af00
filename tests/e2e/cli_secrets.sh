#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No secret reaches help, usage, log, error file or the arguments of git.
# shellcheck disable=SC2016 # the names of variables are meant
source "$(dirname "$0")/lib/e2e.sh"

SECRET=hunter2
make_repo app
start_https main "auth=/:me:$SECRET"
trust_ca
ADDRESS=${HTTPS_URL#https://}/app

# A git that writes down its arguments.
cat >"$T/git" <<SCRIPT
#!/bin/sh
printf '%s\n' "\$*" >>"$T/arguments"
exec git "\$@"
SCRIPT
chmod +x "$T/git"

assert_nothing_leaked() {
  for file in "$LOG" "$OUT" "$T/arguments" "$D/error"; do
    [[ ! -e $file ]] || assert_file_lacks "$file" "$SECRET"
  done
}
sync_once() {
  run_gitsync --root="$ROOT" --link=link --one-time --git="$T/git" -v9 --error-file="$D/error" "$@"
}
assert_synced() {
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_nothing_leaked
  assert_log_json
}
STRIPPED="ignoring a trailing line break"

scenario "user name and password in the address"
sync_once --repo="https://me:$SECRET@$ADDRESS"
assert_synced
assert_log "--repo=https://me:REDACTED@$ADDRESS"

scenario "the deprecated flag, and the hidden one"
sync_once --repo="https://$ADDRESS" --username=me --password="$SECRET"
assert_synced
sync_once --repo="https://$ADDRESS" --username=me --__env__GITSYNC_PASSWORD="$SECRET"
assert_synced

scenario "a refused password is not shown either"
cause auth
sync_once --repo="https://me:$SECRET-wrong@$ADDRESS"
assert_status 1
assert_file "$D/error"
assert_nothing_leaked
sync_once --repo="https://$SECRET@$ADDRESS"
assert_status 1
assert_nothing_leaked

scenario "help and usage errors with secrets in the environment"
export GITSYNC_REPO="https://me:$SECRET@$ADDRESS" GITSYNC_WEBHOOK_URL="http://me:$SECRET@h/" \
  GITSYNC_ASKPASS_URL="http://me:$SECRET@h/" GITSYNC_PASSWORD=$SECRET \
  GITSYNC_GITHUB_APP_PRIVATE_KEY=$SECRET \
  GITSYNC_GIT_CONFIG="http.extraHeader:Authorization: $SECRET" \
  GITSYNC_CREDENTIAL="{\"url\":\"https://x:$SECRET@h\",\"username\":\"u\",\"password\":\"$SECRET\"}"
for flags in --help --man --no-such-flag "--root=$ROOT --error-file=$D/error --depth=-1"; do
  # shellcheck disable=SC2086 # several flags
  run_gitsync $flags
  assert_nothing_leaked
done
assert_file "$D/error"
run_gitsync --help
assert_file_contains "$OUT" "https://me:REDACTED@"

unset GITSYNC_REPO GITSYNC_WEBHOOK_URL GITSYNC_ASKPASS_URL GITSYNC_PASSWORD GITSYNC_CREDENTIAL \
  GITSYNC_GITHUB_APP_PRIVATE_KEY GITSYNC_GIT_CONFIG

scenario "a proxy without scheme, and the ssh command, in settings for git"
cause proxy auth network
proxy=u:$SECRET@127.0.0.1:1
for config in "http.proxy:$proxy" "\"http.https://$ADDRESS.proxy\":$proxy" \
  "remote.origin.proxy:$proxy" "core.sshCommand:sshpass -p $SECRET ssh"; do
  sync_once --repo="https://$ADDRESS" --git-config="$config"
  assert_status 1
  assert_file "$D/error"
  assert_nothing_leaked
  assert_log '"configs"'
done
GITSYNC_GIT_CONFIG="http.proxy:$proxy" run_gitsync --help
assert_nothing_leaked
assert_file_contains "$OUT" "http.proxy:u:REDACTED@127.0.0.1:1"

scenario "passwords in mistyped addresses"
cause config dns
: >"$T/arguments"
for repo in "https:/u:$SECRET@127.0.0.1/x" "u:$SECRET@no-such-host.invalid:x" \
  "http::https://u:$SECRET@127.0.0.1:1/x"; do
  GITSYNC_REPO=$repo run_gitsync --help
  assert_file_lacks "$OUT" "$SECRET"
  run_gitsync --repo="$repo" --root="$ROOT" --link=link --one-time -v9 --error-file="$D/error"
  assert_status 1
  assert_file_lacks "$LOG" "$SECRET"
  assert_file "$D/error"
  assert_file_lacks "$D/error" "$SECRET"
done
# The address of a hook is not checked at the start.
cause auth
run_gitsync --repo="https://$ADDRESS" --root="$ROOT" --link=link --one-time -v9 \
  --webhook-url="https:/u:$SECRET@127.0.0.1/x"
assert_log "--webhook-url=https:/u:REDACTED@127.0.0.1/REDACTED"
assert_file_lacks "$LOG" "$SECRET"

scenario "a token that is used as a user name"
cause auth
TOKEN=ghp_0123456789abcdef
assert_lacks_token() { assert_not_contains "$1" "$TOKEN"; }
assert_lacks_token "$(GITSYNC_USERNAME=$TOKEN GITSYNC_PASSWORD=x-oauth-basic "$GITSYNC_BIN" --help)"
assert_lacks_token "$(GITSYNC_CREDENTIAL="{\"url\":\"https://h\",\"username\":\"$TOKEN\",\"password\":\"x-oauth-basic\"}" \
  "$GITSYNC_BIN" --help)"
GITSYNC_PASSWORD=x-oauth-basic run_gitsync --repo="https://$ADDRESS" --root="$ROOT" --username="$TOKEN" \
  --one-time -v6
assert_status 1
assert_file_lacks "$LOG" "$TOKEN"
