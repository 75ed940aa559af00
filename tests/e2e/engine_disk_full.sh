#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The disk fills up at ever other places of a native build: the old tree stays whole, nothing half-made is kept,
# and with room again the new one comes, whole. disk_full.sh has what else a full disk means.
if [[ ${1:-} != in-namespace ]]; then
  unshare --mount true 2>/dev/null || { echo "SKIPPED: the kernel refuses a mount namespace" && exit 77; }
  exec unshare --mount bash "$0" in-namespace
fi
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/engines.sh"

on_exit() { umount -l "$T/disk" 2>/dev/null || true; }
mkdir "$T/disk"
mount -t tmpfs -o size=8m none "$T/disk" 2>/dev/null || skip "the kernel refuses a mount"

# A commit whose objects are small and whose files are not: 40 of 32 KiB in ten folders.
commit_files() { # <text>
  "$PYTHON" - "$REPO" "$1" <<'SCRIPT'
import os
import sys
for i in range(40):
    path = os.path.join(sys.argv[1], f"folder{i // 4}", f"file{i % 4}")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write((f"{sys.argv[2]} {i}\n" * 32768)[:32768])
SCRIPT
  commit_all "$REPO"
}
# leave <KiB>: fills the disk but for so much.
leave() {
  local free
  free=$(df --output=avail -k "$T/disk" | tail -n 1)
  ((free <= $1)) || head -c "$((free - $1))k" /dev/zero >"$T/disk/filler"
}
failed() { (($(log_count '"failCount"') > failures)) || is_gone "$GITSYNC_PID"; }
published_or_failed() { link_is "$ROOT/link" "$HASH" || failed; }
assert_published() { # <hash>
  assert_link_hash "$ROOT/link" "$1"
  assert_clean_tree "$REPO" "$1" "$ROOT/link"
}
# A failed pass makes room, which another one may find enough: then it is the new tree.
assert_whole() { # <old>
  local shown
  freeze_gitsync
  shown=$(link_hash "$ROOT/link")
  [[ $shown == "$1" || $shown == "$HASH" ]] || fail "published is $shown, neither $1 nor $HASH"
  assert_published "$shown"
  thaw_gitsync
}

scenario "an update finds so much room"
ROOT=$T/disk/root
make_repo full
commit_files start
use_http
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=50ms --max-failures=-1 "${HTTP_FLAGS[@]}"
wait_for 20 link_is "$ROOT/link" "$HASH"
refused=0 fitted=0
# By steps of two pages around what such an update takes.
for room in 64 256 512 1024 1280 $(seq 1288 8 1408); do
  E2E_SCENARIO="an update finds $room KiB of room"
  old=$HASH
  wait_passes 2
  leave "$room"
  failures=$(log_count '"failCount"')
  commit_files "room $room"
  wait_for 30 published_or_failed
  if link_is "$ROOT/link" "$HASH"; then
    fitted=$((fitted + 1))
  else
    refused=$((refused + 1))
    assert_whole "$old"
    assert_log "No space left on device"
    wait_passes 2
    assert_whole "$old"
    rm -f "$T/disk/filler"
    wait_for 30 link_is "$ROOT/link" "$HASH"
  fi
  rm -f "$T/disk/filler"
  assert_published "$HASH"
  assert_eq "" "$(git -C "$ROOT/link/" status --porcelain)" "git status"
  wait_passes 2
  assert_eq "$HASH" "$(ls -A "$ROOT/.worktrees")" "entries of .worktrees"
done
printf '%s updates did not fit\n' "$refused"
((refused >= 8 && fitted >= 2)) || fail "only $refused updates met a full disk, and $fitted did not"
assert_metric 'git_sync_engine_steps_total{engine="git",step="build"}' 0
is_running "$GITSYNC_PID" || fail "git-sync ended"
git -C "$ROOT" fsck --no-progress --no-dangling 2>&1 | grep -v '^notice: ' >"$D/fsck" || true
assert_file_eq "$D/fsck" ""
stop_gitsync
assert_log_json
