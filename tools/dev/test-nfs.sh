#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# ./dev test-nfs [NAME…]     roots on a real NFS server and real clients, in a QEMU guest with Debian's kernel
#
# Runs the tests of tests/guest (or those named). The guest is made once, see tests/guest/image.sh;
# GITSYNC_BIN names the program (else it is built), GUEST_ACCEL=tcg or kvm how the guest runs, LIMIT the
# seconds that it may take. Exit status 77 where QEMU or Debian's kernel cannot be had.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$PROJECT"
source tools/dev/docker.sh
source tests/guest/image.sh
source tests/guest/boot.sh

names=("$@")
if (($# == 0)); then
  for script in tests/guest/nfs_*.sh; do names+=("$(basename "$script" .sh)"); done
fi
[[ $(uname -m) == x86_64 ]] || guest_skip "the guest is one of x86-64"
if ! command -v "$GUEST_QEMU" >/dev/null; then
  (need_packages qemu-system-x86) || guest_skip "QEMU cannot be had"
fi
[[ -n ${GITSYNC_BIN:-} ]] || build_release
program=${GITSYNC_BIN:-$PROJECT/build/release/git-sync}
guest_image "$program"
boot_guest "$program" "${LIMIT:-3600}" "${names[@]}"
