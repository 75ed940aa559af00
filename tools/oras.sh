#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Gets oras, a client of registries that one test compares ours with, once into a cache folder: built
# by the Go toolchain of this machine. Prints the program; exits 77 with the reason on stderr.
#
#   oras.sh            gets it if it is not there
#   oras.sh --cached   only if it is there: for tests
#
# GITSYNC_ORAS names a program to use instead.
set -euo pipefail

version=v1.2.3
oldest_go=1.21 # older ones cannot fetch the toolchain that a module wants
cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/git-sync-dev
program=$cache/oras-$version/oras

give_up() { printf 'oras.sh: %s\n' "$*" >&2 && exit 77; }

if [[ -n ${GITSYNC_ORAS:-} ]]; then
  printf '%s\n' "$GITSYNC_ORAS"
  exit 0
fi
if [[ ! -x $program ]]; then
  [[ ${1:-} != --cached ]] || give_up "oras is not there; tools/oras.sh gets it"
  go=$(go env GOVERSION 2>/dev/null) || give_up "no oras: there is no Go toolchain"
  [[ $(printf '%s\n' "$oldest_go" "${go#go}" | sort -V | head -n 1) == "$oldest_go" ]] ||
    give_up "no oras: $go is older than Go $oldest_go"
  mkdir -p "$cache"
  exec 9>"$cache/oras.lock"
  flock 9
fi
if [[ ! -x $program ]]; then
  work=$(mktemp -d "$cache/build.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  printf 'oras.sh: building oras %s (once, some minutes)\n' "$version" >&2
  GOBIN=$work/made GOTOOLCHAIN=auto GOFLAGS=-trimpath nice -n 5 go install -ldflags "-s -w" \
    "oras.land/oras/cmd/oras@$version" >&2 || give_up "no oras: it does not build here"
  rm -rf "$cache/oras-$version"
  mv -T "$work/made" "$cache/oras-$version"
fi
printf '%s\n' "$program"
