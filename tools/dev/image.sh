#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# ./dev image [TAG]          build the container image, by default git-sync:dev
#
# BASE names the Debian image to build on; without it one is made with debootstrap, from RELEASE
# (default trixie), and the build uses this machine's package sources.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tools/dev/docker.sh

docker_up
tag=${1:-git-sync:dev}
version=(--build-arg "VERSION=$(cat VERSION)")
if [ -n "${BASE:-}" ]; then
  docker_build --network host --build-arg "BASE=$BASE" "${version[@]}" \
    -f deploy/image/Dockerfile -t "$tag" .
else
  build_on_debian "${RELEASE:-trixie}" deploy/image/Dockerfile "$tag" "${version[@]}"
fi
docker image inspect --format "$tag: {{.Size}} bytes, {{.Id}}" "$tag"
