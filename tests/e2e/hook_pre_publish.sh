#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# --pre-publish-exechook-command: for the new checkout, only when the link is about to change, and
# without a veto (scenarios 43 and 44 of docs/contract.md#scenarios; that it is called again for a
# link that has to be made anew is proved by sync_restart).
# shellcheck disable=SC2016 # hooks are written in single quotes: they expand when they run
source "$(dirname "$0")/lib/e2e.sh"

make_repo app

hook() {
  printf '#!/bin/sh\nD=%s\n%s\n' "$D" "$1" >"$D/hook.sh"
  chmod +x "$D/hook.sh"
}
hook_runs_are() {
  metric_is "git_sync_hook_run_count_total{name=\"pre-publish-exechook\",status=\"$1\"}" "$2"
}
hook_runs_at_least() { # of one that is run again and again
  metric_at_least "git_sync_hook_run_count_total{name=\"pre-publish-exechook\",status=\"$1\"}" "$2"
}
start() {
  use_http
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms \
    --pre-publish-exechook-command="$D/hook.sh" --pre-publish-exechook-backoff=1s \
    "${HTTP_FLAGS[@]}" "$@"
}
once() {
  run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time \
    --pre-publish-exechook-command="$D/hook.sh" "$@"
}

scenario "44: runs in the new checkout with the new hash, once per change"
hook 'echo "$(pwd) $GITSYNC_HASH $(git rev-parse HEAD)" >>$D/calls'
start
wait_for 10 hook_runs_are success 1
EXPECTED="$ROOT/.worktrees/$HASH $HASH $HASH"
assert_file_eq "$D/calls" "$EXPECTED"
commit_file "$REPO" file "app 2"
wait_for 10 hook_runs_are success 2
EXPECTED+=$'\n'"$ROOT/.worktrees/$HASH $HASH $HASH"
assert_file_eq "$D/calls" "$EXPECTED"
wait_passes 3
assert_file_eq "$D/calls" "$EXPECTED"
assert_log '"logger":"pre-publish-exechook"'

scenario "44: it is not waited for: a slow one does not delay the link"
hook 'while ! [ -e $D/go-on ]; do sleep 0.05; done; echo done >$D/done'
start
wait_for 10 link_is "$ROOT/link" "$HASH"
assert_no_file "$D/done"
touch "$D/go-on"
wait_for 10 hook_runs_are success 1

scenario "44: a failing one does not prevent publishing, and is retried"
hook 'echo x >>$D/calls; [ -e $D/may-succeed ]'
start
wait_for 10 hook_runs_at_least error 2
assert_link_hash "$ROOT/link" "$HASH"
touch "$D/may-succeed"
wait_for 10 hook_runs_are success 1

scenario "44: one-time waits for it"
hook 'sleep 1; echo "$GITSYNC_HASH" >>$D/calls'
once
assert_status 0
assert_file_eq "$D/calls" "$HASH"

scenario "43: neither called nor waited for on a root that is up to date"
hook 'echo "$GITSYNC_HASH" >>$D/calls; exit 1'
once
assert_status 1
assert_link_hash "$ROOT/link" "$HASH"
assert_file_eq "$D/calls" "$HASH"
once
assert_status 0
assert_file_eq "$D/calls" "$HASH"

scenario "all three hooks at once: each gets the hash, and one that hangs holds up no other"
start_recorder
hook 'sleep 1000'
printf '#!/bin/sh\necho "$GITSYNC_HASH" >>%s/exec\n' "$D" >"$D/exec.sh"
chmod +x "$D/exec.sh"
start --exechook-command="$D/exec.sh" --webhook-url="$RECORDER_URL/"
wait_for 10 requests_at_least 1
wait_for 10 test -s "$D/exec"
commit_file "$REPO" file "app 3"
wait_for 10 requests_at_least 2
assert_eq "$HASH" "$(request 2 '.headers["gitsync-hash"]')"
wait_for 10 grep -q "$HASH" "$D/exec"
stop_gitsync
assert_no_gitsync_process
