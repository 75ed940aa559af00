#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./dev build [PRESET]       build the program, by default build/release/git-sync
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if [[ ${1:-release} == release ]]; then
  build_release
else
  need_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
  build_preset "$1" ON
fi
echo "built: build/${1:-release}/git-sync"
