#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# During fast updates, which take the trees before them apart, a reader never misses the link and never sees files
# of two commits as one tree; a folder that it has opened only loses entries, whatever is published since.
# engine_reader_500.sh has more updates.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/engines.sh"
source "$E2E_LIB/numbered.sh"

UPDATES=${UPDATES:-60}
scenario "each tree is made out of the one before the last"
make_numbered spare "$UPDATES"
over file spare
use_http
start_follower spare "${OVER[@]}" --ref=main "${HTTP_FLAGS[@]}"
await_followers "${COMMITS[0]}"
inode=$(stat -c %i "$D/spare/link/d/same0")
start_numbered_readers "$D/spare/link" 2
for commit in "${COMMITS[@]:1}"; do
  git -C "$REPO" update-ref refs/heads/main "$commit"
  sync_followers "$commit"
done
stop_numbered_readers
assert_eq "$inode" "$(stat -c %i "$D/spare/link/d/same0")" "the inode of a file that never changes"
assert_metric 'git_sync_engine_steps_total{engine="git",step="build"}' 0
assert_metric 'git_sync_engine_steps_total{engine="native",step="build"}' "$UPDATES"
has_spare() { [[ $(ls "$D/spare/.git/git-sync/spare") ]]; }
wait_for 10 has_spare
assert_clean_tree "$REPO" "${COMMITS[-1]}" "$D/spare/link"
stop_gitsync
assert_no_log '"failCount"'

scenario "the same, polling, and with trees that are kept for a while"
make_numbered kept "$UPDATES"
start_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --period=10ms --stale-worktree-timeout=300ms
wait_for 20 link_is "$ROOT/link" "${COMMITS[0]}"
start_numbered_readers "$ROOT/link" 1
for commit in "${COMMITS[@]:1}"; do
  git -C "$REPO" update-ref refs/heads/main "$commit"
  wait_for 20 link_is "$ROOT/link" "$commit"
done
stop_numbered_readers
assert_clean_tree "$REPO" "${COMMITS[-1]}" "$ROOT/link"
