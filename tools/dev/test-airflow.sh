#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# ./dev test-airflow [NAME…]     the image beside real Airflow, wired as in the charts' pods
#
# Runs the tests of tests/airflow (or those named) with Docker and Airflow from PyPI. GITSYNC_IMAGE
# names the image (else it is built), AIRFLOW_VERSIONS the releases ("3.2.2=2026-06-10 …": release
# and the day whose newest packages it is installed with).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tools/dev/docker.sh
. tests/airflow/images.sh

docker_up
if [ -z "${GITSYNC_IMAGE:-}" ]; then
  export GITSYNC_IMAGE=git-sync:dev
  tools/dev/image.sh "$GITSYNC_IMAGE" 2>&1 | tail -n 1
fi
for version in $AIRFLOW_VERSIONS; do airflow_image "$version" 2>/dev/null; done
scripts=()
for name in "${@:-walkthroughs secrets outages objects}"; do
  for word in $name; do scripts+=("tests/airflow/$word.sh"); done
done
bash tests/container/run.sh "${scripts[@]}"
