#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# --one-time: when it ends, with which status, and what is done by then (docs/contract.md#one-time;
# hooks have their own scripts).
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
use_http
script() { # <name> <line>: an executable
  mkdir -p "$D/bin"
  printf '#!/bin/sh\n%s\n' "$2" >"$D/bin/$1"
  chmod +x "$D/bin/$1"
}

scenario "success: status 0, link, touch-file, one summary line, no error file, nothing left running"
mkdir "$ROOT"
printf 'old\n' >"$D/error"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --touch-file=touch \
  --error-file="$D/error"
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"
assert_file "$ROOT/touch"
assert_no_file "$D/error"
assert_eq "" "$(cat "$OUT")" "stdout"
summary=$(log_records | jq -r '.msg | select(startswith("synced "))')
assert_contains "$summary" "$HASH"
assert_contains "$summary" "file://$REPO"
assert_no_gitsync_process

scenario "failed passes are retried under the usual limits and periods"
cause not-found ref
REPO=$SRV/late
start_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --max-failures=-1 \
  --init-period=100ms --period=100s --error-file="$D/error"
wait_for 10 log_has '"failCount":2'
assert_file "$D/error"
make_repo late
wait_gitsync 20
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"
assert_no_file "$D/error"

scenario "the default limit: the first failure ends with 1 and an error file"
cause not-found
run_gitsync --one-time --repo="file://$SRV/nowhere" --root="$ROOT" --link=link \
  --error-file="$D/error"
assert_status 1
assert_eq 1 "$(log_count '"failCount":')" "failed passes"
jq -e '.Msg and .Err and .Args.failCount == 1' "$D/error" >/dev/null || fail "$(cat "$D/error")"

scenario "a limit of 3: three passes, then 1"
cause not-found
run_gitsync --one-time --repo="file://$SRV/nowhere" --root="$ROOT" --link=link --max-failures=3 \
  --period=100ms
assert_status 1
assert_log '"failCount":3'
assert_no_log '"failCount":4'

scenario "it cleans up before it ends"
make_repo cleaned
old=$HASH
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
commit_file "$REPO" file 2
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
assert_status 0
assert_no_file "$ROOT/.worktrees/$old"
! git -C "$ROOT" cat-file -e "$old" 2>/dev/null || fail "the old commit is still there"

scenario "a failing hook: one attempt, link published, status 1; another hook has run nevertheless"
script fails "echo called >>'$D/fails.calls'; exit 3"
script works "echo called >>'$D/works.calls'"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --error-file="$D/error" \
  --pre-publish-exechook-command="$D/bin/fails" --exechook-command="$D/bin/works"
assert_status 1
assert_link_hash "$ROOT/link" "$HASH"
assert_file_eq "$D/fails.calls" called
assert_file_eq "$D/works.calls" called
assert_no_file "$D/error"

scenario "on a hash it ends, too, instead of idling"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --ref="$HASH"
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"
