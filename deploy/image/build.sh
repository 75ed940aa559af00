#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compiles git-sync inside an image build. Writes to OUT the program, the packages that its shared
# libraries come from (their names differ between Debian's releases), and the licences of what is
# compiled into it.   build.sh SOURCE OUT
set -eu
source=$1 out=$2
mkdir -p "$out/LICENSES"
cd "$source"
CCACHE_BASEDIR=$source cmake --preset release -DGITSYNC_TESTS=OFF
cmake --build --preset release --target git-sync
strip -o "$out/git-sync" build/release/git-sync

# The loader's path may be /lib or /usr/lib, and dpkg knows only one of them.
ldd "$out/git-sync" | awk '/=> \// {print $3}' | while read -r library; do
  dpkg -S "*/$(basename "$(realpath "$library")")" | cut -d: -f1
done | sort -u >"$out/packages"
cat "$out/packages"

for package in nlohmann-json3-dev prometheus-cpp-dev; do
  mkdir -p "$out/LICENSES/$package"
  cp -L "/usr/share/doc/$package/copyright" "$out/LICENSES/$package/"
done
