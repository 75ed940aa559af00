#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The endpoints tell the truth about readiness, during a first sync that hangs, after a restart,
# and while later passes fail (scenarios 47 and 48 of docs/contract.md#scenarios); a bad address is
# fatal.
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
start_https plain
start_fault "$HTTPS_PORT" mode=silent
REPO_URL=http://127.0.0.1:$FAULT_PORT/app

scenario "47: 503 while the first sync hangs, with metrics and profiles served, then 200"
cause timeout
use_http
start_gitsync --repo="$REPO_URL" --root="$ROOT" --link=link --period=100ms --sync-timeout=5s \
  --max-failures=-1 "${HTTP_FLAGS[@]}" --http-pprof
wait_for 10 http_status_is / 503
assert_eq 503 "$(http_status /any/other/path)" "status of another path"
assert_contains "$(http_get /)" "not ready"
assert_eq 200 "$(http_status /metrics)" "status of /metrics"
assert_eq 200 "$(http_status /debug/pprof/)" "status of /debug/pprof/"
assert_eq 301 "$(http_status /debug/pprof)" "status of /debug/pprof"
assert_metric git_fetch_count_total 0
assert_not_contains "$(http_get /metrics)" 'git_sync_count_total{status="success"}'
assert_no_file "$ROOT/link"
set_fault
wait_for 20 http_status_is / 200
assert_link_hash "$ROOT/link" "$HASH"
assert_eq "" "$(http_get /)" "body when ready"
assert_eq 200 "$(http_status /any/other/path)" "status of another path"
assert_eq 200 "$(curl -s -o /dev/null -w '%{http_code}' -X DELETE "http://127.0.0.1:$HTTP_PORT/")" "DELETE"
# Readiness comes with the link, the counter with the end of the pass.
wait_for 10 metric_is 'git_sync_count_total{status="success"}' 1
assert_metric git_fetch_count_total 1
assert_contains "$(http_get /metrics)" $'\nprocess_start_time_seconds '

scenario "once ready, / stays 200 while passes fail"
use_http
start_gitsync --repo="$REPO_URL" --root="$ROOT" --link=link --period=100ms --max-failures=-1 \
  --engine=git "${HTTP_FLAGS[@]}" # which connects anew in each pass
wait_for 20 http_status_is / 200
set_fault mode=close
wait_for 20 metric_at_least 'git_sync_count_total{status="error"}' 2
assert_eq 200 "$(http_status /)" "status while failing"
set_fault

scenario "48: after a restart on an unchanged hash / turns 200 without any change"
use_http
start_gitsync --repo="$REPO_URL" --root="$ROOT" --link=link --period=100ms "${HTTP_FLAGS[@]}"
wait_for 20 http_status_is / 200
stop_gitsync
before=$(stat -c '%i %Y %Z' "$ROOT/link")
use_http
start_gitsync --repo="$REPO_URL" --root="$ROOT" --link=link --period=100ms "${HTTP_FLAGS[@]}"
wait_for 20 http_status_is / 200
wait_passes 2
assert_eq "$before" "$(stat -c '%i %Y %Z' "$ROOT/link")" "the link, untouched"
assert_metric 'git_sync_count_total{status="error"}' 0

scenario "without the flags /metrics and /debug/pprof/ are like any path"
use_http
start_gitsync --repo="$REPO_URL" --root="$ROOT" --link=link --period=100s \
  --http-bind="127.0.0.1:$HTTP_PORT"
wait_for 20 http_status_is / 200
assert_eq "" "$(http_get /metrics)" "/metrics without its flag"
assert_eq "" "$(http_get /debug/pprof/)" "/debug/pprof/ without its flag"
assert_log '"msg":"serving HTTP"'
assert_log '"reasons":["liveness"]'

scenario "an address that cannot be bound is fatal and named"
cause config
for bind in "127.0.0.1:$HTTPS_PORT" ":99999" "foo" "192.0.2.1:80"; do
  run_gitsync --repo="$REPO_URL" --root="$ROOT" --link=link --http-bind="$bind"
  assert_status 1
  assert_log "$bind"
  assert_no_file "$ROOT/link"
done
