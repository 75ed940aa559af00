#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the named packages inside an image build: from the sources given as a build secret (in
# either of apt's formats), else from the base's own. Leaves no package list behind.
set -eu
export DEBIAN_FRONTEND=noninteractive
secret=/run/secrets/apt_sources
apt() { apt-get -q "$@"; }
if [ -s "$secret" ]; then
  parts=$(mktemp -d)
  if grep -q '^Types:' "$secret"; then format=sources; else format=list; fi
  ln -s "$secret" "$parts/machine.$format"
  chmod 755 "$parts"
  apt() { apt-get -q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$parts" "$@"; }
fi
apt update
apt install -y --no-install-recommends "$@"
apt clean
rm -rf /var/lib/apt/lists/*
