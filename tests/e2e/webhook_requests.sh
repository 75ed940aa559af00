#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# --webhook-url: one request for each hash, retried until the answer is right, waited for in
# one-time mode (scenario 46 of docs/contract.md#scenarios).
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
start_recorder
export GITSYNC_WEBHOOK_TIMEOUT=10s # a busy machine may need more than the default of 1s

hook_runs_are() { metric_is "git_sync_hook_run_count_total{name=\"webhook\",status=\"$1\"}" "$2"; }
start() {
  use_http
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms \
    --webhook-url="$RECORDER_URL/hook" --webhook-backoff=1s "${HTTP_FLAGS[@]}" "$@"
}
once() {
  run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time \
    --webhook-url="$RECORDER_URL/hook" --webhook-backoff=1s "$@"
}
# begin [answer…]: forgets the requests so far.
begin() {
  stop_all_gitsync
  stop_process "$RECORDER_PID"
  : >"$RECORDER_REQUESTS"
  set_answers "$@"
  start_recorder_again
}

scenario "46: one POST for each hash, with the hash and an empty body"
start
wait_for 10 hook_runs_are success 1
assert_eq POST "$(request 1 .method)"
assert_eq /hook "$(request 1 .target)"
assert_eq "$HASH" "$(request 1 '.headers["gitsync-hash"]')"
assert_eq 0 "$(request 1 '.headers["content-length"]')"
assert_eq null "$(request 1 '.headers["accept-encoding"]')"
assert_eq null "$(request 1 '.headers["expect"]')"
wait_passes 3
assert_eq 1 "$(request_count)" "requests"
commit_file "$REPO" file "app 2"
wait_for 10 hook_runs_are success 2
wait_passes 3
assert_eq 2 "$(request_count)" "requests"
assert_eq "$HASH" "$(request 2 '.headers["gitsync-hash"]')"
grep -q '"logger":"webhook".*"msg":"sending webhook","hash":"'"$HASH"'","url":"'"$RECORDER_URL"'/REDACTED","method":"POST","timeout":"10s"' "$LOG" ||
  fail "no record of the request"
assert_log_json

scenario "46: called again after a restart on the same hash"
begin
start
wait_for 10 hook_runs_are success 1
stop_gitsync
start
wait_for 10 hook_runs_are success 1
assert_eq 2 "$(request_count)" "requests"

scenario "46: retried on a wrong status until it is right, then silent"
begin 500 404 200
start --error-file="$D/error" -v 1
wait_for 15 hook_runs_are success 1
hook_runs_are error 2 || fail "failed attempts"
wait_passes 12 # longer than the backoff
assert_eq 3 "$(request_count)" "requests"
assert_no_file "$D/error"
assert_metric 'git_sync_count_total{status="error"}' 0
assert_log 'status 500 instead of 200'
assert_log 'status 404 instead of 200'
assert_eq true "$(jq -s '(.[1].time - .[0].time) >= 1' "$RECORDER_REQUESTS")" "a backoff of 1s"

scenario "46: the status that was asked for, and no other"
begin 200 204
start --webhook-success-status=204
wait_for 15 hook_runs_are success 1
assert_eq 2 "$(request_count)" "requests"

scenario "46: with status 0 (or -1) any answer will do"
for status in 0 -1; do
  begin 500
  start --webhook-success-status=$status
  wait_for 10 hook_runs_are success 1
  wait_passes 12
  assert_eq 1 "$(request_count)" "requests"
done

scenario "46: one-time waits for a slow answer"
begin '{"delay":1}'
once --webhook-timeout=10s
assert_status 0
assert_eq 1 "$(request_count)" "requests"

scenario "46: one-time fails with it, after one attempt, and the link is there"
begin 500
once
assert_status 1
assert_eq 1 "$(request_count)" "requests"
assert_link_hash "$ROOT/link" "$HASH"

scenario "46: an answer that comes too late is a failure"
begin '{"mode":"hang"}'
once --webhook-timeout=1s
assert_status 1
assert_log 'deadline exceeded'

scenario "any method; a server that is not there yet; an address that is none"
begin
once --webhook-method=PUT
assert_status 0
assert_eq PUT "$(request 1 .method)"
stop_process "$RECORDER_PID"
start
wait_for 10 hook_runs_are error 1
: >"$RECORDER_REQUESTS"
start_recorder_again
wait_for 10 hook_runs_are success 1
stop_all_gitsync
run_gitsync --repo="file://$REPO" --root="$ROOT" --one-time --webhook-url="nonsense"
assert_status 1

scenario "redirects are followed"
begin "{\"path\":\"/hook\",\"status\":302,\"headers\":{\"Location\":\"$RECORDER_URL/there\"}}" \
  '{"path":"/there"}'
once
assert_status 0
assert_eq /there "$(request 2 .target)"
assert_eq "$HASH" "$(request 2 '.headers["gitsync-hash"]')"

scenario "secrets in the address reach the server but no log"
begin
export GITSYNC_WEBHOOK_URL="http://user:hunter22@127.0.0.1:$RECORDER_PORT/hook?token=hunter33"
run_gitsync --repo="file://$REPO" --root="$ROOT" --one-time -v 9
assert_status 0
run_gitsync --repo="file://$REPO" --root="$ROOT" --one-time -v 9 --webhook-success-status=299
assert_status 1
"$GITSYNC_BIN" --help >"$T/log/git-sync.help"
unset GITSYNC_WEBHOOK_URL
assert_eq "Basic $(printf user:hunter22 | base64)" "$(request 1 .headers.authorization)"
assert_eq '/hook?token=hunter33' "$(request 1 .target)"
if grep -rE "hunter(22|33)" "$T/log"/git-sync.*; then fail "a secret in a log"; fi

scenario "over https with a private authority; without it the error says what to do"
need_commands nginx fcgiwrap openssl
start_https
forget_requests
run_gitsync --repo="file://$REPO" --root="$ROOT" --one-time --webhook-url="$HTTPS_URL/hook" \
  --webhook-success-status=0
assert_status 1
assert_log SSL_CERT_FILE
assert_eq 0 "$(http_requests)" "requests over an untrusted connection"
SSL_CERT_FILE=$CA_FILE run_gitsync --repo="file://$REPO" --root="$ROOT" --one-time \
  --webhook-url="$HTTPS_URL/hook" --webhook-success-status=0
assert_status 0
assert_eq 1 "$(http_requests 'POST /hook')" "requests"

scenario "a proxy is used for other hosts, not for our own"
begin
HTTP_PROXY=$RECORDER_URL run_gitsync --repo="file://$REPO" --root="$ROOT" --one-time \
  --webhook-url=http://example.invalid/hook
assert_status 0
assert_eq http://example.invalid/hook "$(request 1 .target)"
HTTP_PROXY=http://127.0.0.1:1 http_proxy=http://127.0.0.1:1 once
assert_status 0
assert_eq /hook "$(request 2 .target)"
