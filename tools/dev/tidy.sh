#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./dev tidy [FILE…]         clang-tidy over src/, or these files of it
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$PROJECT"

need_packages "${BUILD_PACKAGES[@]}" clang-tidy-19 python3
# A build folder of its own, never built: only its list of compiler commands is read.
cmake --preset dev -B build/tidy -DGITSYNC_TESTS=OFF --log-level=WARNING >/dev/null
(($# > 0)) || set -- '/src/'
run-clang-tidy-19 -quiet -p build/tidy -j "$JOBS" \
  -extra-arg=-Wno-unknown-warning-option "$@" 2>&1 |
  { grep -vE '^(\[ *[0-9]+/[0-9]+\]|clang-tidy-19 |[0-9]+ warnings? generated|Suppressed |Use -header-filter)' || true; }
