#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# HTTP basic authentication from each source: right ones work, wrong ones fail at once, in git's
# words, and never wait at a prompt; no secret is shown at -v 9 (scenario 33 of
# docs/contract.md#scenarios). What is seen of arguments is proved by process_git_wrapper, line
# breaks by auth_line_breaks.
source "$(dirname "$0")/lib/e2e.sh"

kUser=a-user kPassword='S3cr%t p@ss/wörd'
make_repo app
trust_ca
start_https "auth=/:$kUser:$kPassword"
kEncoded='S3cr%25t%20p%40ss%2Fw%C3%B6rd'
host=${HTTPS_URL#https://}

# No terminal and no helper of the caller may answer for us.
once() { # [flags…]
  RUN_LIMIT=30 run_gitsync --one-time --root="$ROOT" --link=link --error-file=error -v 9 "$@"
}
assert_works() {
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_hidden
}
assert_refused() { # the words that git has for it reach log and error file
  assert_status 1
  assert_no_file "$ROOT/link"
  assert_log "fatal: Authentication failed for '$HTTPS_URL/app"
  assert_file_contains "$ROOT/error" "fatal: Authentication failed for"
  assert_hidden
}
assert_hidden() { # no secret in any form in the log, the error file or the root's configuration
  local text
  for text in "$kPassword" "$kEncoded" wrong-password; do
    assert_no_log "$text"
    if [[ -f $ROOT/error ]]; then assert_file_lacks "$ROOT/error" "$text"; fi
    ! grep -rqF -e "$text" "$ROOT/.git" 2>/dev/null || fail "a password lies in the root"
  done
  assert_log_json
}

scenario "33: user name and variable"
GITSYNC_PASSWORD=$kPassword once --repo="$HTTPS_URL/app" --username="$kUser"
assert_works

scenario "33: both as variables, new and old names"
GITSYNC_USERNAME=$kUser GITSYNC_PASSWORD=$kPassword once --repo="$HTTPS_URL/app"
assert_works
GIT_SYNC_USERNAME=$kUser GIT_SYNC_PASSWORD=$kPassword once --repo="$HTTPS_URL/app"
assert_works

scenario "33: in the address, as flag and as variable"
once --repo="https://$kUser:$kEncoded@$host/app"
assert_works
GITSYNC_REPO="https://$kUser:$kEncoded@$host/app" once
assert_works

scenario "33: a password file, without a newline at its end and with one"
printf %s "$kPassword" >"$D/password"
once --repo="$HTTPS_URL/app" --username="$kUser" --password-file="$D/password"
assert_works
printf '%s\n' "$kPassword" >"$D/password"
once --repo="$HTTPS_URL/app" --username="$kUser" --password-file="$D/password"
assert_works

scenario "33: --credential with a password and with a file, as flag and as variable"
json=$(jq -nc --arg u "$HTTPS_URL" --arg p "$kPassword" --arg n "$kUser" '{url:$u,username:$n,password:$p}')
once --repo="$HTTPS_URL/app" --credential="$json"
assert_works
GITSYNC_CREDENTIAL="[$json]" once --repo="$HTTPS_URL/app"
assert_works
json=$(jq -nc --arg u "$HTTPS_URL" --arg f "$D/password" --arg n "$kUser" '{url:$u,username:$n,"password-file":$f}')
printf %s "$kPassword" >"$D/password"
once --repo="$HTTPS_URL/app" --credential="$json"
assert_works

scenario "33: a wrong user name is refused"
cause auth
GITSYNC_PASSWORD=$kPassword once --repo="$HTTPS_URL/app" --username=nobody
assert_refused
assert_log 'GITSYNC_PASSWORD'

scenario "33: a wrong password is refused, whichever way it comes"
cause auth
GITSYNC_PASSWORD=wrong-password once --repo="$HTTPS_URL/app" --username="$kUser"
assert_refused
printf wrong-password >"$D/password"
once --repo="$HTTPS_URL/app" --username="$kUser" --password-file="$D/password"
assert_refused
once --repo="https://$kUser:wrong-password@$host/app"
assert_refused
once --repo="https://$kUser@$host/app"
assert_refused
once --repo="$HTTPS_URL/app" \
  --credential="{\"url\":\"$HTTPS_URL\",\"username\":\"$kUser\",\"password\":\"wrong-password\"}"
assert_refused

scenario "33: no credentials at all are refused too, even where a terminal could be asked"
cause auth
once --repo="$HTTPS_URL/app"
assert_refused
script -qec "RUN_LIMIT=30 $(printf '%q ' timeout 30 "$GITSYNC_BIN" --one-time --root="$ROOT" \
  --repo="$HTTPS_URL/app" --link=link)" "$D/typescript" >/dev/null </dev/null && fail "it must not work"
grep -q "Authentication failed" "$D/typescript" || fail "no answer: $(cat "$D/typescript")"
! grep -qi "username for\|password for" "$D/typescript" || fail "it asked: $(cat "$D/typescript")"

scenario "33: credentials of another host are not sent"
cause auth ref
start_https other "auth=/:$kUser:$kPassword"
GITSYNC_PASSWORD=$kPassword once --repo="$HTTPS_URL/app" --username="$kUser" --ref=nowhere
assert_status 1
once --repo="$HTTPS_URL/app" \
  --credential="{\"url\":\"https://$host\",\"username\":\"$kUser\",\"password\":\"$kPassword\"}"
assert_status 1
assert_log "Authentication failed"

scenario "33: a password file that cannot be read fails the pass, with its name and setting"
cause secret
once --repo="$HTTPS_URL/app" --username="$kUser" --password-file="$D/missing"
assert_status 1
assert_log "$D/missing"
assert_log "--password-file"
assert_file_contains "$ROOT/error" "$D/missing"
