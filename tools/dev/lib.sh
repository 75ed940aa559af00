#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts behind ./dev: missing packages, builds, the time that steps take.
set -euo pipefail

PROJECT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
JOBS=${JOBS:-$(nproc)}
# Builds of different folders of one machine share what they compiled.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$PROJECT} CCACHE_NOHASHDIR=1

BUILD_PACKAGES=(
  ca-certificates cmake g++ git libarchive-dev libcurl4-openssl-dev libdeflate-dev libexpat1-dev
  libmicrohttpd-dev libssl-dev libzstd-dev ninja-build nlohmann-json3-dev openssh-client pkg-config
  prometheus-cpp-dev zlib1g-dev
)
LEAN_PACKAGES=(dpkg-dev make) # see tools/lean-libraries.sh
TEST_PACKAGES=(
  ccache clang-format-19 curl docker-registry e2fsprogs fcgiwrap jq libarchive-tools libfuse3-dev
  libgit2-dev libgmock-dev libgtest-dev make mount nginx openssh-server openssl procps python3 python3-pip
  shellcheck skopeo socat strace xfsprogs xz-utils zstd
)

say() { printf '\n== %s\n' "$*"; }
die() { printf 'dev: %s\n' "$*" >&2 && exit 1; }

# need_packages <package…>: installs with apt what is not installed. When nothing is missing apt is
# not called at all, so that this works offline and at once.
need_packages() {
  command -v dpkg-query >/dev/null || return 0 # not a Debian: the build says what it lacks
  local missing=() package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) == ii* ]] || missing+=("$package")
  done
  ((${#missing[@]} > 0)) || return 0
  say "installing ${missing[*]}"
  local as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "need root or sudo to install: ${missing[*]}"
    as_root=(sudo)
  fi
  apt_install "${missing[@]}"
}

# Sources that cannot be reached do not matter as long as the packages can be had. Services of the
# packages (nginx, sshd) are not started: the tests start their own.
apt_install() {
  local policy=/usr/sbin/policy-rc.d made=""
  local apt=(${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0)
  "${apt[@]}" update || true
  if [[ ! -e $policy ]]; then
    made=yes
    printf '#!/bin/sh\nexit 101\n' | ${as_root[@]+"${as_root[@]}"} install -m 755 /dev/stdin "$policy"
  fi
  local status=0
  "${apt[@]}" install -y --no-install-recommends "$@" || status=$?
  [[ -z $made ]] || ${as_root[@]+"${as_root[@]}"} rm -f "$policy"
  ((status == 0)) || die "apt could not install: $*"
}

# build_preset <preset> <ON|OFF: with tests> [target…]
build_preset() {
  local preset=$1 tests=$2 && shift 2
  local targets=()
  (($# == 0)) || targets=(--target "$@")
  (cd "$PROJECT" && cmake --preset "$preset" -DGITSYNC_TESTS="$tests" --log-level=WARNING >/dev/null &&
    cmake --build --preset "$preset" -j "$JOBS" "${targets[@]}")
}

# build_release: the program alone, build/release/git-sync. Test targets stay configured if they are.
build_release() {
  need_packages "${BUILD_PACKAGES[@]}"
  local tests=OFF
  ! grep -qs '^GITSYNC_TESTS:BOOL=ON' "$PROJECT/build/release/CMakeCache.txt" || tests=ON
  build_preset release "$tests" git-sync
}

# Milliseconds since some moment; seconds with two digits of a difference.
now_ms() { local now=${EPOCHREALTIME/[.,]/} && printf '%s' "$((now / 1000))"; }
seconds() { printf '%d.%02d s' "$(($1 / 1000))" "$(($1 % 1000 / 10))"; }
