#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A shared volume that behaves as NFS, EFS, SMB and CephFS do at their worst: the FUSE file system of
# tests/support/volume, over a folder. Sourced after e2e.sh, by scripts that run in a mount namespace of their
# own (begin_in_namespace).
#
#   mount_volume NAME [WORD…]   mounts $T/volumes/NAME at $T/mounts/NAME: sets VOLUME, and VOLUME_FOLDER, which
#                               is the same without misbehaviour. Words are those of support/volume/behaviour.h
#   mount_client NAME CLIENT [WORD…]  the same folder once more, as another machine would: sets VOLUME
#   set_volume MOUNT [WORD…]    how the mount of that name (NAME, or CLIENT) behaves from now on
#   volume_count MOUNT KIND     how often an operation was asked for; KIND-at-once: how many of them were waiting
#                               together (with a delay), since the words were set
#   unmount_volume MOUNT

VOLUME_PROGRAM=$(dirname "$GITSYNC_BIN")/tests/support/volume/shared_volume

e2e_mount() { # <folder> <mount> [word…]
  [[ -c /dev/fuse ]] || skip "there is no /dev/fuse"
  [[ -x $VOLUME_PROGRAM ]] || skip "the shared volume was not built (libfuse3-dev)"
  VOLUME=$T/mounts/$2
  mkdir -p "$VOLUME"
  set_volume "${@:2}"
  spawn "$T/log/volume.$2.log" "$VOLUME_PROGRAM" "$1" "$VOLUME" "$T/mounts/$2.control" "$T/mounts/$2.counts"
  e2e_mounted() { mountpoint -q "$VOLUME" || is_gone "$SPAWNED"; }
  wait_for 10 e2e_mounted
  mountpoint -q "$VOLUME" || skip "no FUSE here: $(tail -n 1 "$T/log/volume.$2.log")"
}
mount_volume() {
  VOLUME_FOLDER=$T/volumes/$1
  mkdir -p "$VOLUME_FOLDER"
  chmod 777 "$VOLUME_FOLDER"
  e2e_mount "$VOLUME_FOLDER" "$@"
}
mount_client() { e2e_mount "$T/volumes/$1" "${@:2}"; }
set_volume() {
  printf '%s\n' "${*:2}" >"$T/mounts/$1.control.new"
  mv "$T/mounts/$1.control.new" "$T/mounts/$1.control"
}
volume_count() {
  [[ ! -e $T/mounts/$1/.counts ]]
  awk -v kind="$2" '$1 == kind { n = $2 } END { print n + 0 }' "$T/mounts/$1.counts"
}
unmount_volume() { umount "$T/mounts/$1" || umount -l "$T/mounts/$1"; }
on_exit() { # a script that needs one of its own calls this too
  local mount
  for mount in "$T"/mounts/*; do umount -l "$mount" 2>/dev/null || true; done
}
