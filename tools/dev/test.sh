#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./dev test                 unit, end-to-end and lint tests; unit tests and fuzz corpora under ASan
# ./dev test all             adds what takes long, and the end-to-end tests under ASan and TSan
#
# One ctest run over several builds: build/test/CTestTestfile.cmake names their folders.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$PROJECT"

presets=(release asan)
exclude='^(long|sanitized-e2e)$'
case ${1:-} in
  "") ;;
  all) presets+=(tsan) exclude='^$' ;;
  *) die "usage: ./dev test [all]" ;;
esac
[[ $exclude != '^$' ]] || TEST_PACKAGES+=(clang-tidy-19)

need_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
for preset in "${presets[@]}"; do
  say "build $preset"
  build_preset "$preset" ON
done
say "the newest git, for the tests that compare with it"
tools/newest-git.sh || echo "not obtainable here; those tests will be skipped"

say "S3 servers, for the tests that talk to some"
tools/s3-servers.sh || echo "not all obtainable here; their tests will be skipped"
say "oras, for a test that talks to a registry with it"
tools/oras.sh || echo "not obtainable here; that test will be skipped"

mkdir -p build/test
printf 'subdirs("%s")\n' "${presets[@]/#/$PROJECT/build/}" >build/test/CTestTestfile.cmake
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1:strict_string_checks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}

# GCC's TSan cannot place its shadow memory where addresses are more random than this.
launcher=()
if [[ " ${presets[*]} " == *" tsan "* ]] && (($(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 28) > 28)) &&
  setarch -R true 2>/dev/null; then
  launcher=(setarch -R)
fi

say "tests"
status=0
# Most end-to-end tests wait more than they compute: more of them than processors.
"${launcher[@]}" ctest --test-dir build/test --output-on-failure --no-tests=error --label-exclude "$exclude" \
  -j "$((JOBS * 2))" --test-output-size-passed 65536 --output-junit results.xml || status=$?
python3 tools/dev/summary.py build/test/results.xml || status=1
exit "$status"
