#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# ./dev image [TAG]: builds the container image (default tag git-sync:dev). BASE names the Debian
# image to build on; without it one is made with debootstrap, from RELEASE (default trixie), and
# the build uses this machine's package sources.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tools/dev/docker.sh

docker_up
tag=${1:-git-sync:dev}
options=(--network host)
if [ -z "${BASE:-}" ]; then
  BASE=$(debian_base "${RELEASE:-trixie}")
  sources=$(mktemp --suffix=.sources)
  trap 'rm -f "$sources"' EXIT
  apt_sources "$BASE" "$sources"
  options+=(--secret "id=apt_sources,src=$sources")
fi
docker_build "${options[@]}" --build-arg "BASE=$BASE" --build-arg "VERSION=$(cat VERSION)" \
  -f deploy/image/Dockerfile -t "$tag" .
docker image inspect --format "$tag: {{.Size}} bytes, {{.Id}}" "$tag"
