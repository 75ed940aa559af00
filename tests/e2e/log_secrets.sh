#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No secret reaches the log, the error file, the profiles or stdout at the highest verbosity,
# however it was given and whether it was right or wrong.
source "$(dirname "$0")/lib/e2e.sh"

# Characters that a URL must encode: both spellings count.
SECRET='s3cret@p/s#w%41rd'
ENCODED='s3cret%40p%2Fs%23w%2541rd'
make_repo app
start_https plain "auth=/app:user:$SECRET"
HOST=127.0.0.1:$HTTPS_PORT

assert_no_secret() { # [file…]: besides the log
  local file
  for file in "$LOG" "$OUT" "$@"; do
    assert_file_lacks "$file" "$SECRET"
    ! grep -qiF -e "$ENCODED" "$file" || fail "$file shows the encoded secret"
    assert_file_lacks "$file" "$(printf 'user:%s' "$SECRET" | base64)"
  done
}
# sync_with <flags…>: right, then wrong: the server is told another password.
sync_with() {
  set_password /app user "$SECRET"
  run_gitsync --one-time --root="$ROOT" --link=link --verbose=9 --error-file="$D/error" "$@"
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_no_secret
  set_password /app user "another"
  run_gitsync --one-time --root="$ROOT" --link=link --verbose=9 --error-file="$D/error" "$@"
  assert_status 1
  assert_file "$D/error"
  assert_no_secret "$D/error"
}

scenario "a password in the URL"
cause auth
sync_with --repo="http://user:$ENCODED@$HOST/app"

scenario "a token in the query of the URL is refused, since git would show it to everybody"
run_gitsync --one-time --root="$ROOT" --link=link --verbose=9 --error-file="$D/error" \
  --repo="http://user:$ENCODED@$HOST/app?private_token=s3cret-of-query"
assert_status 1
assert_file_contains "$D/error" "--repo holds a secret after the ?"
assert_no_file "$ROOT"
for file in "$LOG" "$D/error"; do assert_file_lacks "$file" s3cret-of-query; done
assert_no_secret "$D/error"

scenario "a password variable"
cause auth
export GITSYNC_PASSWORD=$SECRET
sync_with --repo="http://$HOST/app" --username=user
unset GITSYNC_PASSWORD

scenario "a password file"
cause auth
printf '%s\n' "$SECRET" >"$D/password"
sync_with --repo="http://$HOST/app" --username=user --password-file="$D/password"

scenario "--credential"
cause auth
sync_with --repo="http://$HOST/app" \
  --credential="$(jq -nc --arg url "http://$HOST" --arg password "$SECRET" \
    '{url: $url, username: "user", password: $password}')"

scenario "askpass-url"
cause auth
start_recorder "$(askpass_answer user "$SECRET")"
sync_with --repo="http://$HOST/app" --askpass-url="$RECORDER_URL/askpass"

scenario "the profiles of a running git-sync"
set_password /app user "$SECRET"
use_http
start_gitsync --repo="http://user:$ENCODED@$HOST/app" --root="$ROOT" --link=link --period=100ms \
  --verbose=9 "${HTTP_FLAGS[@]}" --http-pprof
wait_for 20 http_status_is / 200
for name in "" cmdline heap goroutine profile; do
  http_get "/debug/pprof/$name" >"$D/profile"
  assert_no_secret "$D/profile"
done
http_get /debug/pprof/cmdline | tr '\0' '\n' >"$D/cmdline"
assert_file_contains "$D/cmdline" "--period=100ms"
