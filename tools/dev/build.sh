#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./dev build [PRESET]       build the program, by default build/release/git-sync
#
# The preset `image` builds it as the container image has it, with few shared libraries.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if [[ ${1:-release} == release ]]; then
  build_release
elif [[ $1 == image ]]; then
  need_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}" "${LEAN_PACKAGES[@]}"
  build_preset image ON git-sync
else
  need_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
  build_preset "$1" ON
fi
echo "built: build/${1:-release}/git-sync"
