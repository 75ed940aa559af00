#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The touch-file says "sync done" (scenarios 54 and 55 of docs/contract.md#scenarios, #touch-file).
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
use_http
start() {
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms \
    "${HTTP_FLAGS[@]}" "$@"
}
# expect_touched <path>: it comes at the first sync and with each change, and only then.
expect_touched() {
  wait_for 10 test -e "$1"
  assert_link_hash "$ROOT/link" "$HASH"
  assert_eq 0 "$(stat -c %s "$1")" "size of the touch-file"
  rm "$1"
  wait_passes 2
  assert_no_file "$1"
  commit_file "$REPO" file "again $1"
  wait_for 10 test -e "$1"
  assert_link_hash "$ROOT/link" "$HASH"
  stop_gitsync TERM
  assert_file "$1"
}

scenario "54: a relative touch-file lies below root, parents are created"
start --touch-file=a/b/touch
expect_touched "$ROOT/a/b/touch"

scenario "54: an absolute touch-file, parents are created"
start --touch-file="$D/x/y/touch"
expect_touched "$D/x/y/touch"

scenario "55: given twice the last one wins"
start --touch-file="$D/one" --touch-file=two
expect_touched "$ROOT/two"
assert_no_file "$D/one"

scenario "a path that exists, even as a directory, only gets new times; content stays"
printf 'mine\n' >"$D/file"
mkdir "$D/directory"
touch -d '2 hours ago' "$D/file" "$D/directory"
for path in "$D/file" "$D/directory"; do
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --touch-file="$path"
  assert_status 0
  (($(date +%s) - $(stat -c %Y "$path") < 600)) || fail "$path has its old time"
done
assert_file_eq "$D/file" mine

scenario "a restart on the same hash touches; a touch-file that cannot be made is only logged"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --touch-file=touch
rm "$ROOT/touch"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --touch-file=touch
assert_file "$ROOT/touch"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --touch-file=touch/below
assert_status 0
assert_log "touch/below"
assert_log_json

scenario "when the touch-file appears, link and counters already show the sync"
start --touch-file=touch
wait_for 10 test -e "$ROOT/touch"
assert_metric 'git_sync_count_total{status="success"}' 1
assert_metric git_fetch_count_total 1
for n in 2 3 4; do
  rm "$ROOT/touch"
  commit_file "$REPO" file "counted $n"
  wait_for 10 test -e "$ROOT/touch"
  assert_link_hash "$ROOT/link" "$HASH"
  assert_metric 'git_sync_count_total{status="success"}' "$n"
  assert_metric git_fetch_count_total "$n"
done
