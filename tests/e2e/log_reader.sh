#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Publishing goes on with stderr closed, with nobody at the other end of its pipe, with a reader that
# is stuck, and with a full disk behind it; a reader that comes back gets whole lines and is told
# how many records were lost.
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
version=1
# publishes <times>: new commits are followed.
publishes() {
  local i
  for ((i = 0; i < $1; i++)); do
    version=$((version + 1))
    commit_file "$REPO" file "app $version"
    wait_for 15 link_is "$ROOT/link" "$HASH"
    assert_file_eq "$ROOT/link/file" "app $version"
  done
}
# start_with <shell redirection of stderr>
start_with() {
  FLAGS=(--repo="file://$REPO" --root="$ROOT" --link=link --period=100ms --verbose=9)
  # shellcheck disable=SC2016 # the inner shell expands
  spawn "$T/log/shell" bash -c "exec \"\$@\" $1" _ "$GITSYNC_BIN" "${FLAGS[@]}"
  GITSYNC_PID=$SPAWNED
  GITSYNC_PIDS+=("$GITSYNC_PID")
  wait_for 20 link_is "$ROOT/link" "$HASH"
}
assert_running() { is_running "$GITSYNC_PID" || fail "git-sync has ended"; }

scenario "stderr closed: and no file of the root is mistaken for it"
start_with '2>&-'
publishes 2
assert_running
assert_eq "" "$(grep -rlF '"caller"' "$ROOT" 2>/dev/null || true)" "files that hold log records"

scenario "stdin, stdout and stderr closed"
start_with '<&- >&- 2>&-'
publishes 2
assert_running
assert_eq "" "$(grep -rlF '"caller"' "$ROOT" 2>/dev/null || true)" "files that hold log records"

scenario "the reader is gone"
start_with '2> >(head -n 1 >/dev/null)'
publishes 2
assert_running

scenario "a full disk"
start_with '2>/dev/full'
publishes 2
assert_running

scenario "the reader is stuck, and then comes back"
mkfifo "$D/fifo"
# Holds both ends open, makes the pipe as small as can be, and reads nothing.
spawn "$T/log/holder" "$PYTHON" -c 'import fcntl, os, signal, sys
fd = os.open(sys.argv[1], os.O_RDWR)
fcntl.fcntl(fd, 1031, 4096)  # F_SETPIPE_SZ
print("ready", flush=True)
signal.pause()' "$D/fifo"
holder=$SPAWNED
wait_for 10 grep -q ready "$T/log/holder"
start_with "2>'$D/fifo'"
publishes 4
assert_running
LOG=$D/read
exec {FIFO}<"$D/fifo" # opened before the holder goes: git-sync is never without a reader
cat <&"$FIFO" >"$LOG" &
reader=$!
exec {FIFO}<&-
stop_process "$holder" KILL
wait_for 20 log_has "log records lost"
publishes 1
kill "$GITSYNC_PID"
wait_for 10 is_gone "$GITSYNC_PID"
wait "$reader" || true
assert_log_json
assert_eq "" "$(grep -v '^{.*}$' "$LOG" || true)" "torn lines"
lost=$(grep -m 1 -F "log records lost" "$LOG" | jq .count)
((lost > 0)) || fail "count of lost records: $lost"
