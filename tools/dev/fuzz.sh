#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./dev fuzz [SECONDS] [NAME…]   run libFuzzer on each target (or these), 60 seconds each
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$PROJECT"

limit=${1:-60}
shift || true
need_packages "${BUILD_PACKAGES[@]}" clang-19 libclang-rt-19-dev
build_preset fuzz OFF fuzz_targets
(($# > 0)) || mapfile -t targets < <(cd build/fuzz/tests/fuzz && printf '%s\n' fuzz_*)
(($# == 0)) || targets=("${@/#/fuzz_}")
for target in "${targets[@]}"; do
  say "$target, $limit s"
  # New inputs go to the build folder; what finds a fault belongs into the corpus of the repository.
  mkdir -p "build/fuzz/found/$target"
  "build/fuzz/tests/fuzz/$target" -max_total_time="$limit" -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="build/fuzz/$target-" -verbosity=0 -print_final_stats=1 \
    "build/fuzz/found/$target" "tests/fuzz/corpus/${target#fuzz_}"
done
