#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# ./dev test-kubernetes [NAME…]  the manifests and the image on the cluster of KUBECONFIG
#
# Runs the tests of tests/kubernetes (or those named), which tests/kubernetes/lib.sh describes. The
# images are built here; KUBE_LOAD is a command that copies the images named as its arguments to the
# cluster's nodes, for example "kind load docker-image". Without it the cluster must have them:
# then name them by GITSYNC_IMAGE, GIT_SERVER_IMAGE and AIRFLOW_IMAGE.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tools/dev/docker.sh
. tests/airflow/images.sh

[ -n "${KUBECONFIG:-}" ] || { echo "SKIPPED: KUBECONFIG names no cluster"; exit 77; }
names=("$@")
[ $# -gt 0 ] || names=(deployments probes airflow)

if [ -n "${KUBE_LOAD:-}" ]; then
  docker_up
  if [ -z "${GITSYNC_IMAGE:-}" ]; then
    export GITSYNC_IMAGE=git-sync:dev
    tools/dev/image.sh "$GITSYNC_IMAGE" 2>&1 | tail -n 1
  fi
  export GIT_SERVER_IMAGE=git-sync-test-git:dev
  build_on_debian bookworm tests/kubernetes/Dockerfile "$GIT_SERVER_IMAGE" >/dev/null 2>&1
  AIRFLOW_IMAGE=$(airflow_image "${AIRFLOW_VERSIONS%% *}" 2>/dev/null)
  export AIRFLOW_IMAGE
  read -ra load <<<"$KUBE_LOAD"
  "${load[@]}" "$GITSYNC_IMAGE" "$GIT_SERVER_IMAGE" "$AIRFLOW_IMAGE"
fi
scripts=()
for name in "${names[@]}"; do scripts+=("tests/kubernetes/$name.sh"); done
bash tests/container/run.sh "${scripts[@]}"
