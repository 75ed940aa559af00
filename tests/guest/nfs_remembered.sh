#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A writer goes by what another machine has published, although its own machine remembers the names on NFS for
# long: else it would build over the tree that is shown, or take an old link for the present one.
source "$(dirname "$0")/lib.sh"

WAIT=90
prepare_source
export_volume shared no_root_squash
one_publishes() {
  ROOT=$T/mounts/one-$words/both
  one_time
  assert_status 0
  assert_link_hash "$VOLUME_FOLDER/$words/both/link" "$HASH"
}
is_published() { link_is "$VOLUME_FOLDER/$words/both/link" "$HASH"; }
remembers() { assert_eq "$1" "$(link_hash "$T/mounts/two-$words/both/link")" "what the second one remembers"; }
for words in vers=4.2 vers=3; do
  scenario "a writer sees that another one has published: $words"
  mkdir "$VOLUME_FOLDER/$words"
  for client in one two; do mount_client "shared/$words" "$client-$words" "$words,actimeo=600"; done
  next_commit
  one_publishes
  ROOT=$T/mounts/two-$words/both
  STALE=0s PERIOD=10s follow --verbose=3
  wait_for "$WAIT" log_has '"updated successfully"'
  freeze_gitsync
  FOLLOWER=$GITSYNC_PID FOLLOWER_RUN=$RUN FOLLOWER_LOG=$LOG OLD=$HASH
  next_commit
  one_publishes
  remembers "$OLD"
  GITSYNC_PID=$FOLLOWER RUN=$FOLLOWER_RUN LOG=$FOLLOWER_LOG
  thaw_gitsync
  wait_for "$WAIT" log_has "\"local\":\"$HASH\""
  assert_no_log "\"local\":\"$OLD\",\"remote\":\"$HASH\""
  assert_no_log 'building worktree'

  # Where the server has gone back meanwhile, what is remembered is just what is wanted.
  freeze_gitsync
  next_commit
  one_publishes
  step_back "$REPO"
  remembers "$HASH"
  GITSYNC_PID=$FOLLOWER RUN=$FOLLOWER_RUN LOG=$FOLLOWER_LOG
  thaw_gitsync
  wait_for "$WAIT" is_published
  assert_clean_tree "$REPO" "$HASH" "$VOLUME_FOLDER/$words/both/link"
  stop_gitsync
  unmount_clients
done
