#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints a folder with the static libraries of a lean build (docs/decisions/0004-lean-binary.md):
# libcurl with OpenSSL and zlib and nothing else, libmicrohttpd without TLS, prometheus-cpp's core.
# `lean-libraries.sh FOLDER` makes them in that folder instead of the cache. Exits 77 with the reason
# on stderr where the sources cannot be had.
#
# They are made of Debian's source packages, patched as Debian patches them, in the versions that
# this machine's apt would install; apt checks them by the archive's signature. The cache folder is
# named after the versions, the compiler and this script, so a second run only prints its name.
# GITSYNC_LEAN_LIBRARIES names a folder to use instead.
#
# In the folder: include/, lib/, licences/<source package>/copyright, and the file `components` with
# one line "<source package> <version>" for each.
set -euo pipefail

# The packages that an ordinary build takes the same libraries from.
packages=(libcurl4-openssl-dev libmicrohttpd-dev prometheus-cpp-dev)

say() { printf 'lean-libraries: %s\n' "$*" >&2; }
give_up() { say "$*" && exit 77; }
die() { tail -n 30 "$log" >&2; say "$*, see $log" && exit 1; }

# Prints "<source package> <version>" of apt's candidate of each of the packages, in their order.
sources_of() {
  apt-cache show --no-all-versions "$@" 2>/dev/null | awk -v wanted="$*" '
    /^Package:/ { package = name = $2; version = "" }
    /^Source:/ { name = $2; version = $3; gsub(/[()]/, "", version) }
    /^Version:/ { found[package] = name " " (version == "" ? $2 : version) }
    END { for (i = 1; i <= split(wanted, word, " "); i++) print found[word[i]] }'
}

# Compiler flags as for our own code, see cmake/compile_options.cmake.
compiler_flags() {
  local flags="-O2 -DNDEBUG -fPIC -fstack-protector-strong -D_FORTIFY_SOURCE=2" flag
  flags+=" -ffunction-sections -fdata-sections -ffile-prefix-map=$work=."
  for flag in -fstack-clash-protection -fcf-protection -ftrivial-auto-var-init=zero; do
    ! cc -Werror "$flag" -x c -c /dev/null -o /dev/null 2>/dev/null || flags+=" $flag"
  done
  printf '%s' "$flags"
}

# apt with lists of its own, so that the machine's settings stay as they are; its Debian sources.
get_sources() {
  local state=$work/apt
  mkdir -p "$state"/{lists/partial,archives/partial,etc}
  # shellcheck disable=SC2016 # for apt, not for the shell
  apt-get indextargets --format '$(REPO_URI) $(CODENAME)' \
    'Identifier: Packages' 'Origin: Debian' 'Component: main' | sort -u |
    sed 's#.*#deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] & main#' >"$state/sources.list"
  local apt=(apt-get -q -o "Dir::Etc::SourceList=$state/sources.list" -o "Dir::Etc::SourceParts=$state/etc"
    -o "Dir::State::Lists=$state/lists" -o "Dir::Cache=$state" -o "Dir::Cache::Archives=$state/archives"
    -o Acquire::Languages=none -o APT::Sandbox::User=root -o Acquire::Retries=2)
  "${apt[@]}" update && cd "$work" && "${apt[@]}" source "${@/ /=}"
}

# build_with_cmake <folder> [-Doption…]
build_with_cmake() {
  local source=$1 && shift
  local flags
  flags=$(compiler_flags)
  # Options that a version does not know have no effect.
  cmake --no-warn-unused-cli -G Ninja -S "$source" -B "$source/out" -DCMAKE_BUILD_TYPE=None \
    -DCMAKE_C_FLAGS="$flags" -DCMAKE_CXX_FLAGS="$flags" -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF \
    -DCMAKE_INSTALL_PREFIX="$made" -DCMAKE_INSTALL_LIBDIR=lib "$@" &&
    cmake --build "$source/out" -j "${JOBS:-$(nproc)}" && cmake --install "$source/out"
}

# The protocols and the ways in that git knows of http stay: proxies of all kinds, netrc, cookies,
# IPv6, names looked up in a thread. Its authorities are those of Debian's libcurl.
build_curl() {
  local option off=()
  for option in BUILD_CURL_EXE BUILD_LIBCURL_DOCS BUILD_MISC_DOCS BUILD_EXAMPLES ENABLE_CURL_MANUAL \
    CURL_BROTLI CURL_ZSTD CURL_USE_LIBPSL CURL_USE_LIBSSH CURL_USE_LIBSSH2 CURL_USE_GSSAPI ENABLE_ARES \
    USE_LIBIDN2 USE_LIBRTMP USE_NGHTTP2 USE_NGTCP2 USE_QUICHE PICKY_COMPILER; do
    off+=("-D$option=OFF")
  done
  for option in ALTSVC DOH HSTS IPFS NTLM WEBSOCKETS; do off+=("-DCURL_DISABLE_$option=ON"); done
  build_with_cmake "$1" -DHTTP_ONLY=ON -DCURL_USE_OPENSSL=ON -DCURL_ZLIB=ON -DENABLE_IPV6=ON \
    -DENABLE_THREADED_RESOLVER=ON -DCURL_CA_PATH=/etc/ssl/certs \
    -DCURL_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt "${off[@]}"
}

# Its dates are the tarball's and the patches': no generated file is to be made again.
build_libmicrohttpd() {
  local make=(make AUTOCONF=: AUTOMAKE=: ACLOCAL=: AUTOHEADER=:)
  cd "$1" && ./configure --prefix="$made" --disable-shared --enable-static --with-pic --disable-https \
    --disable-dauth --disable-bauth --disable-httpupgrade --disable-postprocessor --disable-doc \
    --disable-examples --disable-tools --disable-curl --disable-nls CFLAGS="$(compiler_flags)" &&
    "${make[@]}" -j "${JOBS:-$(nproc)}" -C src/microhttpd &&
    "${make[@]}" -C src/microhttpd install && "${make[@]}" -C src/include install
}

build_prometheus-cpp() {
  build_with_cmake "$1" -DENABLE_PUSH=OFF -DENABLE_PULL=OFF -DENABLE_TESTING=OFF -DENABLE_COMPRESSION=OFF
}

# The builders' steps are joined by &&, for `set -e` does not reach them here.
build_all() {
  local line name folder
  for line in "$@"; do
    name=${line% *}
    folder=$(echo "$work/$name"-*/)
    say "building $line"
    ("build_$name" "${folder%/}") >"$log" 2>&1 || die "$line does not build here"
    mkdir -p "$made/licences/$name"
    cp "$folder/debian/copyright" "$made/licences/$name/"
  done
  printf '%s\n' "$@" >"$made/components"
}

if [[ -n ${GITSYNC_LEAN_LIBRARIES:-} ]]; then
  printf '%s\n' "$GITSYNC_LEAN_LIBRARIES"
  exit 0
fi
for tool in apt-get cc cmake dpkg-source make ninja; do
  command -v "$tool" >/dev/null || give_up "$tool is not installed"
done
mapfile -t components < <(sources_of "${packages[@]}")
for component in "${components[@]}"; do
  [[ -n $component ]] || give_up "apt does not know all of ${packages[*]} (run apt-get update)"
done

key=$({ printf '%s\n' "${components[@]}" && cc --version && cat "${BASH_SOURCE[0]}"; } | sha256sum | cut -c1-16)
folder=${1:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/git-sync-dev/lean-$key}
mkdir -p "$(dirname "$folder")"
exec 9>"$folder.lock"
flock 9
if [[ ! -s $folder/components ]]; then
  work=$(mktemp -d "${TMPDIR:-/tmp}/lean-libraries.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  made=$work/made log=$folder.log
  mkdir "$made"
  say "getting ${components[*]/ /=}"
  (get_sources "${components[@]}") >"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    give_up "apt cannot get the sources, see $log"
  }
  build_all "${components[@]}"
  rm -rf "$folder"
  cp -r "$made" "$folder.new" && mv -T "$folder.new" "$folder"
fi
printf '%s\n' "$folder"
