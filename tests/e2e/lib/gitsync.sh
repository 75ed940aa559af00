#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Running the program under test, its log, its HTTP endpoints and its metrics.

E2E_RUN_NR=0
GITSYNC_PIDS=() GITSYNC_RUNS=()
LOG=/dev/null
OUT=/dev/null

e2e_new_run() {
  [[ -x $GITSYNC_BIN ]] || fail "no program to test: GITSYNC_BIN=$GITSYNC_BIN"
  E2E_RUN_NR=$((E2E_RUN_NR + 1))
  RUN=$T/run/$E2E_RUN_NR
  LOG=$T/log/git-sync.$E2E_RUN_NR.log
  OUT=$T/log/git-sync.$E2E_RUN_NR.stdout
  e2e_note_run
}

# run_gitsync [flags…]: runs to the end, at most $RUN_LIMIT (default 60) seconds; sets STATUS (124
# = did not end), LOG (stderr) and OUT (stdout). Variables may stand before: A=b run_gitsync …
run_gitsync() {
  e2e_new_run
  STATUS=0
  E2E_RUN=$RUN timeout -k 5 "$((${RUN_LIMIT:-60} * E2E_TIME_FACTOR))" \
    env --default-signal "$GITSYNC_BIN" "$@" </dev/null >"$OUT" 2>"$LOG" || STATUS=$?
}

# start_gitsync [flags…]: starts it in the background; sets GITSYNC_PID, LOG, OUT and RUN.
start_gitsync() {
  e2e_new_run
  E2E_RUN=$RUN setsid env --default-signal "$GITSYNC_BIN" "$@" </dev/null >"$OUT" 2>"$LOG" &
  GITSYNC_PID=$!
  GITSYNC_PIDS+=("$GITSYNC_PID") GITSYNC_RUNS+=("$RUN")
  until e2e_has_begun || is_gone "$GITSYNC_PID"; do :; done
}
# e2e_has_begun: the shell's child, setsid and env have made way for the program. Before that SIGINT is
# ignored, and no mark of the run is there to be found by. A few milliseconds: no reason to sleep.
e2e_has_begun() {
  local words=() own=()
  mapfile -d '' -t words <"/proc/$GITSYNC_PID/cmdline"
  mapfile -d '' -t own </proc/$$/cmdline
  ((${#words[@]} > 0)) && [[ ${words[0]} != setsid && ${words[0]} != env && "${words[*]}" != "${own[*]}" ]]
} 2>/dev/null

# wait_gitsync [seconds]: waits until it has ended by itself; sets STATUS.
wait_gitsync() {
  wait_for "${1:-30}" is_gone "$GITSYNC_PID"
  STATUS=0
  wait "$GITSYNC_PID" 2>/dev/null || STATUS=$?
}

# stop_gitsync [signal]: signals it (default TERM), waits at most 10 s; sets STATUS.
stop_gitsync() {
  kill "-${1:-TERM}" "$GITSYNC_PID" 2>/dev/null || true
  wait_gitsync 10
}

# Also what a killed program leaves: GITSYNC_BIN may be a wrapper, such as docker's client. More than one round,
# because a process may fork while it is looked for.
stop_all_gitsync() {
  local pid run
  for pid in ${GITSYNC_PIDS[@]+"${GITSYNC_PIDS[@]}"}; do
    is_gone "$pid" || stop_process "$pid" KILL
  done
  for run in ${GITSYNC_RUNS[@]+"${GITSYNC_RUNS[@]}"}; do
    for _ in 1 2 3; do
      for pid in $(marked_processes "$run"); do stop_process "$pid" KILL; done
    done
  done
  GITSYNC_PIDS=() GITSYNC_RUNS=()
}

# log_records: the records of the log, without what is not JSON (deprecation lines, process 1).
log_records() { grep '^{' "$LOG"; }

# is_pausing: no pass is under way, and the last one has also tidied up. The log must be one of -v 3.
is_pausing() { [[ $(tail -n 1 "$LOG") == *'"msg":"next sync"'* ]]; }

# gitsync_processes: pids of the last run, git-sync itself and everything that descends from it.
gitsync_processes() { marked_processes "$RUN"; }
assert_no_gitsync_process() {
  # Two looks: a process whose exec is under way shows no mark for a moment.
  e2e_none_left() { [[ -z $(gitsync_processes) && -z $(gitsync_processes) ]]; }
  try_for "${1:-2}" e2e_none_left && return
  local pid
  for pid in $(gitsync_processes); do
    printf 'left behind: %s %s\n' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline")" >&2
  done
  fail "processes of git-sync outlive it"
}

# What a build leaves in $ROOT while it is not over: what was unpacked goes behind the flip, too.
half_made() { find "$ROOT/.worktrees" -mindepth 1 -maxdepth 1 -name '.new.*' 2>/dev/null; }
nothing_is_half_made() { [[ -z $(half_made) ]]; }
assert_nothing_half_made() { nothing_is_half_made || fail "half-made, and left behind: $(half_made)"; }

# use_http: picks a port and sets HTTP_FLAGS (bind and metrics) and HTTP_PORT.
use_http() {
  HTTP_PORT=$(free_port)
  HTTP_FLAGS=("--http-bind=127.0.0.1:$HTTP_PORT" --http-metrics)
}
# http_status <path>: prints the status code, 000 when nothing answers.
http_status() {
  curl -sS -o /dev/null -w '%{http_code}' --max-time 5 "http://127.0.0.1:$HTTP_PORT$1" 2>/dev/null || true
}
http_status_is() { [[ $(http_status "$1") == "$2" ]]; }
http_get() { curl -sS --max-time 5 "http://127.0.0.1:$HTTP_PORT$1"; }

# metric <sample>: value of one sample, 0 when it is absent.
#   metric git_fetch_count_total; metric 'git_sync_count_total{status="success"}'
metric() {
  local page
  page=$(http_get /metrics)
  awk -v name="$1" '$0 ~ /^[^#]/ && index($0, name " ") == 1 { print $NF; found = 1 }
    END { if (!found) print 0 }' <<<"$page"
}
metric_is() { [[ $(metric "$1") == "$2" ]]; }
metric_at_least() { (($(metric "$1") >= $2)); }
assert_metric() { assert_eq "$2" "$(metric "$1")" "metric $1"; }
passes() { # number of ended passes, whatever their result
  local page
  page=$(http_get /metrics)
  awk '/^git_sync_count_total\{/ { n += $NF } END { print n + 0 }' <<<"$page"
}
# wait_passes <n> [seconds]: waits until n more passes are counted. The first of them may have been under way when
# this is called, and a pass is counted before it removes old trees and collects garbage: whoever asks for either,
# or for a look at what was just done, waits for two.
wait_passes() {
  local goal
  goal=$(($(passes) + $1))
  e2e_passes_reach() { (($(passes) >= goal)); }
  wait_for "${2:-20}" e2e_passes_reach
}
