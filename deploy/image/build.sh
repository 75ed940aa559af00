#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compiles git-sync inside an image build: lean, if libraries.sh has made the libraries for it in
# $GITSYNC_LEAN_LIBRARIES. Writes to OUT the program, the packages that its shared libraries come from
# (their names differ between Debian's releases), and the names and licences of what is compiled into
# it.   build.sh SOURCE OUT
set -eu
source=$1 out=$2 lean=$GITSYNC_LEAN_LIBRARIES
preset=release
[ ! -e "$lean/components" ] || preset=image
mkdir -p "$out/LICENSES"
cd "$source"
CCACHE_BASEDIR=$source cmake --preset $preset -DGITSYNC_TESTS=OFF
cmake --build --preset $preset --target git-sync
strip -o "$out/git-sync" build/$preset/git-sync

# The loader's path may be /lib or /usr/lib, and dpkg knows only one of them.
ldd "$out/git-sync" | awk '/=> \// {print $3}' | while read -r library; do
  dpkg -S "*/$(basename "$(realpath "$library")")" | cut -d: -f1
done | sort -u >"$out/packages"
cat "$out/packages"

compiled_in() {
  mkdir -p "$out/LICENSES/$1"
  cp -L "/usr/share/doc/$1/copyright" "$out/LICENSES/$1/"
  dpkg-query -W -f '${source:Package} ${source:Version}\n' "$1" >>"$out/components"
}
: >"$out/components"
if [ $preset = image ]; then
  cp -r "$lean/licences/." "$out/LICENSES"
  cat "$lean/components" >"$out/components"
  compiled_in "$(dpkg -S '*/libstdc++.a' | cut -d: -f1)"
else
  compiled_in prometheus-cpp-dev # its headers
fi
for package in libarchive-dev libexpat1-dev libzstd-dev nlohmann-json3-dev; do compiled_in $package; done
sbom.sh "$(cat VERSION)" <"$out/components" >"$out/git-sync.cdx.json"
