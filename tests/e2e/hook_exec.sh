#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# --exechook-command: once per hash in the new checkout, retried until it succeeds, waited for in
# one-time mode (scenarios 40 to 43 and 45 of docs/contract.md#scenarios).
# shellcheck disable=SC2016 # hooks are written in single quotes: they expand when they run
source "$(dirname "$0")/lib/e2e.sh"

make_repo app

# hook <text>: an executable script $D/hook.sh; writes its lines to $D, never into the checkout.
hook() {
  printf '#!/bin/sh\nD=%s\n%s\n' "$D" "$1" >"$D/hook.sh"
  chmod +x "$D/hook.sh"
}
lines() { grep -c . "$1" 2>/dev/null || true; }
lines_are() { [[ $(lines "$1") == "$2" ]]; }
hook_runs() { metric "git_sync_hook_run_count_total{name=\"exechook\",status=\"$1\"}"; }
hook_runs_are() { [[ $(hook_runs "$1") == "$2" ]]; }
hook_runs_at_least() { (($(hook_runs "$1") >= $2)); } # of one that is run again and again
start() {
  use_http
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms \
    --touch-file="$D/touched" --exechook-command="$D/hook.sh" --exechook-backoff=1s \
    "${HTTP_FLAGS[@]}" "$@"
}
once() {
  run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time \
    --exechook-command="$D/hook.sh" --exechook-backoff=1s "$@"
}

scenario "40: runs in the new checkout, with our environment, once per hash"
hook 'pwd >>$D/where; echo "$GITSYNC_HASH" >>$D/hashes; env >$D/environment; cat >$D/input
echo created >made_by_hook'
SOME_VARIABLE=passed-on start
wait_for 10 test -e "$D/touched"
wait_for 5 test -e "$ROOT/link/made_by_hook"
wait_for 5 hook_runs_are success 1
assert_file_eq "$D/where" "$ROOT/.worktrees/$HASH"
assert_file_eq "$D/hashes" "$HASH"
assert_file_eq "$D/input" ""
assert_file_contains "$D/environment" "SOME_VARIABLE=passed-on"
assert_file_contains "$D/environment" "GITSYNC_HASH=$HASH"
assert_file_contains "$D/environment" "GIT_CONFIG_GLOBAL=$TMPDIR/"
assert_file_contains "$D/environment" "GIT_CONFIG_NOSYSTEM=true"
assert_file_contains "$D/environment" "GIT_SSH_COMMAND=ssh "
rm "$D/touched"
FIRST=$HASH
commit_file "$REPO" file "app 2"
wait_for 10 test -e "$D/touched"
wait_for 5 hook_runs_are success 2
assert_file_eq "$D/hashes" "$FIRST"$'\n'"$HASH"
wait_passes 3
assert_eq 2 "$(lines "$D/hashes")" "runs after three more passes"
assert_file "$ROOT/link/made_by_hook"
assert_log '"msg":"running hook"'
assert_eq 2 "$(grep -c '"logger":"exechook".*"msg":"running hook".*"hash":.*"command":.*"timeout":"30s"' "$LOG")"
assert_log_json

scenario "40: a damaged checkout of the same hash is rebuilt without running the hook again"
hook 'echo "$GITSYNC_HASH" >>$D/hashes'
start
wait_for 10 hook_runs_are success 1
# In one step: a slow deletion would go on in what is being rebuilt.
mv "$ROOT/.worktrees/$HASH" "$D/damaged"
wait_for 10 metric_is git_fetch_count_total 2
wait_passes 2
assert_eq 1 "$(lines "$D/hashes")" "runs"

scenario "41: a failing hook is retried after the backoff, and the link stays"
cause hook
hook 'echo "$GITSYNC_HASH" >>$D/hashes; [ -e $D/may-succeed ] || { echo sorry; exit 7; }'
start --error-file="$D/error" --max-failures=0
wait_for 15 hook_runs_at_least error 2
assert_link_hash "$ROOT/link" "$HASH"
assert_eq "$HASH" "$(sort -u "$D/hashes")" "hashes given to the hook"
assert_no_file "$D/error"
assert_metric 'git_sync_count_total{status="error"}' 0
assert_log '"logger":"exechook"'
assert_log 'exit status 7: { stdout: \"sorry\", stderr: \"\" }'
grep -q '"msg":"hook failed".*"hash":"'"$HASH"'","retry":"1s"' "$LOG" || fail "no record of the failure"
touch "$D/may-succeed"
wait_for 10 hook_runs_are success 1
RUNS=$(lines "$D/hashes")
wait_passes 12 # longer than the backoff
assert_eq "$RUNS" "$(lines "$D/hashes")" "runs after the success"

scenario "41: hashes that came and went while the hook was failing are skipped"
cause hook
hook 'echo "$GITSYNC_HASH" >>$D/hashes; [ -e $D/may-succeed ]'
start --exechook-backoff=10s # two commits are published meanwhile, also on a busy machine
wait_for 10 hook_runs_are error 1
commit_file "$REPO" file skipped
SKIPPED=$HASH
wait_for 10 link_is "$ROOT/link" "$SKIPPED"
commit_file "$REPO" file latest
wait_for 10 link_is "$ROOT/link" "$HASH"
touch "$D/may-succeed"
wait_for 20 hook_runs_are success 1
assert_eq "$HASH" "$(tail -n 1 "$D/hashes")" "the hash that succeeded"
assert_file_lacks "$D/hashes" "$SKIPPED"

scenario "42: one-time waits for a slow hook"
hook 'sleep 2; echo "$GITSYNC_HASH" >>$D/hashes'
once
assert_status 0
assert_file_eq "$D/hashes" "$HASH"

scenario "42: one-time fails with its hook, after one attempt, and the link is there"
cause hook
hook 'echo "$GITSYNC_HASH" >>$D/hashes; exit 1'
once --touch-file="$D/touched" --error-file="$D/error"
assert_status 1
assert_file_eq "$D/hashes" "$HASH"
assert_link_hash "$ROOT/link" "$HASH"
assert_file "$D/touched"
assert_no_file "$D/error"
assert_no_gitsync_process

scenario "43: after a restart on an unchanged hash it runs once more"
hook 'echo "$GITSYNC_HASH" >>$D/hashes'
start
wait_for 10 hook_runs_are success 1
stop_gitsync
start
wait_for 10 hook_runs_are success 1
wait_passes 3
assert_eq "$HASH"$'\n'"$HASH" "$(cat "$D/hashes")" "hashes given to the hook"

scenario "45: git works inside a hook"
hook 'git archive --format=tar.gz -o $D/archive.tar.gz HEAD && git status --porcelain >$D/status &&
git rev-parse HEAD >$D/head && git log -1 --format=%s >$D/subject'
once
assert_status 0
assert_eq "$(cat "$REPO/file")" "$(tar -xzOf "$D/archive.tar.gz" file)" "the archived file"
assert_file_eq "$D/status" ""
assert_file_eq "$D/head" "$HASH"
assert_file_eq "$D/subject" "set file"

scenario "the command is one program: looked up in PATH, or relative to the checkout, no arguments"
run_gitsync --repo="file://$REPO" --root="$ROOT" --one-time --exechook-command=true
assert_status 0
run_gitsync --repo="file://$REPO" --root="$ROOT" --one-time --exechook-command="true --help"
assert_status 1
assert_log 'true REDACTED'
hook 'echo $# >$D/arguments'
mv "$D/hook.sh" "$D/a hook"
run_gitsync --repo="file://$REPO" --root="$ROOT" --one-time --exechook-command="$D/a hook"
assert_status 0
assert_file_eq "$D/arguments" 0
printf '#!/bin/sh\npwd >%s/where\n' "$D" >"$REPO/in-repo.sh"
chmod +x "$REPO/in-repo.sh"
commit_all "$REPO"
run_gitsync --repo="file://$REPO" --root="$ROOT" --one-time --exechook-command=./in-repo.sh
assert_status 0
assert_file_eq "$D/where" "$ROOT/.worktrees/$HASH"
