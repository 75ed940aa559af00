#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Webhook receivers with bad manners, harmless or not: an answer is understood where there is one,
# each attempt makes one connection, limits hold, and syncing goes on.
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
start_recorder

once() {
  run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time \
    --webhook-url="$RECORDER_URL/" -v 1 "$@"
}
begin() {
  stop_process "$RECORDER_PID"
  : >"$RECORDER_REQUESTS"
  set_answers "$@"
  start_recorder_again
}
connections() { jq -s 'map(.connection) | max' "$RECORDER_REQUESTS"; }

scenario "harmless: bare newlines, no headers, no length, half-closed before reading, a long body"
for mode in bare_newlines no_headers no_length half_close; do
  begin "{\"mode\":\"$mode\",\"body\":\"thanks\"}"
  once --webhook-timeout=10s # a busy machine may need more than the default of 1s
  assert_status 0
  assert_log thanks
  wait_for 10 requests_at_least 1 # half_close answers first
  assert_eq 1 "$(connections)" "connections to a server with $mode"
done
begin "{\"mode\":\"no_length\",\"body\":\"$(head -c 100000 /dev/zero | tr '\0' x)\"}"
once --webhook-timeout=10s
assert_status 0
(($(stat -c %s "$LOG") < 50000)) || fail "the body is in the log"

scenario "harmless: a receiver of a few lines of shell"
port=$(free_port)
cat >"$D/receiver" <<'SCRIPT'
#!/bin/sh
while read -r line && [ "${#line}" -gt 1 ]; do echo "$line" >&2; done
printf 'HTTP/1.1 200 OK\n\n'
SCRIPT
chmod +x "$D/receiver"
spawn "$T/log/socat" socat "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr,fork" "EXEC:$D/receiver"
wait_for 10 port_is_listening "$port"
for _ in 1 2 3 4 5; do
  run_gitsync --repo="file://$REPO" --root="$ROOT" --one-time --webhook-url="http://127.0.0.1:$port/" \
    --webhook-timeout=10s
  assert_status 0
done

scenario "harmful: nonsense, an early close, no answer, a trickle, a body without end: one failed
attempt in time"
for answer in '{"mode":"raw","body":"SSH-2.0-OpenSSH_9.2\r\n"}' \
  '{"mode":"raw","body":"HTTP/1.1 999999999999999999999 X\r\n\r\n"}' \
  '{"mode":"raw","body":"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"}' \
  '{"mode":"close"}' '{"mode":"hang"}' '{"mode":"trickle","body":"xxxxxxxxxxxxxxxxxxxxxx"}' \
  '{"mode":"endless"}'; do
  begin "$answer"
  SECONDS=0
  once
  assert_status 1
  ((SECONDS < 10 * E2E_TIME_FACTOR)) || fail "took ${SECONDS}s: $answer"
  assert_eq 1 "$(request_count)" "requests with $answer"
  assert_link_hash "$ROOT/link" "$HASH"
  assert_log '"msg":"hook failed"'
  assert_log_json
done

scenario "harmful: an answer without end costs no memory, and passes go on meanwhile"
begin '{"mode":"endless"}'
use_http
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms \
  --webhook-url="$RECORDER_URL/" --webhook-timeout=3s "${HTTP_FLAGS[@]}"
wait_for 10 requests_at_least 1
commit_file "$REPO" file "app 2"
wait_for 10 link_is "$ROOT/link" "$HASH"
wait_passes 5
(($(awk '/^VmHWM/ { print $2 }' "/proc/$GITSYNC_PID/status") < 100000 * E2E_TIME_FACTOR)) ||
  fail "uses much memory: $(grep VmHWM "/proc/$GITSYNC_PID/status")"
