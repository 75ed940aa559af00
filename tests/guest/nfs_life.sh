#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The life of a root on NFS: first sync, updates, restarts, pruning, repair, one-time runs, by NFSv4.2 and 3, with and without root, while another machine reads; files that are open while their tree goes.
# timeout: 900
source "$(dirname "$0")/lib.sh"

# Readers remember names for a second, and have five for a look.
STALE=5s WAIT=60
prepare_source
export_volume squashed root_squash
export_volume trusting no_root_squash
n=0
for words in squashed:vers=4.2 trusting:vers=3; do
  scenario "the life of a root on NFS: $words"
  volume=${words%%:*} options=${words#*:}
  mount_client "$volume" "writer$((++n))" "$options"
  ROOT=$VOLUME/root$n
  mount_client "$volume" "reader$n" "ro,actimeo=1,$options"
  READERS=$VOLUME/root$n
  life "$READERS"
  assert_no_log 'error syncing'

  scenario "what is open keeps an old tree from going, and nothing waits for it: $words"
  ROOT=$T/mounts/writer$n/held
  held_open
done
