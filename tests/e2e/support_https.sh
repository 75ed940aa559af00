#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The https server of the tests serves git behind TLS and passwords, and refuses what it must.
source "$(dirname "$0")/lib/e2e.sh"
export GIT_TERMINAL_PROMPT=0 GIT_ASKPASS=true
make_repo open
make_repo private/a
make_repo private/b
start_https auth=/private/a:alice:secret-a auth=/private/b:bob:secret-b

clone() { git clone -q "$1" "$D/clone" 2>"$D/err"; }
with_login() { printf '%s' "${HTTPS_URL/:\/\//:\/\/$1@}/$2"; }

scenario "without the test's authority the certificate is refused"
assert_exit_code 128 clone "$HTTPS_URL/open"
assert_file_contains "$D/err" "certificate"

scenario "with it, an open repository can be cloned, by protocol version 2"
trust_ca
GIT_TRACE_PACKET=1 clone "$HTTPS_URL/open"
assert_file_eq "$D/clone/file" "open 1"
assert_file_contains "$D/err" "version 2"

scenario "each path has its own password; a wrong or missing one is 401"
clone "$(with_login alice:secret-a private/a)"
assert_file_eq "$D/clone/file" "private/a 1"
rm -r "$D/clone"
clone "$(with_login bob:secret-b private/b)"
assert_file_eq "$D/clone/file" "private/b 1"
rm -r "$D/clone"
for login in alice:wrong bob:secret-b mallory:secret-a; do
  assert_exit_code 128 clone "$(with_login $login private/a)"
  assert_file_contains "$D/err" "Authentication failed"
done
assert_exit_code 128 clone "$HTTPS_URL/private/a"
settle_https
assert_file_contains "$HTTPS_LOG" "401 GET /private/a/info/refs"

scenario "a changed password counts from the next request on"
set_password /private/a alice changed
assert_exit_code 128 clone "$(with_login alice:secret-a private/a)"
clone "$(with_login alice:changed private/a)"

scenario "the server goes away and comes back"
stop_https
assert_exit_code 128 clone "$HTTPS_URL/open"
start_https_again
clone "$HTTPS_URL/open"

scenario "the plain form serves without TLS, everything behind one password"
start_https web plain auth=/:u:p
assert_exit_code 128 clone "$HTTPS_URL/open"
clone "$(with_login u:p open)"

scenario "a busy server answers 503 at once, to everyone, and may say for how long"
start_https busy plain auth=/:u:p
answer() { curl -s -D "$D/head" -o /dev/null -w '%{http_code}' -u u:p "$HTTPS_URL/open/HEAD"; }
assert_eq 200 "$(answer)"
busy_https 17
assert_eq 503 "$(answer)"
assert_file_contains "$D/head" "Retry-After: 17"
busy_https
assert_eq 503 "$(answer)"
assert_file_lacks "$D/head" "Retry-After"
free_https
assert_eq 200 "$(answer)"

scenario "another authority: who trusts the old one refuses the server, who trusts the new one does not"
start_https renewed
cp "$CA_FILE" "$D/old"
replace_ca
stop_https
start_https_again
assert_exit_code 60 curl -s --cacert "$D/old" "$HTTPS_URL/open/HEAD" -o /dev/null
curl -s --cacert "$CA_FILE" "$HTTPS_URL/open/HEAD" -o /dev/null
