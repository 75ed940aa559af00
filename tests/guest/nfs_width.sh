#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The first sync of 2,000 small files on NFS, with a millisecond more a packet, 8 files at once and one
# by one. Prints how long they took, for docs/shared-volumes.md#width.
# timeout: 900
source "$(dirname "$0")/lib.sh"

RUN_LIMIT=300
prepare_source
mkdir "$REPO"/d{0..199}
for ((i = 0; i < 2000; i++)); do echo "file $i" >"$REPO/d$((i % 200))/f$i"; done
commit_all "$REPO"
export_volume shared
mount_client shared writer vers=4.2
slow_client writer "${NFS_DELAY:-1ms}"
now_ms() { local now=${EPOCHREALTIME/[.,]/} && printf '%s' "$((now / 1000))"; }
for width in 8 1 8 1; do
  scenario "a first sync with --write-concurrency=$width"
  ROOT=$VOLUME/$E2E_SCENARIO_NR
  began=$(now_ms)
  run_gitsync "${SOURCE[@]}" --root="$ROOT" --one-time --write-concurrency="$width"
  took=$(($(now_ms) - began))
  assert_status 0
  shows
  echo "measured: 2,000 files, ${NFS_DELAY:-1ms} a packet, --write-concurrency=$width: $took ms"
done
