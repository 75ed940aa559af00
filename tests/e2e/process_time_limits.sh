#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A limit ends the whole process group of a command, whatever it has started and whoever holds its
# pipes open; nothing outlives a pass except git's credential cache, and nothing outlives git-sync.
source "$(dirname "$0")/lib/e2e.sh"

kError='git_sync_count_total{status="error"}'
# Seconds for a pass: far more than one takes that is not held up, on a busy machine too.
kLimit=$((4 * E2E_TIME_FACTOR))
use_http
now() { date +%s%3N; }
# write_git <sub-command> <script>: a git that does something else at this sub-command while
# $D/armed exists.
write_git() {
  mkdir -p "$D/bin"
  cat >"$D/bin/git" <<SCRIPT
#!/bin/bash
if [ "\$1" = "$1" ] && [ -e "$D/armed" ]; then
  : >"$D/reached"
  $2
fi
exec git "\$@"
SCRIPT
  chmod +x "$D/bin/git"
}
children() { gitsync_processes | grep -vx "$GITSYNC_PID" || true; }
no_children() { [[ -z $(children) ]]; }
commands_of_children() {
  local pid
  for pid in $(children); do tr '\0' ' ' <"/proc/$pid/cmdline" && echo; done
}
# The argument is a script that never ends by itself.
expect_ended() { # <sub-command> <script>
  cause timeout
  write_git "$1" "$2"
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --git="$D/bin/git" --period=100ms \
    --sync-timeout="${kLimit}s" --max-failures=-1 "${HTTP_FLAGS[@]}"
  wait_for 20 link_is "$ROOT/link" "$HASH"
  touch "$D/armed"
  wait_for 20 test -e "$D/reached"
  rm "$D/armed"
  local began
  began=$(now)
  wait_for 20 metric_is "$kError" 1
  (($(now) - began < kLimit * 1000 + 4000 * E2E_TIME_FACTOR)) || fail "the pass lasted $(($(now) - began)) ms"
  wait_for 5 log_has "deadline exceeded" # it is counted first
  kill -STOP "$GITSYNC_PID"
  wait_for 5 no_children
  kill -CONT "$GITSYNC_PID"
  wait_passes 2
  assert_metric "$kError" 1
  assert_log_json
  stop_gitsync
  assert_no_gitsync_process
}

make_repo app
scenario "a child that hangs"
expect_ended fetch 'sleep 1000'
scenario "a child that ignores SIGTERM"
expect_ended fetch "trap '' TERM; while :; do sleep 1; done"
scenario "a grandchild that holds the pipes"
expect_ended fetch 'sleep 1000 & wait'
scenario "a grandchild that holds the pipes and ignores SIGTERM, and a parent that does not"
expect_ended fetch "(trap '' TERM; while :; do sleep 1; done) & wait"
scenario "a child that writes without end"
expect_ended fetch 'yes "some words of output, again and again"; exit 1'
scenario "a child that closes its output"
expect_ended fetch 'exec >&- 2>&-; sleep 1000'
scenario "a command in a tree that hangs"
expect_ended fsck 'sleep 1000 & wait'

scenario "a child that ends, while what it has started goes on: that is killed, the pass succeeds"
write_git fetch "sleep 1000 & (trap '' TERM; while :; do sleep 1; done) & disown -a"
touch "$D/armed"
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --git="$D/bin/git" --period=100s \
  --sync-timeout=10s --max-failures=0 "${HTTP_FLAGS[@]}"
began=$(now)
wait_for 20 link_is "$ROOT/link" "$HASH"
(($(now) - began < 8000 * E2E_TIME_FACTOR)) || fail "the pass waited for a grandchild"
wait_for 5 no_children
assert_metric "$kError" 0
stop_gitsync
assert_no_gitsync_process

scenario "only the credential cache outlives a pass, and ends with git-sync"
start_https
set_password / user secret
trust_ca
printf 'secret\n' >"$D/password"
start_gitsync --repo="$HTTPS_URL/app" --root="$ROOT" --link=link --period=100s --username=user \
  --password-file="$D/password" --engine=git "${HTTP_FLAGS[@]}"
wait_for 20 link_is "$ROOT/link" "$HASH"
only_the_cache() { [[ $(commands_of_children | grep -c .) == 1 ]] &&
  commands_of_children | grep -q credential-cache; }
wait_for 10 only_the_cache
stays_true 1 only_the_cache
stop_gitsync
assert_no_gitsync_process
assert_eq "" "$(ls -A "$TMPDIR")" "temporary files that are left"

scenario "one-time leaves no process and no temporary file behind, successful or not"
cause secret
run_gitsync --repo="$HTTPS_URL/app" --root="$ROOT" --link=link --one-time --username=user \
  --password-file="$D/password"
assert_status 1 # there is no password file in this scenario's directory
printf 'secret\n' >"$D/password"
run_gitsync --repo="$HTTPS_URL/app" --root="$ROOT" --link=link --one-time --username=user \
  --password-file="$D/password"
assert_status 0
assert_no_gitsync_process
assert_eq "" "$(ls -A "$TMPDIR")" "temporary files that are left"
