#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each classic mistake with http(s), made against a real server, gives one line that says what to do
# and which setting was used, beside git's own words, in the log and in the error file.
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
make_repo private
start_https without-tls plain
plain_port=$HTTPS_PORT
start_https auth=/private:user:the-password
make_ca
host=${HTTPS_URL#https://}

# fails_with <words of git> <part of the hint> <flags…>
fails_with() {
  RUN_LIMIT=30 run_gitsync --one-time --root="$ROOT" --link=link --error-file="$D/error" "${@:3}"
  assert_status 1
  assert_no_file "$ROOT/link"
  assert_explained "$1" "$2"
  assert_contains "$(jq -r .Err "$D/error")" "$1" "error file"
  assert_no_log the-wrong-password
  assert_file_lacks "$D/error" the-wrong-password
  assert_log_json
}

scenario "TLS: authority unknown, CA file unreadable, other host name"
cause tls
fails_with "certificate" "http.sslCAInfo" --repo="$HTTPS_URL/app"
fails_with "CA cert" "CA certificates cannot be read" --repo="$HTTPS_URL/app" \
  --git-config="http.sslCAInfo:$D/missing"
fails_with "certificate subject name" "another host name" \
  --repo="https://other.invalid:$HTTPS_PORT/app" \
  --git-config="http.sslCAInfo:$CA_FILE,http.curloptResolve:other.invalid:$HTTPS_PORT:127.0.0.1"
trust_ca

scenario "scheme: http where TLS is spoken, https where it is not, and a misspelled one"
cause server
fails_with "returned error: 400" "http:// or https://" --repo="http://$host/app"
cause tls
fails_with "unable to access" "no TLS" --repo="https://127.0.0.1:$plain_port/app"
cause config
fails_with "htps" "before ://" --repo="htps://$host/app"

scenario "the server has a fault of its own"
cause server
start_recorder 503
fails_with "returned error: 503" "a fault of its own" --repo="$RECORDER_URL/app"

scenario "a child of git is killed, as for want of memory"
cause killed
start_fault "$plain_port" mode=silent
start_gitsync --one-time --root="$ROOT" --link=link --repo="http://127.0.0.1:$FAULT_PORT/app" --engine=git
wait_for 10 fault_is_busy
for pid in $(gitsync_processes); do
  [[ $(cat "/proc/$pid/comm") != git-remote-http ]] || kill -KILL "$pid"
done
wait_gitsync
assert_status 1
assert_explained "died of signal 9" "memory"

scenario "401 without credentials"
cause auth
fails_with "Authentication failed" "none are set" --repo="$HTTPS_URL/private"

scenario "401: the hint names the setting that was used"
cause auth
GITSYNC_PASSWORD=the-wrong-password fails_with "Authentication failed" "from \$GITSYNC_PASSWORD" \
  --repo="$HTTPS_URL/private" --username=user
GIT_SYNC_PASSWORD=the-wrong-password GITSYNC_PASSWORD=the-password fails_with \
  "Authentication failed" "from \$GIT_SYNC_PASSWORD" --repo="$HTTPS_URL/private" --username=user
printf the-wrong-password >"$D/password"
fails_with "Authentication failed" "--password-file" --repo="$HTTPS_URL/private" --username=user \
  --password-file="$D/password"
fails_with "Authentication failed" "from --repo" \
  --repo="https://user:the-wrong-password@$host/private"
fails_with "Authentication failed" "--credential" --repo="$HTTPS_URL/private" \
  --credential="{\"url\":\"$HTTPS_URL\",\"username\":\"user\",\"password\":\"the-wrong-password\"}"
start_recorder "$(askpass_answer user the-wrong-password)"
fails_with "Authentication failed" "--askpass-url" --repo="$HTTPS_URL/private" \
  --askpass-url="$RECORDER_URL/"

scenario "401: a credential for another host counts as none"
cause auth
fails_with "Authentication failed" "none are set" --repo="$HTTPS_URL/private" \
  --credential='{"url":"https://elsewhere.invalid","username":"user","password":"the-wrong-password"}'

scenario "403: the hint tells whether the credentials were sent, and from which setting"
cause auth
make_repo private/closed
git -C "$REPO" config http.uploadpack false
make_repo closed
git -C "$REPO" config http.uploadpack false
GITSYNC_PASSWORD=the-password fails_with "returned error: 403" \
  "refused the user name and password from \$GITSYNC_PASSWORD" --repo="$HTTPS_URL/private/closed" \
  --username=user
GITSYNC_PASSWORD=the-wrong-password fails_with "returned error: 403" \
  "git never sent those from \$GITSYNC_PASSWORD" --repo="$HTTPS_URL/closed" --username=user
assert_contains "$(jq -r 'select(.hint) | .hint' <(log_records))" "http.proactiveAuth" "hint"
expected=3 # ours, git's, and the one that watches it
[[ ${GITSYNC_ENGINE:-} != git ]] || expected=2
assert_eq $expected "$(http_requests '^403 GET /closed/info')" "requests"
fails_with "returned error: 403" "sent no user name and password" --repo="$HTTPS_URL/closed"

scenario "http:// that redirects to https://: the credentials for http:// are not sent"
cause auth
asked=$HTTPS_URL
start_https redirector plain "return=/:301 $asked\$request_uri"
GITSYNC_PASSWORD=the-password fails_with "Authentication failed for '$asked/private/'" \
  "sent git on to $asked/private/" --repo="$HTTPS_URL/private" --username=user
fails_with "Authentication failed for '$asked/private/'" "none are set" --repo="$HTTPS_URL/private"
HTTPS_URL=$asked HTTPS_LOG=$T/log/https.access

scenario "a redirect to a page for people"
cause auth not-found
# shellcheck disable=SC2016 # the variables are nginx's
start_https sign-in plain 'return=/login:200 "<html>\n<body>Sign in</body>\n</html>\n"' \
  'return=/one-line:200 "<html>Sign in</html>"' \
  'return=/moved:302 http://$http_host/login/sign_in?secret=x' \
  'return=/kept:302 http://$http_host/login$request_uri' \
  'return=/line:302 http://$http_host/one-line$request_uri'
for path in moved kept line; do
  GITSYNC_PASSWORD=the-password fails_with "redirect" "a page for people" --repo="$HTTPS_URL/$path/app" \
    --username=user
  assert_not_contains "$(jq -r 'select(.hint) | .hint' <(log_records))" "secret" "hint"
done
cause server
fails_with "not valid: is this a git repository?" "not as a git server" --repo="$HTTPS_URL/login/app"
HTTPS_URL=$asked HTTPS_LOG=$T/log/https.access

scenario "password file missing"
cause secret
fails_with "$D/missing: No such file or directory" "secret is mounted" --repo="$HTTPS_URL/private" \
  --username=user --password-file="$D/missing"
assert_log "--password-file"

scenario "repository not found"
cause not-found
fails_with "repository '$HTTPS_URL/no-such-repo/' not found" "check --repo" \
  --repo="$HTTPS_URL/no-such-repo"

scenario "ref not found, with the nearest names that the server has, asked for once"
cause ref
git -C "$SRV/app" branch release-1.2
git -C "$SRV/app" branch unrelated
fails_with "couldn't find remote ref relaese-1.2" "release-1.2" --repo="$HTTPS_URL/app" --ref=relaese-1.2
use_http
start_gitsync --repo="$HTTPS_URL/app" --root="$ROOT" --link=link --ref=release-1.3 --period=100ms \
  --max-failures=-1 "${HTTP_FLAGS[@]}"
wait_for 20 metric_at_least 'git_sync_count_total{status="error"}' 3
assert_eq 1 "$(log_count "nearest names that it offers: release-1.2")" "listings"
git -C "$SRV/app" branch release-1.3
HASH=$(head_of "$SRV/app")
wait_for 20 link_is "$ROOT/link" "$HASH"

scenario "nobody listens, name unknown, proxy unknown"
cause network
port=$(free_port)
fails_with "Failed to connect to 127.0.0.1 port $port" "" --repo="https://127.0.0.1:$port/app"
assert_contains "$(jq -r 'select(.hint) | .hint' <(log_records))" "port in --repo" "hint"
cause dns
fails_with "Could not resolve host: no-such-host.invalid" "does not resolve" \
  --repo=https://no-such-host.invalid/app
cause proxy
https_proxy=http://no-such-proxy.invalid:3128 fails_with "Could not resolve proxy" "https_proxy" \
  --repo="$HTTPS_URL/app"

scenario "a credential variable that could not be read is named when credentials are missing"
cause auth
GITSYNC_CREDENTIAL='{"url": "https://h/", "username"' run_gitsync --one-time \
  --repo="$HTTPS_URL/private" --root="$ROOT" --link=link
assert_status 1
# shellcheck disable=SC2016 # a name, not a value
assert_explained "Authentication failed" '$GITSYNC_CREDENTIAL was ignored'
