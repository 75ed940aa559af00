#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The lean binary (argument, or build/image/git-sync) needs no shared library beyond OpenSSL,
# libdeflate and the C library, and those that OpenSSL brings anyway (docs/decisions/0004-lean-binary.md).
# `libraries.sh --allowed` prints their names as an extended regular expression.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# libz and libzstd: of OpenSSL, in Debian 13.
allowed='lib(deflate\.so\.0|ssl\.so\.3|crypto\.so\.3|c\.so\.6|m\.so\.6|z\.so\.1|zstd\.so\.1)|ld-linux-[a-z0-9-]+\.so\.[0-9]+'
if [[ ${1:-} == --allowed ]]; then
  echo "$allowed"
  exit 0
fi
binary=${1:-build/image/git-sync}
for tool in readelf ldd; do
  command -v "$tool" >/dev/null || { echo "SKIPPED: $tool is not installed"; exit 77; }
done
[[ -x $binary ]] || { echo "SKIPPED: $binary is not built"; exit 77; }

needed=$(readelf -dW "$binary" | sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p')
[[ -n $needed ]] || { echo "$binary: no shared library at all?"; exit 1; }
loaded=$(ldd "$binary" | awk '$1 !~ /^linux-vdso/ { sub(".*/", "", $1); print $1 }')
unwanted=$(printf '%s\n' "$needed" "$loaded" | sort -u | grep -vxE "$allowed") || {
  echo "$binary needs $(xargs <<<"$needed"), and loads no others than these bring"
  exit 0
}
echo "$binary has libraries that it should not need: $(xargs <<<"$unwanted")"
exit 1
