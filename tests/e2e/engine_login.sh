#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A server that wants credentials refuses the first request of the first process on a root, and of no later one:
# the root remembers that they are wanted there, and not what they are.
source "$(dirname "$0")/lib/e2e.sh"

NOTE=.git/git-sync/login
make_repo app
make_repo other
trust_ca
start_https "auth=/:alice:password-1"
GET='GET /app/info/refs\?service=git-upload-pack'
POST='POST /app/git-upload-pack'
echo password-1 >"$T/password"

sync() { # <repository> [flags…]: one process
  forget_requests
  run_gitsync --repo="$HTTPS_URL/$1" --ref=main --root="$ROOT" --link=link --one-time --max-failures=0 \
    --username=alice --password-file="$T/password" --engine=native "${@:2}"
}
# assert_requests <pattern…>: these and no others came to the server.
assert_requests() {
  local n=0 line
  wait_for 10 requests_are "$#"
  while read -r line; do
    n=$((n + 1))
    [[ $line =~ ^${!n}$ ]] || fail "request $n is '$line', not ${!n}"
  done <"$HTTPS_LOG"
}
requests_are() { [[ $(http_requests) == "$1" ]]; }
# What a process is to leave, and to say.
assert_note() { # [text]
  if (($#)); then assert_file_eq "$ROOT/$NOTE" "$1"; else assert_no_file "$ROOT/$NOTE"; fi
  if grep -rqsE "password-[0-9]" "$ROOT/.git/git-sync" "$LOG"; then fail "a secret in the root or in the log"; fi
}

scenario "the first process is refused once, those after it never"
sync app
assert_status 0
assert_requests "401 $GET -" "200 $GET alice" "200 $POST alice" "200 $POST alice"
assert_note "$HTTPS_URL/app"
sync app
assert_status 0
assert_requests "200 $GET alice" "200 $POST alice"
commit_file "$SRV/app" file "app 3"
sync app
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"
assert_requests "200 $GET alice" "200 $POST alice" "200 $POST alice"
assert_note "$HTTPS_URL/app"

scenario "nor is one that comes after a kill"
sync app
assert_status 0
forget_requests
start_gitsync --repo="$HTTPS_URL/app" --ref=main --root="$ROOT" --link=link --period=50ms \
  --username=alice --password-file="$T/password"
wait_for 20 log_has '"updated successfully"'
stop_gitsync KILL
assert_eq 0 "$(http_requests '^401')" "refusals"
sync app
assert_status 0
assert_requests "200 $GET alice" "200 $POST alice"

scenario "a password that was replaced between two processes is sent at once"
sync app
assert_status 0
set_password / alice password-2
echo password-2 >"$T/password"
sync app
assert_status 0
assert_requests "200 $GET alice" "200 $POST alice"
assert_note "$HTTPS_URL/app"

scenario "once what we have is refused all is as if nothing had been known"
cause auth
sync app
assert_status 0
set_password / alice password-3
sync app
assert_status 1
(($(http_requests '^401 .* -$') > 0)) || fail "not tried without: $(cat "$HTTPS_LOG")"
assert_note
echo password-3 >"$T/password"
sync app
assert_status 0
assert_requests "401 $GET -" "200 $GET alice" "200 $POST alice"
assert_note "$HTTPS_URL/app"

scenario "another repository's server is not sent what it did not ask for"
sync app
assert_status 0
sync other
assert_status 0
assert_contains "$(head -n 1 "$HTTPS_LOG")" "401 GET /other/info/refs?service=git-upload-pack -"
assert_note "$HTTPS_URL/other"
