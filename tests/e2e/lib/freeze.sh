#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Stopping all of git-sync in the middle of whatever it does, so that files can be changed between
# two of its steps, and letting it go on.

# e2e_run_tree: pids of the last run by its mark, and what descends from them: a process whose exec is
# under way shows no environment for a moment, and so no mark.
e2e_run_tree() {
  local marked
  marked=$(gitsync_processes | tr '\n' ' ')
  cat /proc/[0-9]*/stat 2>/dev/null | awk -v marked="$marked" '
    BEGIN { n = split(marked, pids, " "); for (i = 1; i <= n; i++) in_run[pids[i]] = 1 }
    { pid = $1; sub(/^.*\) /, ""); state[pid] = $1; parent[pid] = $2 }
    END {
      do {
        grown = 0
        for (pid in parent)
          if (!(pid in in_run) && parent[pid] in in_run) { in_run[pid] = 1; grown = 1 }
      } while (grown)
      for (pid in in_run) if (state[pid] ~ /^[^ZX]/) print pid
    }'
}

# e2e_state_and_parent <stat file>: sets STAT_STATE and STAT_PARENT; fails when it has ended.
e2e_state_and_parent() {
  local line
  { read -r line <"$1"; } 2>/dev/null || return 1
  read -r STAT_STATE STAT_PARENT line <<<"${line##*) }"
}

# e2e_child_is_held <pid>: it has a stopped child that is still its copy (the exec is to come).
e2e_child_is_held() {
  local pid
  for pid in "${E2E_TREE[@]}"; do
    e2e_state_and_parent "/proc/$pid/stat" || continue
    [[ $STAT_PARENT == "$1" && $STAT_STATE == T ]] || continue
    ! cmp -s "/proc/$1/cmdline" "/proc/$pid/cmdline" || return 0
  done
  return 1
}

# e2e_is_at_rest <pid>: every thread is stopped, or cannot go on before something that is stopped.
# The latter is a parent in vfork: it stays in state D, its own stop pending, until its child has
# called exec, and so never shows as stopped while that child is.
e2e_is_at_rest() {
  local stat
  for stat in "/proc/$1"/task/*/stat; do
    e2e_state_and_parent "$stat" || continue
    case $STAT_STATE in
      [TZX]) ;;
      D) e2e_child_is_held "$1" || return 1 ;;
      *) return 1 ;;
    esac
  done
}
e2e_none_moves() {
  local pid
  mapfile -t E2E_TREE < <(e2e_run_tree)
  for pid in ${E2E_TREE[@]+"${E2E_TREE[@]}"}; do e2e_is_at_rest "$pid" || return 1; done
}

# A process that is not stopped yet may start another or end, so one look is not enough: all that
# the first look found are at rest before the second begins, which then misses none.
e2e_all_frozen() {
  local pid
  for pid in $(e2e_run_tree); do kill -STOP "$pid" 2>/dev/null || is_gone "$pid"; done
  e2e_none_moves && e2e_none_moves
}

# Under a wrapper, such as docker's client, GITSYNC_PID alone is not it.
freeze_gitsync() { wait_for 10 e2e_all_frozen; }
# freeze_in_pause: the same between two passes, so that no request or answer is on its way. It must run with -v 3.
e2e_frozen_in_pause() {
  is_pausing && try_for 10 e2e_all_frozen && is_pausing && return
  thaw_gitsync
  return 1
}
freeze_in_pause() { wait_for 20 e2e_frozen_in_pause; }
thaw_gitsync() { e2e_run_tree | xargs -r kill -CONT 2>/dev/null || true; }
