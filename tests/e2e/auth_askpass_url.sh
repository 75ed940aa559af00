#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# --askpass-url: exactly one request before each pass, used for the repository, never logged
# (scenario 38 of docs/contract.md#scenarios, and servers that answer nonsense).
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
start_https plain "auth=/:alice:right-password"
start_recorder
RIGHT=$(askpass_answer alice right-password)
WRONG=$(askpass_answer alice wrong-password)

begin() { # answer…
  stop_all_gitsync
  stop_process "$RECORDER_PID"
  : >"$RECORDER_REQUESTS"
  set_answers "$@"
  start_recorder_again
}
once() {
  run_gitsync --repo="$HTTPS_URL/app" --root="$ROOT" --link=link --one-time \
    --askpass-url="$RECORDER_URL/ask" "$@"
}
start() {
  use_http
  start_gitsync --repo="$HTTPS_URL/app" --root="$ROOT" --link=link --period=100ms \
    --askpass-url="$RECORDER_URL/ask" "${HTTP_FLAGS[@]}" "$@"
}
no_secret_in_logs() {
  if grep -rlE '(right|wrong)-password' "$T/log"/git-sync.*; then fail "a secret in a log"; fi
}

scenario "38: the right password works, and every pass asks exactly once"
begin "$RIGHT"
start -v 9
wait_for 10 link_is "$ROOT/link" "$HASH"
wait_passes 3
stop_gitsync
# The last page may be one pass old, and the request of a pass comes before its end.
PASSES=$(grep -c '"msg":"next sync"' "$LOG") || fail "no pause was logged"
ASKED=$(request_count)
((ASKED == PASSES || ASKED == PASSES + 1)) || fail "$ASKED requests in $PASSES passes"
assert_eq GET "$(request 1 .method)"
assert_eq /ask "$(request 1 .target)"
no_secret_in_logs

scenario "38: calls are counted by their result"
cause server
begin "$RIGHT" 503 "$RIGHT"
start --max-failures=2
wait_for 10 metric_is 'git_sync_askpass_calls{status="error"}' 1
wait_for 10 metric_at_least 'git_sync_askpass_calls{status="success"}' 2

scenario "38: a wrong password fails the pass without hanging, and the message names the setting"
cause auth
begin "$WRONG"
once --error-file="$D/error"
assert_status 1
assert_no_file "$ROOT/link"
assert_log 'askpass-url'
assert_file "$D/error"
no_secret_in_logs

scenario "38: right and wrong in turn, with a limit of 2, goes on for ever"
cause auth
begin "$RIGHT" "$WRONG" "$RIGHT" "$WRONG" "$RIGHT" "$WRONG" "$RIGHT"
start --max-failures=2
wait_for 20 requests_at_least 8
is_running "$GITSYNC_PID" || fail "gave up"
assert_metric 'git_sync_count_total{status="error"}' 3
commit_file "$REPO" file "app 2"
wait_for 10 link_is "$ROOT/link" "$HASH"

scenario "38: 200 and 503 in turn, with a limit of 2, goes on for ever"
cause server
begin "$RIGHT" 503 "$RIGHT" 503 "$RIGHT" 503 "$RIGHT"
start --max-failures=2
wait_for 20 requests_at_least 8
is_running "$GITSYNC_PID" || fail "gave up"
assert_metric 'git_sync_count_total{status="error"}' 3

scenario "38: a server that is not up yet is asked again until the limit"
cause network
begin "$RIGHT"
stop_process "$RECORDER_PID"
start --max-failures=3
wait_gitsync
assert_status 1
assert_log '"failCount":3,"maxFailures":3'
start --max-failures=-1
wait_for 10 metric_at_least 'git_sync_askpass_calls{status="error"}' 2
start_recorder_again
wait_for 10 link_is "$ROOT/link" "$HASH"

scenario "a failing call keeps what is published, and the next pass picks up a new password"
cause auth
begin "$RIGHT"
start --max-failures=-1
wait_for 10 link_is "$ROOT/link" "$HASH"
OLD=$HASH
set_password / alice changed-password
commit_file "$REPO" file "app 3"
wait_for 10 metric_at_least 'git_sync_count_total{status="error"}' 1
assert_link_hash "$ROOT/link" "$OLD"
set_answers "$(askpass_answer alice changed-password)"
wait_for 10 link_is "$ROOT/link" "$HASH"
set_password / alice right-password

scenario "harmless servers: bare newlines, no headers, half-closed, other lines, carriage returns"
for answer in '{"mode":"bare_newlines","body":"username=alice\npassword=right-password\n"}' \
  '{"mode":"no_headers","body":"username=alice\npassword=right-password"}' \
  '{"mode":"half_close","body":"username=alice\npassword=right-password"}' \
  '{"body":"nonsense\nquit=1\nusername=bob\nusername=alice\n=x\npassword=right-password\n\n"}' \
  '{"body":"username=alice\r\npassword=right-password\r\n"}'; do
  begin "$answer"
  once -v 9
  assert_status 0
  no_secret_in_logs
done
assert_eq 1 "$(grep -c 'line break.*askpass-url' "$LOG")" "warnings about carriage returns"

scenario "harmful servers: other statuses, redirects, no status line, no answer, too much, too
slowly: one request, a failed pass within a second, nothing of the body in a log"
cause server timeout network
BODY='username=alice\npassword=right-password\n'
for answer in "{\"status\":201,\"body\":\"$BODY\"}" "{\"status\":403,\"body\":\"$BODY\"}" \
  "{\"status\":302,\"headers\":{\"Location\":\"$RECORDER_URL/there\"},\"body\":\"$BODY\"}" \
  "{\"mode\":\"raw\",\"body\":\"$BODY\"}" "{\"mode\":\"close\"}" "{\"mode\":\"hang\"}" \
  "{\"mode\":\"trickle\",\"body\":\"$BODY\"}" '{"mode":"endless"}'; do
  begin "$answer"
  SECONDS=0
  once -v 9
  assert_status 1
  ((SECONDS < 8 * E2E_TIME_FACTOR)) || fail "took ${SECONDS}s: $answer"
  # It is noted when the recorder gets to read it, which git-sync may have given up waiting for.
  wait_for 10 requests_at_least 1
  assert_eq 1 "$(request_count)" "requests with $answer"
  assert_no_file "$ROOT/link"
  no_secret_in_logs
  assert_log_json
done

scenario "an answer cannot smuggle attributes into git, and a query of the address stays hidden"
begin '{"body":"username=alice\nurl=https://evil.invalid\npassword=right-password\nquit=1\n"}'
run_gitsync --repo="$HTTPS_URL/app" --root="$ROOT" --link=link --one-time -v 9 \
  --askpass-url="$RECORDER_URL/ask?token=right-password"
assert_status 0
assert_no_log evil.invalid
no_secret_in_logs
