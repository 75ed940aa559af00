#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The release binary (argument, or build/release/git-sync) is hardened as cmake/compile_options.cmake
# asks: read from the binary, since a flag that is given may still have no effect.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

binary=${1:-build/release/git-sync}
for tool in readelf objdump; do
  command -v "$tool" >/dev/null || { echo "SKIPPED: $tool is not installed"; exit 77; }
done
[[ -x $binary ]] || { echo "SKIPPED: $binary is not built"; exit 77; }

status=0
# expect <claim> <command…>: the command succeeds.
expect() {
  local claim=$1 && shift
  "$@" || { echo "$binary: $claim"; status=1; }
}
# In variables: a grep that ends early would fail its pipeline.
dynamic=$(readelf -dW "$binary")
segments=$(readelf -lW "$binary")
symbols=$(readelf --dyn-syms -W "$binary")
code=$(objdump -d --no-show-raw-insn "$binary")
has() { grep -qE -- "$2" <<<"$1"; }
lacks() { ! has "$@"; }
at_least() { (($(grep -cE -- "$3" <<<"$2") >= $1)); }

expect "not position independent" has "$dynamic" 'FLAGS_1.*\bPIE\b'
expect "no read-only relocations (RELRO)" has "$segments" 'GNU_RELRO'
expect "symbols are bound lazily" has "$dynamic" '\bBIND_NOW\b'
expect "no mark for its stack" has "$segments" 'GNU_STACK'
expect "the stack is executable" lacks "$segments" 'GNU_STACK.* RWE '
expect "a segment is writable and executable" lacks "$segments" '^ *LOAD.* RWE '
expect "paths to libraries are built in" lacks "$dynamic" '\((RPATH|RUNPATH)\)'
expect "no stack protector" has "$symbols" ' __stack_chk_fail(@|$)'
expect "no _FORTIFY_SOURCE" has "$symbols" ' __(mem|str|v?f?s?n?printf|read|recv)[a-z]*_chk(@|$)'
# These two can be told by what they leave in the code; -ftrivial-auto-var-init cannot.
if readelf -h "$binary" | grep -q 'X86-64'; then
  expect "functions do not begin with endbr64 (-fcf-protection)" at_least 1000 "$code" '\bendbr64\b'
  # Only a function whose variables outgrow a page needs a probe.
  expect "large stack frames are not probed (-fstack-clash-protection)" \
    at_least 3 "$code" '\borq? +\$0x0,(0x[0-9a-f]+)?\(%rsp'
fi
((status != 0)) || echo "$binary is hardened"
exit "$status"
