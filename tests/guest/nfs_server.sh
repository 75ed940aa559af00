#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The NFS server goes away in the middle of a pass, and comes back; the volume is withdrawn and given again.
# The pass ends, or is made again; what is published stays.
# timeout: 900
source "$(dirname "$0")/lib.sh"

STALE=5s WAIT=120
prepare_source --sync-timeout=60s
many_files() { # a commit that takes a while to write
  local i
  mkdir -p "$REPO"/d{0..59}
  for ((i = 0; i < 600; i++)); do echo "$1 $i" >"$REPO/d$((i % 60))/f$i"; done
  next_commit
}
is_building() { compgen -G "$VOLUME_FOLDER/$1/.worktrees/.new.*/d1/f*" >/dev/null; }
export_volume shared
for words in vers=4.2 vers=3; do
  mount_client shared "writer-$words" "$words"
  scenario "a server that is started again during a pass: $words"
  ROOT=$T/mounts/writer-$words/restarted-$words
  next_commit
  follow
  wait_for "$WAIT" link_is "$ROOT/link" "$HASH"
  many_files "$words"
  wait_for "$WAIT" is_building "restarted-$words"
  stop_nfs_server
  assert_file_eq /proc/fs/nfsd/threads 0
  start_nfs_server
  wait_for "$WAIT" link_is "$ROOT/link" "$HASH"
  shows
  next_commit
  wait_for "$WAIT" link_is "$ROOT/link" "$HASH"
  shows
  wait_for "$WAIT" is_alone
  stop_gitsync

  # A lock of NFSv3 that is given up while its volume is withdrawn stays on the server, as of another one
  # (docs/shared-volumes.md).
  [[ $words != vers=3 ]] || continue
  scenario "a volume that is withdrawn during a pass, and given again: $words"
  ROOT=$T/mounts/writer-$words/withdrawn-$words
  next_commit
  follow
  wait_for "$WAIT" link_is "$ROOT/link" "$HASH"
  many_files "again $words"
  wait_for "$WAIT" is_building "withdrawn-$words"
  SHOWN=$(readlink "$VOLUME_FOLDER/withdrawn-$words/link")
  unexport_volume shared
  wait_for "$WAIT" log_has 'error syncing'
  assert_eq "$SHOWN" "$(readlink "$VOLUME_FOLDER/withdrawn-$words/link")" "what the link shows meanwhile"
  assert_file "$VOLUME_FOLDER/withdrawn-$words/link/u0"
  export_volume shared
  wait_for "$WAIT" link_is "$ROOT/link" "$HASH"
  shows
  stop_gitsync
  follow
  wait_for "$WAIT" log_has '"updated successfully"'
  assert_no_log '"building worktree"'
  wait_for "$WAIT" is_alone
  wait_for "$WAIT" nothing_is_left
  stop_gitsync
done
