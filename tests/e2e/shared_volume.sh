#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A root on a shared volume: whatever NFS, EFS, SMB and CephFS refuse or delay, the whole life of a root goes on there:
# first sync, updates, restarts, pruning, repair, one-time runs. Several writers and readers share a volume. The same
# on tmpfs, overlay and XFS.
if [[ ${1:-} != in-namespace ]]; then
  unshare --mount true 2>/dev/null || { echo "SKIPPED: the kernel refuses a mount namespace" && exit 77; }
  exec unshare --mount bash "$0" in-namespace
fi
# timeout: 900
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/volume.sh"
[[ ${E2E_ENGINE:-auto} != git ]] || skip "git itself fails where modes cannot be changed"

make_repo app
NUMBER=0
next_commit() { commit_uniform "$REPO" "text$((++NUMBER))"; }
SOURCE=("--repo=file://$REPO" --link=link --max-failures=-1 --stale-worktree-timeout=2s)
follow() { start_gitsync "${SOURCE[@]}" --root="$ROOT" --period=100ms "$@"; }
one_time() { run_gitsync "${SOURCE[@]}" --root="$ROOT" --one-time --max-failures=0; }
shows() { link_is "$ROOT/link" "$HASH" && assert_clean_tree "$REPO" "$HASH" "$ROOT/link"; }
trees() { find "$ROOT/.worktrees" -mindepth 1 -maxdepth 1 ! -name '.nfs*' | wc -l; }
is_alone() { (($(trees) == 1)); }

# life <folder of readers>: the whole life of $ROOT, which readers see at another place, or the same.
life() {
  next_commit
  follow
  wait_for 30 link_is "$ROOT/link" "$HASH"
  shows
  start_reader "$1/link"
  for _ in 1 2 3; do
    next_commit
    wait_for 30 link_is "$ROOT/link" "$HASH"
    shows
  done
  wait_for 30 is_alone
  stop_gitsync
  follow
  wait_for 30 log_has '"updated successfully"'
  assert_no_log '"building worktree"'
  next_commit
  wait_for 30 link_is "$ROOT/link" "$HASH"
  shows
  stop_gitsync
  stop_reader
  # Somebody damages what is published; then a one-time run repairs it, and another one updates.
  rm "$ROOT/link/u3"
  echo edited >"$ROOT/link/u4"
  one_time
  assert_status 0
  shows
  next_commit
  one_time
  assert_status 0
  shows
  wait_for 10 is_alone_after_one_more
  [[ -z $(find "$ROOT" -name '.new.*' -o -name '.aside.*' -o -name '.git-sync.aside') ]] || fail "something is left"
}
is_alone_after_one_more() { # a tree is removed by a pass after its time
  is_alone || { one_time && is_alone; }
}

mount_volume shared
READERS=$VOLUME
mount_client shared writer
n=0
for words in "silly no-types" "link=EPERM" "link=EOPNOTSUPP rename-flags=EINVAL" "link-delay=3000" \
  "chmod=EPERM chown=EPERM sync-folder=EINVAL" "chmod=EACCES squash" "lock=ENOLCK" "stale=2" "handles cache=1" \
  "delay=300" "silly no-types link=EPERM chmod=EPERM chown=EPERM lock=ENOLCK rename-flags=EINVAL squash"; do
  scenario "the life of a root where the volume says: $words"
  set_volume writer "$words"
  ROOT=$T/mounts/writer/root$((++n))
  life "$READERS/root$n"
  if [[ $words == lock=ENOLCK ]]; then
    assert_eq 1 "$(log_count 'this volume has no locks')" "how often it is said"
  fi
done

scenario "what a reader has open keeps an old tree from going, and nothing waits for it"
set_volume writer silly
ROOT=$T/mounts/writer/held
next_commit
follow --stale-worktree-timeout=0s
wait_for 30 link_is "$ROOT/link" "$HASH"
exec {OPEN}<"$ROOT/link/u0"
TEXT=text$NUMBER
# Only what this client has open is renamed, as on NFS; not what another client has.
for _ in 1 2 3; do
  next_commit
  wait_for 30 link_is "$ROOT/link" "$HASH"
done
shows
assert_eq "$TEXT" "$(cat <&"$OPEN")" "what the reader has open"
[[ -n $(find "$ROOT" -name '.nfs*') ]] || fail "the volume was not silly"
assert_no_log 'error syncing'
exec {OPEN}<&-
nothing_is_left() { [[ -z $(find "$ROOT" -name '.nfs*' -o -name '.git-sync.aside' -o -name '.aside.*') ]]; }
next_commit
wait_for 30 link_is "$ROOT/link" "$HASH"
wait_for 30 nothing_is_left
stop_gitsync

scenario "an archive on the worst of volumes"
set_volume writer silly no-types link=EPERM chmod=EPERM lock=ENOLCK rename-flags=EINVAL stale=2 squash
SITE=$D/site ROOT=$T/mounts/writer/archive
mkdir "$SITE"
WEB_PORT=$(free_port)
spawn "$T/log/web.log" "$PYTHON" "$E2E_LIB/servers/file_server.py" "$WEB_PORT" "$SITE"
wait_for 20 port_is_listening "$WEB_PORT"
put() {
  git -C "$REPO" archive -o "$SITE/new.tar.gz" HEAD
  mv "$SITE/new.tar.gz" "$SITE/dags.tar.gz"
}
has() { [[ $(cat "$ROOT/link/u0" 2>/dev/null) == "text$NUMBER" ]]; }
ARCHIVE=("--repo=http://127.0.0.1:$WEB_PORT/dags.tar.gz" --link=link "--root=$ROOT")
next_commit && put
start_gitsync "${ARCHIVE[@]}" --period=100ms --max-failures=-1 --stale-worktree-timeout=2s
wait_for 30 has
start_reader "$READERS/archive/link"
for _ in 1 2 3; do
  next_commit && put
  wait_for 30 has
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
done
stop_gitsync
stop_reader
start_gitsync "${ARCHIVE[@]}" --period=100ms --max-failures=-1
wait_for 30 log_has '"updated successfully"'
assert_no_log '"building worktree"'
stop_gitsync
echo edited >"$ROOT/link/u4"
run_gitsync "${ARCHIVE[@]}" --one-time
assert_status 0
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"

scenario "two machines write one root, others read it, and a third machine has a root beside it"
set_volume writer silly handles
mount_client shared second silly handles
for n in 1 2 3; do mount_client shared "reader$n" handles "cache=0.$n"; done
ROOT=$T/mounts/writer/both
next_commit
SOURCE+=(--stale-worktree-timeout=30s)
follow
FIRST=$GITSYNC_PID FIRST_LOG=$LOG
wait_for 30 link_is "$ROOT/link" "$HASH"
ROOT=$T/mounts/second/both
follow
SECOND_LOG=$LOG
ROOT=$T/mounts/second/beside
follow
READER_PIDS=() REPORTS=()
for n in 1 2 3; do
  start_reader "$T/mounts/reader$n/both/link"
  READER_PIDS+=("$READER_PID") REPORTS+=("$READER_REPORT")
done
for _ in 1 2 3 4 5 6 7 8; do
  next_commit
  for name in writer/both second/both second/beside; do
    wait_for 30 link_is "$T/mounts/$name/link" "$HASH"
    assert_clean_tree "$REPO" "$HASH" "$T/mounts/$name/link"
  done
done
for n in 0 1 2; do
  READER_PID=${READER_PIDS[n]} READER_REPORT=${REPORTS[n]}
  stop_reader
done
is_running "$FIRST" || fail "the first one has ended"
for LOG in "$FIRST_LOG" "$SECOND_LOG"; do
  assert_no_log 'error syncing'
  assert_no_log 'damaged'
done
stop_all_gitsync

mounted() { mount "$@" 2>/dev/null || skip "the kernel refuses a mount: $*"; }
SOURCE=("${SOURCE[@]:0:4}")
for kind in tmpfs overlay xfs; do
  scenario "the life of a root on $kind"
  PLACE=$T/mounts/$kind
  mkdir -p "$PLACE"
  case $kind in
    tmpfs) mounted -t tmpfs tmpfs "$PLACE" ;;
    overlay)
      mkdir -p "$T/mounts/tmpfs/"{lower,upper,work}
      mounted -t overlay overlay -o "lowerdir=$T/mounts/tmpfs/lower,upperdir=$T/mounts/tmpfs/upper,workdir=$T/mounts/tmpfs/work" "$PLACE"
      ;;
    xfs)
      need_commands mkfs.xfs
      truncate -s 320M "$D/xfs.img"
      mkfs.xfs -q -m reflink=1 "$D/xfs.img"
      mounted -o loop "$D/xfs.img" "$PLACE"
      ;;
  esac
  ROOT=$PLACE/root
  life "$ROOT"
done
