#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One root is served by both engines, in turns and at the same time: each goes on with what the other has left,
# and what is published is what a fresh clone has.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/engines.sh"

# assert_published <hash>: it is, and as a fresh clone has it.
assert_published() {
  assert_link_hash "$ROOT/link" "$1"
  rm -rf "$D/clone"
  git clone -q --no-local -b main "$REPO" "$D/clone"
  assert_eq "$1" "$(head_of "$D/clone")" "the clone"
  assert_same_trees "$D/clone" "$ROOT/link"
  assert_eq "" "$(git -C "$ROOT/link/" status --porcelain)" "git status"
}
# assert_sound <hash>: the same, in a repository without fault. Not while somebody may run gc in it.
assert_sound() {
  assert_published "$1"
  git -C "$ROOT" fsck --no-progress --no-dangling >"$D/fsck" 2>&1 || fail "git fsck: $(cat "$D/fsck")"
  assert_eq "" "$(grep -v '^notice: ' "$D/fsck" || true)" "git fsck"
}
serve() { # <engine> flags…
  start_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --period=50ms --max-failures=-1 \
    --engine="$1" "${@:2}"
}
# A history of random changes, to be pushed one by one.
make_history() { # <name> <seeds>
  make_repo "$1"
  git -C "$REPO" checkout -q --detach
  python3 "$E2E_LIB/shapes.py" random "$REPO" 1 "$2" >"$D/history"
  mapfile -t HISTORY < <(cut -d' ' -f2 "$D/history")
}
push() { git -C "$REPO" update-ref refs/heads/main "$1"; }

scenario "in turns, each one time"
make_history one-time "${TURNS:-10}"
engines=(auto git)
for turn in "${!HISTORY[@]}"; do
  push "${HISTORY[turn]}"
  engine=${engines[turn % 2]}
  E2E_SCENARIO="turn $turn, by $engine"
  run_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --one-time --engine="$engine"
  assert_status 0
  assert_sound "${HISTORY[turn]}"
done

# What the native engine keeps for its next build is then of a tree that another one has replaced.
for signal in TERM KILL; do
  scenario "in turns, each for three pushes, ended by SIG$signal"
  make_history "lasting-$signal" "${TURNS:-15}"
  rounds=0
  for turn in "${!HISTORY[@]}"; do
    if ((turn % 3 == 0)); then
      if ((turn > 0)); then
        stop_gitsync "$signal"
        assert_no_gitsync_process 20 # its gc could go on for a moment
        assert_sound "${HISTORY[turn - 1]}"
      fi
      serve "${engines[rounds++ % 2]}"
    fi
    push "${HISTORY[turn]}"
    wait_for 30 link_is "$ROOT/link" "${HISTORY[turn]}"
    assert_published "${HISTORY[turn]}"
  done
  assert_no_log '"failCount"'
done

scenario "both at the same time, two of each, while pushes come"
make_history together "${PUSHES:-30}"
push "${HISTORY[0]}"
PIDS=() LOGS=()
for engine in auto git auto git; do
  serve "$engine"
  PIDS+=("$GITSYNC_PID") LOGS+=("$LOG")
done
for commit in "${HISTORY[@]}"; do
  push "$commit"
  wait_for 60 link_is "$ROOT/link" "$commit"
done
for pid in "${PIDS[@]}"; do is_running "$pid" || fail "one of them has ended"; done
for LOG in "${LOGS[@]}"; do
  assert_no_log '"failCount"'
  assert_log_json
done
stop_all_gitsync
assert_sound "${HISTORY[-1]}"
# The next one finds nothing to repair.
run_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --one-time --engine=auto
assert_status 0
assert_sound "${HISTORY[-1]}"
assert_eq "${HISTORY[-1]}" "$(ls -A "$ROOT/.worktrees")" "entries of .worktrees"
