#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A proxy in front of a real server that turns slow, cuts, goes silent or answers nonsense, and can
# be switched while clients use it.

# start_fault <backend port> [setting…]: sets FAULT_PORT, FAULT_PID and FAULT_LOG. Settings are
# those of servers/fault_proxy.py: delay=2 cut=5000 trickle=100 mode=silent skip=1 …; none = pass.
start_fault() {
  local backend=$1 && shift
  FAULT_PORT=$(free_port)
  FAULT_CONTROL=$T/fault.$FAULT_PORT FAULT_LOG=$T/log/fault.$FAULT_PORT
  : >"$FAULT_LOG"
  set_fault "$@"
  spawn "$T/log/fault.$FAULT_PORT.errors" "$PYTHON" "$E2E_LIB/servers/fault_proxy.py" \
    "$FAULT_PORT" "$backend" "$FAULT_CONTROL" "$FAULT_LOG"
  FAULT_PID=$SPAWNED
  wait_for 10 port_is_listening "$FAULT_PORT"
}

# set_fault [setting…]: new behaviour of the last started proxy, from the next connection on.
set_fault() {
  printf '%s\n' "$*" >"$FAULT_CONTROL.new"
  mv "$FAULT_CONTROL.new" "$FAULT_CONTROL"
}

# fault_connections: how many connections have ended.
fault_connections() { grep -c . "$FAULT_LOG" || true; }

# fault_is_busy: whether a client is connected to the last started proxy right now.
fault_is_busy() {
  local hex
  printf -v hex ':%04X ' "$FAULT_PORT"
  grep -qE "^ *[0-9]+: [0-9A-F]+${hex}[0-9A-F:]+ 01 " /proc/net/tcp
}
