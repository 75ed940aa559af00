#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A server that asks for a pause by Retry-After gets it: no request comes earlier, not even one of git.
# Signals, probes and the failure limit are as ever, and what is published stays.
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
start_https plain
kError='git_sync_count_total{status="error"}'
begin() {
  use_http
  start_gitsync --repo="$HTTPS_URL/app" --root="$ROOT" --link=link --ref=main --period=50ms "${HTTP_FLAGS[@]}" "$@"
}
refusals() {
  settle_https
  awk '$5 == 503' "$HTTPS_SIZES" | wc -l
}
refusals_at_least() { (($(refusals) >= $1)); }
# assert_gaps <refusals before> <seconds>: between two refusals since then there is at least this time.
assert_gaps() {
  awk '$5 == 503 { print $4 }' "$HTTPS_SIZES" | tail -n "+$(($1 + 1))" >"$D/times"
  awk -v gap="$2" 'NR > 1 && $1 - last < gap { bad = 1 } { last = $1 } END { exit bad }' "$D/times" ||
    fail "asked within $2 s: $(tr '\n' ' ' <"$D/times")"
}

scenario "a server that is busy for a while is left alone for as long as it says, and then asked again"
cause server
begin --max-failures=-1
wait_for 10 link_is "$ROOT/link" "$HASH"
published=$HASH before=$(refusals)
busy_https 2
wait_for 20 refusals_at_least $((before + 3))
assert_eq 200 "$(http_status /)" "status of / meanwhile"
assert_link_hash "$ROOT/link" "$published"
commit_file "$REPO" file "a push"
free_https
wait_for 20 link_is "$ROOT/link" "$HASH"
assert_gaps "$before" 1.9
assert_metric "$kError" $(($(refusals) - before)) # one request a pass, none of git's
assert_log "wants to be left alone"
assert_no_log "git asks the server, too"
assert_log_json
stop_gitsync

scenario "so it is at a start, and with a date; until then the failures count as ever"
cause server
until_when=$(($(date +%s) + 5)) before=$(refusals)
busy_https "$(date -u -d "@$until_when" '+%a, %d %b %Y %H:%M:%S GMT')"
begin --init-max-failures=2
wait_gitsync 60
assert_status 1
assert_eq $((before + 2)) "$(refusals)" "requests"
assert_log '"failCount":2'
tail -n 1 "$HTTPS_SIZES" >"$D/last"
awk -v date="$until_when" '$4 < date - 0.1 { exit 1 }' "$D/last" || fail "too early: $(cat "$D/last")"

scenario "an init container that may fail does the first sync when the server is ready"
cause server
before=$(refusals)
busy_https 5 # time enough to be free before the next request
use_http
start_gitsync --repo="$HTTPS_URL/app" --root="$ROOT" --link=link --one-time --max-failures=-1 --period=50ms "${HTTP_FLAGS[@]}"
wait_for 10 refusals_at_least $((before + 1))
free_https
wait_gitsync 60
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"
assert_eq $((before + 1)) "$(refusals)" "requests that were refused"

scenario "signals end such a pause at once: the sync signal with a pass, SIGTERM with the process"
cause server
begin --max-failures=-1 --sync-on-signal=SIGHUP
wait_for 10 link_is "$ROOT/link" "$HASH"
busy_https 86400
wait_for 10 log_has "wants to be left alone"
grep -qE '"waitTime":"(1h0m0s|59m5[0-9]s)"' "$LOG" || fail "the pause is not an hour: $(tail -n 5 "$LOG")"
asked=$(refusals)
kill -HUP "$GITSYNC_PID"
wait_for 10 refusals_at_least $((asked + 1))
assert_eq $((asked + 1)) "$(refusals)" "requests"
commit_file "$REPO" file "another push"
free_https
kill -HUP "$GITSYNC_PID"
wait_for 10 link_is "$ROOT/link" "$HASH"
busy_https 3600
wait_for 10 refusals_at_least $((asked + 2))
stop_gitsync
assert_status 143

scenario "without Retry-After the period holds, with a little more after a failure"
cause server
busy_https
begin --max-failures=5
wait_gitsync 60
assert_status 1
assert_log '"failCount":5'
assert_no_log "wants to be left alone"
