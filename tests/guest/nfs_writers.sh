#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Two machines write one root on NFS by turns, a third root lies beside it, and other machines read. Names
# are remembered for as long as NFS does it by default, and for a second.
# timeout: 900
source "$(dirname "$0")/lib.sh"

WAIT=90
prepare_source
export_volume shared no_root_squash
for words in vers=4.2 vers=4.1,actimeo=1; do
  scenario "two machines write one root on NFS, others read it: $words"
  mkdir -p "$VOLUME_FOLDER/$words"
  for client in writer second reader1 reader2; do mount_client "shared/$words" "$client-$words" "$words"; done
  STALE=180s two_writers "$T/mounts/"{writer,second,reader1,reader2}"-$words"
done
