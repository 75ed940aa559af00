#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# On a volume on which each call is a round trip, several are on their way at once: files and folders of a first sync
# are made, old files are looked at and copied, and old trees removed, side by side; with a width of 1 one by one.
if [[ ${1:-} != in-namespace ]]; then
  unshare --mount true 2>/dev/null || { echo "SKIPPED: the kernel refuses a mount namespace" && exit 77; }
  exec unshare --mount bash "$0" in-namespace
fi
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/volume.sh"
[[ ${E2E_ENGINE:-auto} != git ]] || skip "git writes the files"

make_repo app
for folder in {1..40}; do
  mkdir -p "$REPO/d$((folder % 5))/e$folder"
  for file in {1..8}; do echo "$folder $file" >"$REPO/d$((folder % 5))/e$folder/f$file"; done
done
commit_all "$REPO" many
mount_volume shared
next_commit() {
  echo "text$RANDOM" >"$REPO/d1/e1/f1"
  commit_all "$REPO" next
}
# The kernel remembers what it was told for as long as on NFS.
slow() { set_volume shared "delay=${DELAY:-6000}" cache=3; } # microseconds
one_time() {
  slow
  run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time "$@"
  assert_status 0
}
shows() {
  set_volume shared
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
}
# Operations of which several were on their way together. One by one it is never more than one; how many more than
# two there are depends on who gets a processor.
at_once() { # <operation>…
  local operation seen
  for operation; do
    seen=$(volume_count shared "$operation-at-once")
    ((seen >= 2)) || fail "only $seen x $operation at once"
  done
}

scenario "a first sync makes files and folders side by side"
ROOT=$VOLUME/root
one_time
at_once create mkdir
shows

scenario "an update that copies does so side by side, and removes the old tree so"
ROOT=$VOLUME/root
next_commit
one_time
at_once create setattr unlink
shows

scenario "an update out of the spare looks at the old files side by side"
ROOT=$VOLUME/root
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms --stale-worktree-timeout=0s
for _ in 1 2; do # by then there is a spare
  next_commit
  wait_for 30 link_is "$ROOT/link" "$HASH"
done
has_spare() { [[ -e $ROOT/.git/git-sync/manifests/spare ]]; }
wait_for 30 has_spare
slow
next_commit
wait_for 60 link_is "$ROOT/link" "$HASH"
at_once lookup
shows
stop_gitsync

scenario "with a width of one, all that is one by one"
ROOT=$VOLUME/narrow DELAY=300
one_time --write-concurrency=1
next_commit
one_time --write-concurrency=1
for operation in create mkdir unlink; do
  assert_eq 1 "$(volume_count shared "$operation-at-once")" "$operation at once"
done
shows
