#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Starting, finding and killing processes; ports; waiting on conditions; the end of a test.

E2E_SCENARIO=""
E2E_SKIP_CODE=77

# scenario "claim": names what the following lines prove; printed, and repeated by a failure.
# Gives a fresh directory $D, and $ROOT in it (not created); stops git-sync of earlier scenarios.
scenario() {
  stop_all_gitsync
  E2E_SCENARIO=$1 E2E_CAUSE=""
  E2E_SCENARIO_NR=$((${E2E_SCENARIO_NR:-0} + 1))
  D=$T/$E2E_SCENARIO_NR
  ROOT=$D/root
  mkdir -p "$D"
  printf -- '--- %s\n' "$1"
}

# fail "message": ends the test; says where, what ran, and shows the end of git-sync's logs.
fail() {
  trap - ERR
  {
    printf 'FAILED: %s\n' "$*"
    [[ -z $E2E_SCENARIO ]] || printf '  scenario: %s\n' "$E2E_SCENARIO"
    local i
    for ((i = 1; i < ${#FUNCNAME[@]}; i++)); do
      [[ ${BASH_SOURCE[i]} == "$E2E_LIB"/* ]] ||
        printf '  at %s:%s\n' "$(basename "${BASH_SOURCE[i]}")" "${BASH_LINENO[i - 1]}"
    done
    local log
    for log in "$T"/log/git-sync.*.log; do
      [[ -s $log ]] || continue
      printf -- '  --- last lines of %s\n' "$log"
      tail -n "${E2E_LOG_LINES:-15}" "$log" | cut -c1-1000
    done
  } >&2
  exit 1
}

# skip "reason": this machine refuses what the test needs; ctest shows SKIPPED.
skip() {
  printf 'SKIPPED: %s\n' "$*"
  trap - ERR
  exit "$E2E_SKIP_CODE"
}

# need_commands name…: skips the test when a tool is missing.
need_commands() {
  local name
  for name in "$@"; do
    command -v "$name" >/dev/null || PATH=$PATH:/usr/sbin:/sbin command -v "$name" >/dev/null ||
      skip "the command $name is not installed"
  done
}

# wait_for <seconds> <command…>: runs the command until it succeeds; fails the test at the limit.
# shellcheck disable=SC2310 # the command's failure is the condition
wait_for() {
  local limit=$1 && shift
  try_for "$limit" "$@" || fail "waited ${limit}s (x$E2E_TIME_FACTOR) in vain for: $*"
}

# try_for <seconds> <command…>: like wait_for, but returns 1 at the limit. On a machine so busy that ten looks
# take longer than a second the limit is that many looks, within four times the seconds.
try_for() {
  local seconds=$(($1 * E2E_TIME_FACTOR)) && shift
  local end=$((SECONDS + seconds)) last=$((SECONDS + 4 * seconds)) looks=$((10 * seconds))
  while true; do
    "$@" >/dev/null 2>&1 && return 0
    ((looks -= 1, SECONDS <= end || (looks > 0 && SECONDS <= last))) || return 1
    sleep 0.05
  done
}

# stays_true <seconds> <command…>: the command must succeed all the time; to prove that nothing
# happens, prefer a condition that ends (another poll was logged) over a long time here.
stays_true() {
  local seconds=$1 && shift
  local end=$((SECONDS + seconds))
  while ((SECONDS < end)); do
    "$@" >/dev/null 2>&1 || fail "did not stay true for ${seconds}s: $*"
    sleep 0.05
  done
}

# spawn <log> <command…>: starts a command in its own session with default signal dispositions and
# empty stdin; output goes to the log; sets SPAWNED to its pid.
spawn() {
  local log=$1 && shift
  setsid env --default-signal "$@" </dev/null >>"$log" 2>&1 &
  SPAWNED=$!
}

# is_running <pid>: exists and is no zombie.
is_running() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  [[ ${stat##*) } != Z* ]]
}
is_gone() { ! is_running "$1"; }
is_stopped() { grep -qs '^State:.T' "/proc/$1/status"; }

# stop_process <pid> [signal]: signals it and waits until it is gone.
stop_process() {
  kill "-${2:-TERM}" "$1" 2>/dev/null || true
  try_for 10 is_gone "$1" || kill -KILL "$1" 2>/dev/null || true
  { wait "$1" || true; } 2>/dev/null
}

# marked_processes <mark>: pids of programs started with E2E_MARK=<mark> or E2E_RUN=<mark> in their
# environment, however they detached themselves. The test's own shell does not carry the mark.
marked_processes() {
  local file pid
  for file in $(grep -lszE "^E2E_(MARK|RUN)=$1\$" /proc/[0-9]*/environ 2>/dev/null || true); do
    pid=${file#/proc/} pid=${pid%/environ}
    ! is_running "$pid" || printf '%s\n' "$pid"
  done
}

# free_port: prints a port of 127.0.0.1 that no other running test was given. It lies below the
# range that the kernel hands to outgoing connections.
free_port() {
  local dir=/tmp/e2e-ports.$UID port owner
  mkdir -p "$dir"
  while true; do
    port=$((20000 + RANDOM % 12000))
    if owner=$(cat "$dir/$port" 2>/dev/null) && ! kill -0 "${owner:-0}" 2>/dev/null; then
      rm -f "$dir/$port"
    fi
    (set -o noclobber && echo $$ >"$dir/$port") 2>/dev/null || continue
    printf '%s\n' "$port" >>"$T/ports"
    ! port_is_listening "$port" || continue
    printf '%s\n' "$port"
    return
  done
}
# port_is_listening <port>: looks without connecting, so that no server counts a connection.
port_is_listening() {
  local hex
  printf -v hex ':%04X ' "$1"
  grep -qE "^ *[0-9]+: [0-9A-F]+${hex}[0-9A-F:]+ 0A " /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

e2e_cleanup() {
  local status=$? pid rounds
  trap - ERR EXIT INT TERM HUP
  set +e
  {
    # More than one round, because a process may fork while it is looked for.
    for rounds in 1 2 3; do
      for pid in $(jobs -p) $(marked_processes "$T"); do kill -KILL -- "-$pid" "$pid"; done
    done
    wait
  } 2>/dev/null
  [[ ! -f $T/ports ]] || (cd "/tmp/e2e-ports.$UID" && xargs rm -f <"$T/ports")
  if declare -F on_exit >/dev/null; then on_exit; fi
  e2e_collect_records
  # A sanitizer's report counts wherever git-sync wrote it, also when no line above looked.
  if grep -E 'ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error: ' -A 30 \
    "$T"/log/git-sync.*.log >&2 2>/dev/null; then
    printf 'FAILED: a sanitizer found a fault in git-sync\n' >&2
    status=1
  fi
  if ((status == 0 || status == E2E_SKIP_CODE)) && [[ -z ${E2E_KEEP:-} ]]; then
    cd / && chmod -R u+rwX "$T" 2>/dev/null
    rm -rf "$T"
    ((status != 0)) || printf 'PASSED: %s\n' "$E2E_NAME"
  else
    printf 'kept for inspection: %s\n' "$T" >&2
  fi
  exit "$status"
}
trap e2e_cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
trap 'fail "a command failed: $BASH_COMMAND"' ERR
