#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No file names a package registry or mirror: a build takes the ones that its machine is set up for.
# Which names to look for comes from this machine's own package clients.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

hosts() {
  local tool
  apt-get indextargets --format '$(REPO_URI)' 2>/dev/null || true
  for tool in pip pip3; do "$tool" config list 2>/dev/null || true; done
  go env GOPROXY 2>/dev/null || true
  npm config get registry 2>/dev/null || true
  cat ~/.cargo/config.toml ~/.m2/settings.xml 2>/dev/null || true
}

mapfile -t names < <(hosts | grep -oE 'https?://[^/ "<,|]+' | sed -E 's|.*//||; s|.*@||; s|:[0-9]+$||' |
  grep -vE '^(localhost|127\..*|\[.*)$' | grep -F . | sort -u)
if ((${#names[@]} == 0)); then
  echo "SKIPPED: this machine's package clients name no host to look for"
  exit 77
fi
options=()
for name in "${names[@]}"; do options+=(-e "$name"); done
if git grep --untracked -InF "${options[@]}" -- . ':!LICENSE'; then
  echo "these lines name a registry of this machine"
  exit 1
fi
echo "none of ${#names[@]} registries is named"
