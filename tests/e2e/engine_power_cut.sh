#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The power goes at a random system call of a first sync or of an update: the file system forgets what was not
# flushed (the shutdown of xfs_io, without its log) and is mounted again under another boot id. What is published is
# the old or the new commit; it is whole before the server is back; then the new one comes, and all is sound.
# engine_power_cut_100.sh has more moments.
if [[ ${1:-} != in-namespace ]]; then
  unshare --mount true 2>/dev/null || { echo "SKIPPED: the kernel refuses a mount namespace" && exit 77; }
  exec unshare --mount bash "$0" in-namespace
fi
# timeout: 900
# release only
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/engines.sh"
source "$E2E_LIB/numbered.sh"
source "$E2E_LIB/kill_at.sh"
need_commands strace xfs_io mkfs.xfs mkfs.ext4

MOMENTS=${MOMENTS:-4}
MORE=10 # at the most, while by chance all came behind the flip
RANDOM=${SEED:=$$}
printf 'SEED=%s\n' "$SEED"
on_exit() { umount -l "$T/disk" /proc/sys/kernel/random/boot_id 2>/dev/null || true; }
mkdir "$T/disk"
boot() { # <file system>: mounts the disk as the machine would that comes up again
  "$PYTHON" -c 'import uuid; print(uuid.uuid4())' >"$T/boot_id"
  umount /proc/sys/kernel/random/boot_id 2>/dev/null || true
  mount --bind "$T/boot_id" /proc/sys/kernel/random/boot_id
  mount -t "$1" -o loop "$T/$1.img" "$T/disk"
}
make_disk() { # <file system>
  truncate -s 320M "$T/$1.img"
  "mkfs.$1" -q "$T/$1.img"
  boot "$1" 2>/dev/null || skip "the kernel refuses a mount"
}
# Nothing that was not flushed survives.
cut_power() { # <file system>
  xfs_io -x -c shutdown "$T/disk"
  kill -KILL "${FOLLOWERS[root]}" 2>/dev/null || true
  wait_for 20 is_gone "${FOLLOWERS[root]}"
  wait_for 20 umount "$T/disk"
  boot "$1"
}

follow() {
  start_gitsync --root="$ROOT" --link=link --sync-on-signal=SIGHUP --period=30s --max-failures=-1 \
    --sync-timeout="$((300 * E2E_TIME_FACTOR))s" "${OVER[@]}" --ref=main --engine=auto -v 3
  FOLLOWERS[root]=$GITSYNC_PID
}
push() {                                                    # <commit>
  git -C "$REPO" update-ref refs/heads/main "$1"
  kill -HUP "${FOLLOWERS[root]}"
}
published_or_dead() { is_gone "${FOLLOWERS[root]}" || link_is "$ROOT/link" "$1"; }
assert_sound() { # <commit>
  wait_for 30 link_is "$ROOT/link" "$1"
  wait_for 30 log_has '"updated successfully"'
  wait_for 30 is_pausing # nothing is removed any more
  assert_clean_tree "$REPO" "$1" "$ROOT/link"
  assert_eq "" "$(git -C "$ROOT/link" status --porcelain)" "git status"
  git -C "$ROOT" fsck --no-progress --no-dangling 2>&1 | grep -v '^notice: ' >"$D/fsck" || true
  assert_file_eq "$D/fsck" ""
}
# While the server is away: whatever is published, is whole.
assert_whole_without_server() { # <hash>
  mv "$REPO" "$REPO.away"
  follow
  wait_for 60 log_has '"failCount":1'
  mv "$REPO.away" "$REPO"
  assert_link_hash "$ROOT/link" "$1"
  assert_clean_tree "$REPO" "$1" "$ROOT/link"
  stop_gitsync
}

# A process in a new root that has found no server yet, which is there now.
begin_first() {
  rm -rf "$ROOT"
  mv "$REPO" "$REPO.away"
  follow
  wait_for 30 log_has '"failCount":1'
  mv "$REPO.away" "$REPO"
}

for volume in xfs ext4; do
  scenario "$volume: what a first sync and an update call"
  ROOT=$T/disk/root
  make_numbered "power-$volume" "$((2 * MOMENTS + MORE + 4))"
  over file "power-$volume"
  make_disk "$volume"
  next=0
  begin_first
  watch_calls "${FOLLOWERS[root]}"
  push "${COMMITS[++next]}"
  wait_for 30 log_has '"updated successfully"'
  wait_for 10 is_pausing
  keep_calls "$T/first.calls"
  stop_process "$STRACE"
  watch_calls "${FOLLOWERS[root]}"
  push "${COMMITS[++next]}"
  wait_for 30 link_is "$ROOT/link" "${COMMITS[next]}"
  wait_for 10 is_pausing
  keep_calls "$T/update.calls"
  stop_process "$STRACE"
  stop_gitsync
  wc -l "$T/first.calls" "$T/update.calls"

  scenario "$volume: in a first sync"
  ROOT=$T/disk/root
  for ((moment = 1; moment <= MOMENTS; moment++)); do
    begin_first
    kill_at_one_of "$T/first.calls" "${FOLLOWERS[root]}"
    E2E_SCENARIO="$volume: in first sync $moment, $MOMENT"
    push "${COMMITS[++next]}"
    wait_for 30 published_or_dead "${COMMITS[next]}"
    cut_power "$volume"
    stop_process "$STRACE"
    shown=$(link_hash "$ROOT/link" || true)
    printf '%s: %s\n' "$MOMENT" "${shown:-nothing}"
    [[ -z $shown || $shown == "${COMMITS[next]}" ]] || fail "published is $shown"
    [[ -z $shown ]] || assert_whole_without_server "$shown"
    follow
    assert_sound "${COMMITS[next]}"
    stop_gitsync
  done

  scenario "$volume: in an update"
  ROOT=$T/disk/root
  follow
  wait_for 30 log_has '"updated successfully"'
  OLD_SHOWN=0 NEW_SHOWN=0
  for ((moment = 1; moment <= MOMENTS || (OLD_SHOWN == 0 && moment <= MOMENTS + MORE); moment++)); do
    old=${COMMITS[next]} new=${COMMITS[++next]}
    # What came before is on the disk since long, as in most lives.
    sync -f "$ROOT"
    kill_at_one_of "$T/update.calls" "${FOLLOWERS[root]}"
    E2E_SCENARIO="$volume: in update $moment, $MOMENT"
    push "$new"
    wait_for 30 published_or_dead "$new"
    cut_power "$volume"
    stop_process "$STRACE"
    shown=$(link_hash "$ROOT/link")
    printf '%s: %s\n' "$MOMENT" "$shown"
    case $shown in
      "$old") OLD_SHOWN=$((OLD_SHOWN + 1)) ;;
      "$new") NEW_SHOWN=$((NEW_SHOWN + 1)) ;;
      *) fail "published is $shown, neither $old nor $new" ;;
    esac
    assert_whole_without_server "$shown"
    follow
    assert_sound "$new"
  done
  printf '%s old, %s new\n' "$OLD_SHOWN" "$NEW_SHOWN"
  ((OLD_SHOWN > 0)) || fail "no update was interrupted"
  stop_gitsync
  umount "$T/disk"
done
