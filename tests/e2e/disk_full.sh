#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A full disk: no space and no inodes, at the first sync, at an update and at a restart. What is
# published stays whole, the error says why, nothing half-made is kept, and it goes on by itself
# when there is room again.
if [[ ${1:-} != in-namespace ]]; then
  unshare --mount true 2>/dev/null || { echo "SKIPPED: the kernel refuses a mount namespace" && exit 77; }
  exec unshare --mount bash "$0" in-namespace
fi
source "$(dirname "$0")/lib/e2e.sh"

need_commands mkfs.ext4 mount
MOUNTS=()
on_exit() {
  local mount
  for mount in ${MOUNTS[@]+"${MOUNTS[@]}"}; do umount -l "$mount"; done
}
# small_disk <directory> <megabytes> [mkfs options…]: mounts an ext4 image there.
small_disk() {
  local directory=$1 image=$D/image.${#MOUNTS[@]} size=$2
  shift 2
  mkdir -p "$directory"
  truncate -s "${size}M" "$image"
  PATH=$PATH:/usr/sbin mkfs.ext4 -q -F -m 0 -O ^has_journal "$@" "$image"
  mount -o loop "$image" "$directory" 2>/dev/null || skip "the kernel refuses a loop mount"
  MOUNTS+=("$directory")
}
# exact_disk <directory> <megabytes>: one that is full to the last page, without reserves.
exact_disk() {
  mkdir -p "$1"
  mount -t tmpfs -o "size=${2}m" none "$1"
  MOUNTS+=("$1")
}
# fill <directory>: takes every byte there, also those that become free, until stop_filling.
fill() {
  # One process, so that none is left to make the file again once it is removed.
  spawn "$T/log/filler" "$PYTHON" -c '
import sys, time
while True:
    try:
        with open(sys.argv[1], "ab", buffering=0) as file:
            while True:
                file.write(bytes(1 << 16))
    except OSError:
        time.sleep(0.005)' "$1/filler"
  FILLER=$SPAWNED
  no_room() { ! { head -c 2k /dev/zero >"$1/probe"; } 2>/dev/null; }
  wait_for 10 no_room "$1"
}
stop_filling() { # <directory>
  stop_process "$FILLER" KILL
  rm -f "$1/filler" "$1/probe"
}
# goes_on: with room again the commit that did not fit is published.
goes_on() {
  stop_filling "$D/disk"
  wait_for 60 link_is "$ROOT/link" "$HASH"
  assert_published "$HASH"
  stop_gitsync
}
big_commit() { # <megabytes>
  head -c "$1M" /dev/urandom >"$REPO/big"
  commit_all "$REPO"
}
use_http
kError='git_sync_count_total{status="error"}'
follow() {
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms \
    --max-failures=-1 "${HTTP_FLAGS[@]}" "$@"
  wait_for 20 http_status_is /metrics 200
}
assert_published() { # <hash>
  assert_link_hash "$ROOT/link" "$1"
  assert_clean_tree "$REPO" "$1" "$ROOT/link"
}
# assert_refused: two more passes fail with a message that names the reason.
assert_refused() {
  wait_for 60 metric_at_least "$kError" $(($(metric "$kError") + 2))
  assert_log '"hint":"the disk that holds --root is full'
  is_running "$GITSYNC_PID" || fail "git-sync ended"
}

scenario "a first sync that does not fit: one clear error, exit 1, no link"
cause disk
small_disk "$D/disk" 8
ROOT=$D/disk/root
make_repo first
small=$HASH
big_commit 12
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --error-file="$D/error"
assert_status 1
assert_no_file "$ROOT/link"
assert_log "No space left on device"
assert_file_contains "$D/error" "No space left on device"
assert_log_json
git -C "$REPO" reset -q --hard "$small"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
assert_status 0
assert_published "$small"

for lack in space inodes; do
  scenario "an update that does not fit (no $lack): the old tree stays, the next commit that fits comes"
  cause disk
  options=()
  [[ $lack == space ]] || options=(-N 256)
  small_disk "$D/disk" 16 ${options[@]+"${options[@]}"}
  ROOT=$D/disk/root
  make_repo "update-$lack"
  old=$HASH
  follow
  wait_for 20 link_is "$ROOT/link" "$HASH"
  if [[ $lack == space ]]; then
    big_commit 12
  else
    mkdir "$REPO/many"
    for n in {1..300}; do echo "$n" >"$REPO/many/$n"; done
    commit_all "$REPO"
  fi
  assert_refused
  assert_published "$old"
  stays_true 1 link_is "$ROOT/link" "$old"
  git -C "$REPO" reset -q --hard "$old"
  commit_file "$REPO" file "fits again"
  wait_for 60 link_is "$ROOT/link" "$HASH"
  assert_published "$HASH"
  wait_passes 2
  assert_eq "$HASH" "$(ls -A "$ROOT/.worktrees")" "entries of .worktrees"
  assert_eq "" "$(find "$ROOT/.git/objects" -name 'tmp_*')" "half-made objects"
  stop_gitsync # du fails when a file vanishes under it
  used=$(du -sk "$ROOT" | cut -f1)
  ((used < 2048)) || fail "$used KiB are still used: $(du -ak "$ROOT" | sort -n | tail -n 5)"
  assert_log_json
done

scenario "somebody else fills the disk: it waits; when there is room again, it goes on"
cause disk
exact_disk "$D/disk" 8
ROOT=$D/disk/root
make_repo filled
follow --error-file=error --touch-file=touch
wait_for 20 link_is "$ROOT/link" "$HASH"
old=$HASH
fill "$D/disk"
commit_file "$REPO" file "does not fit"
assert_refused
assert_published "$old"
goes_on

scenario "a restart on a full disk: nothing that was published is lost"
cause disk
old=$HASH
exact_disk "$D/disk" 8
ROOT=$D/disk/root
follow
wait_for 20 link_is "$ROOT/link" "$HASH"
stop_gitsync KILL
fill "$D/disk"
follow
wait_passes 2 60
assert_published "$old"
commit_file "$REPO" file "after the restart"
assert_refused
assert_published "$old"
goes_on

scenario "no room for temporary files: one clear error and exit 1"
cause disk
exact_disk "$D/disk" 4
fill "$D/disk"
TMPDIR=$D/disk run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
assert_status 1
assert_log "No space left on device"
assert_log '"hint"'
assert_log_json
