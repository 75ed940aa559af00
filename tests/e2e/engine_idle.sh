#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A poll that finds nothing new starts no process and writes nothing; over https it is one small
# request on a kept connection, whatever other refs the server has.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/programs.sh"

kNative='git_sync_engine_steps_total{engine="native",step="resolve"}'
kDelegated='git_sync_engine_steps_total{engine="git",step="resolve"}'
state_of_root() { find "$ROOT" -printf '%p %y %i %s %T@ %C@ %l\n' | sort; }

# Runs until $HASH is shown and everything has settled.
start_idle() {
  use_http
  PATH="$D/bin:$PATH" start_gitsync --root="$ROOT" --link=link --period=50ms --max-failures=-1 "${HTTP_FLAGS[@]}" "$@"
  wait_for 30 http_status_is / 200
  wait_for 30 link_is "$ROOT/link" "$HASH"
  wait_passes 3
}

# assert_idle <programs a poll>: what five polls leave behind.
assert_idle() {
  local resolved delegated programs_before
  state_of_root >"$D/before"
  programs_before=$(programs)
  resolved=$(metric "$kNative")
  delegated=$(metric "$kDelegated")
  wait_passes 5
  metric_at_least "$kNative" "$((resolved + 4))" || fail "not resolved natively: $(http_get /metrics)"
  state_of_root >"$D/after"
  diff "$D/before" "$D/after" >&2 || fail "an idle poll changes the root"
  [[ $1 != 0 ]] || assert_eq "$programs_before" "$(programs)" "programs that were started"
  assert_metric "$kDelegated" "$delegated"
}

# Pushes to a loose ref and to a packed one are seen at the next poll.
assert_pushes_are_seen() {
  local pack
  for pack in false true; do
    commit_file "$REPO" file "pushed, packed: $pack"
    if $pack; then git -C "$REPO" pack-refs --all; fi
    wait_for 10 link_is "$ROOT/link" "$HASH"
    assert_file_eq "$ROOT/link/file" "pushed, packed: $pack"
  done
}

add_refs() { # <repo> <n>
  git -C "$1" update-ref --stdin < <(seq -f "create refs/heads/b/%06.0f $HASH" 1 "$2")
  git -C "$1" pack-refs --all
}

# assert_small_requests <from line>: one request a poll, small, on one connection.
assert_small_requests() {
  tail -n "+$1" "$HTTPS_SIZES" >"$D/sizes"
  (($(wc -l <"$D/sizes") >= 5)) || fail "too few requests: $(cat "$D/sizes")"
  awk '$1 > 1024 || $2 > 1024 { exit 1 }' "$D/sizes" || fail "large requests: $(cat "$D/sizes")"
  assert_eq 1 "$(cut -d' ' -f3 "$D/sizes" | sort -u | wc -l)" "connections"
}

scenario "https, with 60,000 other refs and credentials"
make_repo idle
add_refs "$REPO" 60000
trust_ca
start_https auth=/:bob:secret
watch_programs
printf secret >"$D/password"
start_idle --repo="$HTTPS_URL/idle" --ref=main --username=bob --password-file="$D/password"
lines=$(wc -l <"$HTTPS_SIZES")
passed=$(passes) # first: passes go on, and at the end are counted last
posts=$(http_requests '^200 POST')
assert_idle 0
assert_small_requests "$((lines + 1))"
(($(http_requests '^200 POST') - posts <= $(passes) - passed + 1)) || fail "more than one request a poll"
assert_pushes_are_seen
stop_gitsync

scenario "http, after the server has dropped the connection"
make_repo dropped
start_https plain plain
watch_programs
start_idle --repo="$HTTPS_URL/dropped" --ref=main
stop_https
start_https_again
wait_passes 3
assert_idle 0
assert_pushes_are_seen
stop_gitsync

for accept in "AcceptEnv GIT_PROTOCOL" "AcceptEnv NOTHING"; do
  scenario "ssh, a server with $accept"
  make_repo "over-${accept//[^A-Z]/}"
  start_sshd "sshd-${accept//[^A-Z]/}" "$accept"
  use_ssh
  watch_programs
  start_idle --repo="$(ssh_url "$(basename "$REPO")")" --ref=main "${SSH_FLAGS[@]}"
  assert_idle 0
  assert_pushes_are_seen
  stop_gitsync
  assert_no_gitsync_process
done

scenario "a local path: the server's side is the only process"
make_repo local
watch_programs
start_idle --repo="file://$REPO" --ref=main
assert_idle 1
! tail -n 5 "$D/programs" | grep -v upload-pack || fail "other programs: $(tail -n 5 "$D/programs")"
assert_pushes_are_seen
stop_gitsync

scenario "a start on an existing root runs no process either, and verifies the tree"
watch_programs
start_https plain plain
rm -rf "$ROOT"
start_idle --repo="$HTTPS_URL/local" --ref=main
stop_gitsync
watch_programs
start_idle --repo="$HTTPS_URL/local" --ref=main
assert_eq 0 "$(programs)" "programs that a start runs: $(cat "$D/programs")"
assert_metric 'git_sync_engine_steps_total{engine="native",step="restore"}' 1
stop_gitsync
