#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the named packages inside an image build: from the sources given as a build secret (in
# either of apt's formats), else from the base's own. Leaves no package list behind.
#   apt.sh PACKAGE... [-- COMMAND...]    the command runs while apt still knows its sources
set -eu
export DEBIAN_FRONTEND=noninteractive
secret=/run/secrets/apt_sources
if [ -s "$secret" ]; then
  parts=$(mktemp -d)
  if grep -q '^Types:' "$secret"; then format=sources; else format=list; fi
  ln -s "$secret" "$parts/machine.$format"
  chmod 755 "$parts"
  export APT_CONFIG="$parts.conf"
  printf 'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "%s";\n' "$parts" >"$APT_CONFIG"
fi
packages=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  packages="$packages $1"
  shift
done
[ $# = 0 ] || shift
apt-get -q update
# shellcheck disable=SC2086 # words
apt-get -q install -y --no-install-recommends $packages
[ $# = 0 ] || "$@"
apt-get clean
rm -rf /var/lib/apt/lists/*
