#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The fault proxy and the recording servers really misbehave as they say.
source "$(dirname "$0")/lib/e2e.sh"
make_repo app
head -c 300000 /dev/urandom >"$REPO/big"
commit_all "$REPO"
start_https plain
start_fault "$HTTPS_PORT"
url=http://127.0.0.1:$FAULT_PORT/app
clone() { rm -rf "$D/clone" && timeout "${1:-20}" git clone -q "$url" "$D/clone" 2>"$D/err"; }
fetch() { fetch_code "$@" >"$D/code"; }
fetch_code() { curl -sS --max-time "${2:-5}" "$1" -o "$D/body" -w '%{http_code}' 2>"$D/err"; }

scenario "a proxy without faults is not noticed"
clone
assert_file_eq "$D/clone/file" "app 1"

scenario "cut: the connection dies after N bytes"
set_fault cut=100000
assert_exit_code 128 clone
wait_for 5 grep -q " pass 100000$" "$FAULT_LOG"

scenario "silent: accepted and never answered"
set_fault mode=silent
assert_exit_code 124 clone 1

scenario "delay: an answer comes late, but it comes"
set_fault delay=1
start=${EPOCHREALTIME/./}
fetch "$url/HEAD"
((${EPOCHREALTIME/./} - start >= 1000000)) || fail "the answer was not delayed"

scenario "trickle, nonsense, close, reset"
set_fault trickle=50
assert_exit_code 28 fetch "$url/HEAD" 1
set_fault mode=nonsense
assert_exit_code 1 fetch "$url/HEAD"
set_fault mode=close
assert_exit_code 52 fetch "$url/HEAD"
set_fault mode=reset
assert_exit_code 56 fetch "$url/HEAD"

scenario "skip: the first connections are served well"
set_fault skip=1 mode=close
fetch "$url/HEAD"
assert_exit_code 52 fetch "$url/HEAD"
set_fault
clone

scenario "old: open connections are lost or reset, new ones are not"
# ask <seconds>: one request on the open connection; the first line of its answer, or nothing, is in line.
# It is written in a process of its own: a connection that is reset already ends the writer by SIGPIPE.
ask() {
  (printf 'HEAD /app/HEAD HTTP/1.1\r\nHost: x\r\n\r\n' >&"$CONNECTION") 2>>"$D/err" || true
  local line=""
  read -r -t "$1" -u "$CONNECTION" line || true
  echo "$line" >"$D/line"
  timeout 0.2 cat <&"$CONNECTION" >/dev/null || true
}
for fate in lost reset; do
  set_fault
  exec {CONNECTION}<>"/dev/tcp/127.0.0.1/$FAULT_PORT"
  ask 20
  assert_file_contains "$D/line" "200"
  set_fault "old=$fate"
  ask 2
  assert_file_eq "$D/line" ""
  fetch "$url/HEAD"
  assert_file_eq "$D/code" 200
  exec {CONNECTION}>&-
done

scenario "the recorder answers in turn and tells what it was asked"
start_recorder 200 503 '{"status":404,"body":"gone"}'
codes=""
for _ in 1 2 3 4; do
  codes+="$(curl -s -o "$D/body" -w '%{http_code}' -X PUT -H 'X-Test: yes' -d data "$RECORDER_URL/p") "
done
assert_eq "200 503 404 404 " "$codes"
assert_file_eq "$D/body" gone
assert_eq 4 "$(request_count '.method == "PUT"')"
assert_eq "yes data /p" "$(request 4 '"\(.headers["x-test"]) \(.body) \(.target)"')"
set_answers '{"path":"/a","status":503}' '{"path":"/b","status":201}'
assert_eq "503 201 201 " "$(for p in a b b; do printf "%s " "$(fetch_code "$RECORDER_URL/$p")"; done)"

scenario "the recorder's wrong forms are on the wire"
raw() { # <answer>: what the server sends
  set_answers "$1"
  { printf 'GET / HTTP/1.0\r\n\r\n' && sleep 0.3; } | timeout 5 socat -t 3 - "TCP:127.0.0.1:$RECORDER_PORT" | od -c -An | tr -d ' \n'
}
need_commands socat
assert_contains "$(raw '{"mode":"bare_newlines","body":"x"}')" 'OK\nContent-Type:text/plain\n\nx'
assert_contains "$(raw '{"mode":"no_headers","body":"x"}')" 'OK\r\n\r\nx'
assert_contains "$(raw '{"mode":"no_length","body":"x"}')" 'text/plain\r\n\r\nx'
assert_contains "$(raw '{"mode":"half_close","body":"x"}')" 'text/plain\r\n\r\nx'
assert_eq "junk" "$(raw '{"mode":"raw","body":"junk"}')"
set_answers '{"mode":"hang"}'
assert_exit_code 28 fetch "$RECORDER_URL/" 1
set_answers '{"mode":"trickle","body":"slowly"}'
assert_exit_code 28 fetch "$RECORDER_URL/" 2
set_answers '{"mode":"endless"}'
assert_exit_code 28 fetch "$RECORDER_URL/" 1
set_answers '{"mode":"close"}'
assert_exit_code 52 fetch "$RECORDER_URL/"
