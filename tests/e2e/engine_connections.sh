#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A push is seen at the next poll, without a failed pass, although the kept connection is gone: dropped
# by the server, reset by a balancer that forgot it, or silent since its packets vanish.
source "$(dirname "$0")/lib/e2e.sh"

kNative='git_sync_engine_steps_total{engine="native",step="resolve"}'
kDelegated='git_sync_engine_steps_total{engine="git",step="resolve"}'
kError='git_sync_count_total{status="error"}'

start_idle() { # flags…
  use_http
  start_gitsync --root="$ROOT" --link=link --ref=main --period=100ms -v 6 \
    "${HTTP_FLAGS[@]}" "$@"
  wait_for 10 link_is "$ROOT/link" "$HASH"
  wait_passes 3
}
# lose <command…>: does that to all connections while git-sync stands still in a pause, and pushes.
lose() {
  freeze_in_pause
  "$@"
  commit_file "$REPO" file "after $*"
  thaw_gitsync
}
# With the default failure limit the first failed pass would end the process.
assert_seen() {
  wait_for 20 link_is "$ROOT/link" "$HASH"
  assert_file_eq "$ROOT/link/file" "$(git -C "$REPO" show HEAD:file)"
  wait_passes 3
  assert_metric "$kError" 0
  assert_metric "$kDelegated" 0
  assert_metric_grows
}
assert_metric_grows() {
  local before
  before=$(metric "$kNative")
  wait_passes 2
  metric_at_least "$kNative" "$((before + 1))" || fail "not resolved natively"
}

scenario "a server that closes idle connections all the time"
make_repo closing
start_https closing plain
printf 'keepalive_timeout 50ms;\n' >"$HTTPS_DIR/busy"
reload_https
start_idle --repo="$HTTPS_URL/closing"
for n in 1 2 3; do
  commit_file "$REPO" file "closing $n"
  assert_seen
done
(($(cut -d' ' -f3 "$HTTPS_SIZES" | sort -u | wc -l) >= 10)) || fail "connections were kept"
stop_gitsync

for transport in http https; do
  make_repo "$transport"
  if [[ $transport == https ]]; then
    trust_ca
    start_https "$transport"
  else
    start_https "$transport" plain
  fi
  start_fault "$HTTPS_PORT"
  url=$transport://127.0.0.1:$FAULT_PORT/$transport
  scenario "$transport: a balancer resets connections that it forgot, or their packets vanish"
  start_idle --repo="$url"
  for fate in reset lost; do
    lose set_fault "old=$fate"
    assert_seen
  done
  stop_gitsync
done

scenario "ssh: connections are reset, or their packets vanish"
make_repo ssh
start_sshd
start_fault "$SSH_PORT"
add_known_host "$FAULT_PORT"
use_ssh
start_idle --repo="$(ssh_url ssh "$FAULT_PORT")" "${SSH_FLAGS[@]}"
for fate in reset lost; do
  lose set_fault "old=$fate"
  assert_seen
done
(($(log_count '"ssh: connecting"') >= 3)) || fail "connected less than three times"
stop_gitsync
assert_no_gitsync_process

scenario "ssh: the server's process of the connection is killed"
start_idle --repo="$(ssh_url ssh)" "${SSH_FLAGS[@]}"
lose pkill -KILL -P "$SSH_PID"
assert_seen
stop_gitsync

