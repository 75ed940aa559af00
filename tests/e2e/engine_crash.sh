#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Killed by SIGKILL at a random system call of an update that builds natively out of spare and old tree: what is
# published is the old or the new commit, whole; the next process goes on; nothing is left over.
# engine_crash_100.sh has more moments.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/engines.sh"
source "$E2E_LIB/numbered.sh"
source "$E2E_LIB/kill_at.sh"
need_commands strace

MOMENTS=${MOMENTS:-12}
MORE=10 # at the most, while by chance all came behind the flip
RANDOM=${SEED:=$$}
printf 'SEED=%s\n' "$SEED"
begin() { # a process that has confirmed or published, and is ready for the next update
  start_follower root "${OVER[@]}" --ref=main --engine=auto -v 3
  wait_for 30 log_has '"updated successfully"'
  wait_for 10 is_pausing # behind the record come cleanup, garbage, and the next spare
  has_spare || fail "there is no spare for the next update"
}
has_spare() { [[ $(ls "$D/root/.git/git-sync/spare") ]]; }
push() { # <commit>
  git -C "$REPO" update-ref refs/heads/main "$1"
  kill -HUP "${FOLLOWERS[root]}"
}
updates() { log_count '"updated successfully"'; }
updated_or_dead() { is_gone "${FOLLOWERS[root]}" || (($(updates) > 1)); }
nothing_survives() {
  local all
  mapfile -t all < <(e2e_run_tree)
  ((${#all[@]} > 0)) || return 0
  kill -KILL "${all[@]}" 2>/dev/null
  return 1
}
# assert_whole <old> <new>: one of both is published.
assert_whole() {
  local shown
  shown=$(link_hash "$D/root/link")
  [[ $shown == "$1" || $shown == "$2" ]] || fail "published is $shown, neither $1 nor $2"
  assert_clean_tree "$REPO" "$shown" "$D/root/link"
  [[ $shown != "$1" ]] || OLD_SHOWN=$((OLD_SHOWN + 1))
}
assert_sound() { # <commit>: all is as if nobody had been killed
  assert_link_hash "$D/root/link" "$1"
  assert_clean_tree "$REPO" "$1" "$D/root/link"
  assert_no_log '"failCount"'
  assert_eq "" "$(git -C "$D/root/link" status --porcelain)" "git status"
  git -C "$D/root" fsck --no-progress --no-dangling 2>&1 | grep -v '^notice: ' >"$D/fsck" || true
  assert_file_eq "$D/fsck" ""
}

scenario "how many calls an update makes"
make_numbered crash "$((MOMENTS + MORE + 4))"
over file crash
ROOT=$D/root
begin
watch_calls "${FOLLOWERS[root]}"
push "${COMMITS[1]}"
wait_for 30 link_is "$ROOT/link" "${COMMITS[1]}"
wait_for 10 is_pausing
stop_process "$STRACE"
stop_gitsync
keep_calls "$T/update.calls"
printf '%s calls\n' "$(wc -l <"$T/update.calls")"
(($(wc -l <"$T/update.calls") > 60)) || fail "hardly a whole update: $(cat "$D/calls")"

scenario "killed at $MOMENTS of them, while readers look"
OLD_SHOWN=0
over file crash
ROOT=$D/root
begin
start_numbered_readers "$ROOT/link" 1
for ((moment = 1; moment <= MOMENTS || (OLD_SHOWN == 0 && moment <= MOMENTS + MORE); moment++)); do
  old=${COMMITS[moment]} new=${COMMITS[moment + 1]}
  kill_at_one_of "$T/update.calls" "${FOLLOWERS[root]}"
  E2E_SCENARIO="killed at $MOMENT of update $moment"
  push "$new"
  wait_for 30 updated_or_dead
  wait_for 10 nothing_survives
  stop_process "$STRACE"
  tail -n 2 "$D/calls" | sed -n 1p | cut -c1-120
  assert_whole "$old" "$new"
  begin
  assert_sound "$new"
done
stop_numbered_readers
((OLD_SHOWN > 0)) || fail "no update was interrupted"

scenario "nothing is left over" # of the last scenario's root
ROOT=$T/2/root
D=$T/2
begin
push "${COMMITS[-1]}"
wait_for 30 link_is "$ROOT/link" "${COMMITS[-1]}"
wait_for 10 is_pausing
stop_gitsync
assert_sound "${COMMITS[-1]}"
listed() { (cd "$1" && find . -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | tr '\n' ' '); }
assert_eq ".git .git-sync.lock .worktrees link " "$(listed "$ROOT")" "the root"
assert_eq "${COMMITS[-1]} " "$(listed "$ROOT/.worktrees")" "trees"
assert_eq "${COMMITS[-1]} " "$(listed "$ROOT/.git/worktrees")" "git's metadata of trees"
assert_eq "${COMMITS[-1]} spare " "$(listed "$ROOT/.git/git-sync/manifests")" "manifests"
assert_eq 1 "$(listed "$ROOT/.git/git-sync/spare" | wc -w)" "spares"
for name in $(listed "$ROOT/.git/git-sync"); do
  case $name in
    packs | depth | garbage | manifests | spare) ;;
    *) fail "left over: .git/git-sync/$name" ;;
  esac
done
assert_eq "" "$(find "$ROOT/.git" -name '*.lock' -o -name '*.new.*' -o -name 'new.*' -o -name 'tmp_*')" "half-made files"
