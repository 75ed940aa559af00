#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# GitHub Apps: a token by signed request, renewed when due, by application id and by client id
# (scenario 39 of docs/contract.md#scenarios).
source "$(dirname "$0")/lib/e2e.sh"
need_commands openssl

make_repo app
start_https plain "auth=/:-:ghs_first"
start_github_api

github_flags() {
  GITHUB_FLAGS=(--repo="$HTTPS_URL/app" --root="$ROOT" --link=link --github-base-url="$GITHUB_URL"
    --github-app-installation-id=5678)
}
begin() {
  : >"$GITHUB_REQUESTS"
  github_flags
}
refreshed() { metric "git_sync_refresh_github_app_token_count{status=\"$1\"}"; }
refreshed_at_least() { (($(refreshed "$1") >= $2)); }
no_secret_in_logs() {
  if grep -rlE "ghs_|$(sed -n 3p "$GITHUB_KEY" | cut -c1-40 | sed 's/[+/]/./g')" "$T/log"/git-sync.*; then
    fail "a secret in a log"
  fi
}

scenario "39: by application id and a key file, in either form"
for key in "$GITHUB_KEY" "$GITHUB_KEY_PKCS8"; do
  begin
  run_gitsync "${GITHUB_FLAGS[@]}" --one-time -v 9 --github-app-application-id=1234 \
    --github-app-private-key-file="$key"
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_eq 1 "$(github_count '.verdict == "ok"')" "tokens asked for"
  assert_eq 1 "$(github_count)" "requests"
  no_secret_in_logs
done

scenario "39: by client id and a key in the environment"
set_github issuer=Iv1.0123456789abcdef
begin
GITSYNC_GITHUB_APP_PRIVATE_KEY=$(cat "$GITHUB_KEY") run_gitsync "${GITHUB_FLAGS[@]}" --one-time \
  --github-app-client-id=Iv1.0123456789abcdef -v 9
assert_status 0
assert_eq 1 "$(github_count '.verdict == "ok"')" "tokens asked for"
no_secret_in_logs
set_github issuer=1234

scenario "a token that lasts is asked for once, also over many passes and without a restart"
begin
use_http
start_gitsync "${GITHUB_FLAGS[@]}" --github-app-application-id=1234 --period=100ms \
  --github-app-private-key-file="$GITHUB_KEY" "${HTTP_FLAGS[@]}"
wait_for 10 link_is "$ROOT/link" "$HASH"
wait_passes 5
assert_eq 1 "$(github_count)" "requests"
assert_metric 'git_sync_refresh_github_app_token_count{status="success"}' 1
commit_file "$REPO" file "app 2"
wait_for 10 link_is "$ROOT/link" "$HASH"

scenario "a token with less than 30 s left is renewed, and the new one and a new key are used"
cause auth secret
set_github lifetime=20 token=ghs_first
begin
cp "$GITHUB_KEY" "$D/key.pem"
use_http
start_gitsync "${GITHUB_FLAGS[@]}" --github-app-application-id=1234 --period=100ms \
  --github-app-private-key-file="$D/key.pem" --max-failures=-1 "${HTTP_FLAGS[@]}"
wait_for 10 refreshed_at_least success 2
set_password / - ghs_second
wait_for 10 metric_at_least 'git_sync_count_total{status="error"}' 1
set_github token=ghs_second
commit_file "$REPO" file "app 3"
wait_for 10 link_is "$ROOT/link" "$HASH"
# The key is rotated: first the API, then the file.
openssl genrsa -out "$D/new.pem" 2048 2>/dev/null
openssl rsa -pubout -in "$D/new.pem" -out "$D/new.public" 2>/dev/null
set_github public_key="$D/new.public"
wait_for 10 refreshed_at_least error 1
mv "$D/new.pem" "$D/key.pem"
commit_file "$REPO" file "app 4"
wait_for 10 link_is "$ROOT/link" "$HASH"
is_running "$GITSYNC_PID" || fail "ended"
no_secret_in_logs
stop_gitsync
set_github lifetime=3600 token=ghs_first public_key="$T/github/public.pem"
set_password / - ghs_first

scenario "failures of the API fail the pass, name the App and hint, and show no body"
cause server auth
declare -A want=([401]=application-id [404]=installation-id [500]="status 500")
for status in 401 404 500; do
  set_github status=$status body='{"message":"ghs_body"}'
  begin
  run_gitsync "${GITHUB_FLAGS[@]}" --one-time -v 9 --github-app-application-id=1234 \
    --github-app-private-key-file="$GITHUB_KEY"
  assert_status 1
  assert_log "GitHub App: "
  assert_log "${want[$status]}"
  assert_eq 1 "$(github_count)" "requests"
  no_secret_in_logs
done
set_github status=201
for body in nonsense '{}' '{"token":5}' '{"token":"ghs_x","expires_at":"soon"}'; do
  set_github body="$body"
  begin
  run_gitsync "${GITHUB_FLAGS[@]}" --one-time -v 9 --github-app-application-id=1234 \
    --github-app-private-key-file="$GITHUB_KEY"
  assert_status 1
  no_secret_in_logs
done
set_github body=
jq 'del(.body)' "$GITHUB_SETTINGS" >"$D/settings" && mv "$D/settings" "$GITHUB_SETTINGS"

scenario "a key file that cannot be read ends the program at once, whatever the failure limit"
cause secret
begin
start_gitsync "${GITHUB_FLAGS[@]}" --github-app-application-id=1234 --period=100ms \
  --github-app-private-key-file="$D/missing.pem" --max-failures=-1
wait_gitsync
assert_status 1
assert_log "$D/missing.pem"

scenario "a key that is none fails each pass, and its repair is picked up without a restart"
cause secret
begin
echo nonsense >"$D/key.pem"
use_http
start_gitsync "${GITHUB_FLAGS[@]}" --github-app-application-id=1234 --period=100ms \
  --github-app-private-key-file="$D/key.pem" --max-failures=-1 "${HTTP_FLAGS[@]}"
wait_for 10 refreshed_at_least error 2
assert_log "not an RSA key"
cp "$GITHUB_KEY_PKCS8" "$D/key.new" && mv "$D/key.new" "$D/key.pem"
wait_for 10 link_is "$ROOT/link" "$HASH"

scenario "a base URL with a path and slashes"
set_github prefix=/api/v3
begin
run_gitsync "${GITHUB_FLAGS[@]}" --github-base-url="$GITHUB_URL/api/v3/" --one-time \
  --github-app-application-id=1234 --github-app-private-key-file="$GITHUB_KEY"
assert_status 0
