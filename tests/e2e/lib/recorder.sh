#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# HTTP servers for webhooks, askpass and the GitHub API; they record what they are sent.

# start_recorder [answer…]: sets RECORDER_URL (no slash at the end), RECORDER_PORT, RECORDER_PID and
# RECORDER_REQUESTS (one JSON object a line). An answer is a status, or a JSON object as told in
# servers/recorder.py; they are used in turn, the last one for ever; none = always 200.
start_recorder() {
  RECORDER_PORT=$(free_port)
  RECORDER_URL=http://127.0.0.1:$RECORDER_PORT
  RECORDER_ANSWERS=$T/recorder.$RECORDER_PORT
  RECORDER_REQUESTS=$T/log/recorder.$RECORDER_PORT.requests
  : >"$RECORDER_REQUESTS"
  set_answers "$@"
  start_recorder_again
}
# start_recorder_again: after stop_process "$RECORDER_PID", on the same port.
start_recorder_again() {
  spawn "$T/log/recorder.$RECORDER_PORT.errors" "$PYTHON" "$E2E_LIB/servers/recorder.py" \
    "$RECORDER_PORT" "$RECORDER_ANSWERS" "$RECORDER_REQUESTS"
  RECORDER_PID=$SPAWNED
  wait_for 10 port_is_listening "$RECORDER_PORT"
}

# set_answers [answer…]: replaces the answers of the last started recorder and begins with the first.
set_answers() {
  local answer
  for answer in "$@"; do
    case $answer in
      [0-9]*) printf '{"status":%s}\n' "$answer" ;;
      *) printf '%s\n' "$answer" ;;
    esac
  done >"$RECORDER_ANSWERS.new"
  mv "$RECORDER_ANSWERS.new" "$RECORDER_ANSWERS"
}

# askpass_answer <user> <password>: prints an answer for the askpass protocol.
askpass_answer() {
  jq -nc --arg u "$1" --arg p "$2" '{body: "username=\($u)\npassword=\($p)\n"}'
}

# request_count [jq condition]: how many requests came; for example request_count '.method=="POST"'.
request_count() { jq -c "select(${1:-true})" "$RECORDER_REQUESTS" | grep -c . || true; }
requests_at_least() { (($(request_count "${2:-true}") >= $1)); }
# request <n> <jq path>: a detail of the n-th request (from 1): request 1 '.headers["gitsync-hash"]'
request() { jq -r "select(.n == $1) | $2" "$RECORDER_REQUESTS"; }

# start_github_api [name=value…]: the API server for a GitHub App. Sets GITHUB_URL, GITHUB_PID,
# GITHUB_KEY (PKCS#1 private key), GITHUB_KEY_PKCS8 (the same key) and GITHUB_REQUESTS. Settings, to
# be changed by set_github: issuer (1234), installation (5678), token, lifetime (3600), status, body,
# prefix (path before /app).
start_github_api() {
  local dir=$T/github port
  mkdir -p "$dir"
  port=$(free_port)
  GITHUB_URL=http://127.0.0.1:$port
  GITHUB_REQUESTS=$T/log/github.requests GITHUB_SETTINGS=$dir/settings.json
  GITHUB_KEY=$dir/app.pem GITHUB_KEY_PKCS8=$dir/app.pkcs8.pem
  : >"$GITHUB_REQUESTS"
  openssl genrsa -out "$GITHUB_KEY_PKCS8" 2048 2>/dev/null
  openssl rsa -traditional -in "$GITHUB_KEY_PKCS8" -out "$GITHUB_KEY" 2>/dev/null
  openssl rsa -pubout -in "$GITHUB_KEY" -out "$dir/public.pem" 2>/dev/null
  jq -n --arg key "$dir/public.pem" '{public_key: $key, issuer: "1234", installation: "5678",
    token: "ghs_first", lifetime: 3600}' >"$GITHUB_SETTINGS"
  set_github "$@"
  spawn "$T/log/github.errors" "$PYTHON" "$E2E_LIB/servers/github_api.py" "$port" \
    "$GITHUB_SETTINGS" "$GITHUB_REQUESTS"
  GITHUB_PID=$SPAWNED
  wait_for 10 port_is_listening "$port"
}

# set_github name=value…: changes settings of the running API server; values that are JSON numbers
# are stored as such, except issuer and installation.
set_github() {
  local word
  for word in "$@"; do
    jq --arg name "${word%%=*}" --arg value "${word#*=}" \
      '.[$name] = if $name == "lifetime" or $name == "status" then ($value | tonumber) else $value end' \
      "$GITHUB_SETTINGS" >"$GITHUB_SETTINGS.new"
    mv "$GITHUB_SETTINGS.new" "$GITHUB_SETTINGS"
  done
}
github_count() { jq -c "select(${1:-true})" "$GITHUB_REQUESTS" | grep -c . || true; }
