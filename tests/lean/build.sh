#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A lean build of the program (preset image) needs the libraries that it should and no others, says
# what is compiled into it, is hardened, and what it is made of passes the unit tests that use it.
#
# build.sh BINARY: an ordinary build, to see that the check of libraries can fail. Exits 77 where the
# sources of the lean libraries cannot be had.
source "$(dirname "${BASH_SOURCE[0]}")/../../tools/dev/lib.sh"
cd "$PROJECT"

need_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}" "${LEAN_PACKAGES[@]}"
libraries=$(tools/lean-libraries.sh)
build_preset image ON git-sync unit_net unit_http

say "libraries"
tools/lint/libraries.sh build/image/git-sync
! tools/lint/libraries.sh "$1" || die "an ordinary build passes as a lean one"

say "hardening"
tools/lint/hardening.sh build/image/git-sync

say "version"
components=$(paste -sd , "$libraries/components")
expected="$(cat VERSION) (with ${components//,/, })"
version=$(build/image/git-sync --version)
echo "$version"
[[ $version == "$expected" ]] || die "expected: $expected"

say "unit tests"
for layer in net http; do
  "build/image/tests/unit/unit_$layer" --gtest_brief=1
done
