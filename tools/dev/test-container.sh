#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# ./dev test-container [NAME…]   the image in real containers: users, volumes, signals
#
# Builds the image, unless GITSYNC_IMAGE names one, and runs the tests of tests/container (or those
# named) with Docker. Exit status 77 where no Docker daemon can run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tools/dev/docker.sh

docker_up
if [ -z "${GITSYNC_IMAGE:-}" ]; then
  export GITSYNC_IMAGE=git-sync:dev
  tools/dev/image.sh "$GITSYNC_IMAGE" >"${TMPDIR:-/tmp}/git-sync-image.log" 2>&1 || {
    tail -n 40 "${TMPDIR:-/tmp}/git-sync-image.log"
    exit 1
  }
fi
scripts=()
for name in "$@"; do scripts+=("tests/container/$name.sh"); done
if [ $# = 0 ]; then
  for script in tests/container/*.sh; do
    case $script in */lib.sh | */pace.sh | */run.sh) ;; *) scripts+=("$script") ;; esac
  done
fi
bash tests/container/run.sh "${scripts[@]}"
