#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Gets awscli, which the benchmark compares ours with, once, as a virtual environment in a cache
# folder. Prints the program; exits 77 with the reason on stderr.
#
#   awscli.sh            gets it if it is not there
#   awscli.sh --cached   only if it is there: for tests
#
# GITSYNC_AWSCLI names a program to use instead.
set -euo pipefail

version=1.45.11
cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/git-sync-dev
folder=$cache/awscli-$version
program=$folder/bin/aws

give_up() { printf 'awscli.sh: %s\n' "$*" >&2 && exit 77; }

if [[ -n ${GITSYNC_AWSCLI:-} ]]; then
  printf '%s\n' "$GITSYNC_AWSCLI"
  exit 0
fi
if [[ ! -e $folder/whole ]]; then
  [[ ${1:-} != --cached ]] || give_up "awscli is not there; tools/awscli.sh gets it"
  mkdir -p "$cache"
  exec 9>"$cache/awscli.lock"
  flock 9
fi
if [[ ! -e $folder/whole ]]; then
  printf 'awscli.sh: getting awscli %s (once)\n' "$version" >&2
  # Made where it stays: its scripts name their own place. And without pip of its own, which Debian
  # has in one more package.
  python3 -m venv --clear --without-pip "$folder" >&2 || give_up "no awscli: python3 makes no virtual environment"
  python3 -m pip --python "$folder/bin/python" install -q --disable-pip-version-check "awscli==$version" >&2 ||
    give_up "no awscli: pip cannot get awscli $version"
  touch "$folder/whole"
fi
printf '%s\n' "$program"
