#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compiles git-sync inside an image build, as a lean build with the libraries in
# $GITSYNC_LEAN_LIBRARIES. Writes to OUT the program, the packages that its shared libraries come from
# (their names differ between Debian's releases), and the names and licences of what is compiled into
# it.   build.sh SOURCE OUT
set -eu
source=$1 out=$2
mkdir -p "$out/LICENSES"
cd "$source"
CCACHE_BASEDIR=$source cmake --preset image -DGITSYNC_TESTS=OFF
cmake --build --preset image --target git-sync
strip -o "$out/git-sync" build/image/git-sync

# The loader's path may be /lib or /usr/lib, and dpkg knows only one of them.
ldd "$out/git-sync" | awk '/=> \// {print $3}' | while read -r library; do
  dpkg -S "*/$(basename "$(realpath "$library")")" | cut -d: -f1
done | sort -u >"$out/packages"
cat "$out/packages"

# The compiler's own libraries and the one that is headers only come from packages.
cp -r "$GITSYNC_LEAN_LIBRARIES/licences/." "$out/LICENSES"
cp "$GITSYNC_LEAN_LIBRARIES/components" "$out/components"
for package in nlohmann-json3-dev "$(dpkg -S "*/libstdc++.a" | cut -d: -f1)"; do
  mkdir -p "$out/LICENSES/$package"
  cp -L "/usr/share/doc/$package/copyright" "$out/LICENSES/$package/"
  dpkg-query -W -f '${source:Package} ${source:Version}\n' "$package" >>"$out/components"
done
sbom.sh "$(cat VERSION)" <"$out/components" >"$out/git-sync.cdx.json"
