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
source "$E2E_LIB/root_life.sh"
[[ ${E2E_ENGINE:-auto} != git ]] || skip "git itself fails where modes cannot be changed"

prepare_source

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
held_open

scenario "an archive on the worst of volumes"
set_volume writer silly no-types link=EPERM chmod=EPERM lock=ENOLCK rename-flags=EINVAL stale=2 squash
ROOT=$T/mounts/writer/archive
archive_life "$READERS/archive"

scenario "two machines write one root, others read it, and a third machine has a root beside it"
set_volume writer silly handles
mount_client shared second silly handles
for n in 1 2 3; do mount_client shared "reader$n" handles "cache=0.$n"; done
STALE=30s two_writers "$T/mounts/writer" "$T/mounts/second" "$T/mounts/reader"{1,2,3}

mounted() { mount "$@" 2>/dev/null || skip "the kernel refuses a mount: $*"; }
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
