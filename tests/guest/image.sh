#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The guest of ./dev test-nfs: Debian's minimal system with its kernel, an NFS server and client, and
# git, as the image of a disk. Made once, by debootstrap, and kept in build/guest until its recipe changes.
#
# Sourced after tools/dev/lib.sh and tools/dev/docker.sh:
#   guest_image   sets GUEST to the folder that holds `disk`, `kernel` and `initrd`
# Where none can be made, the script ends with 77 and the reason.

GUEST_RELEASE=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
GUEST_PACKAGES=(
  linux-image-amd64 kmod iproute2 procps netbase mount util-linux curl
  nfs-kernel-server nfs-common rpcbind git python3 nginx-light fcgiwrap openssl
)
# The first program: what it is to run comes by a second disk, so that a test that changes makes no new image.
GUEST_INIT='#!/bin/bash
mountpoint -q /proc || mount -t proc proc /proc
mountpoint -q /sys || mount -t sysfs sys /sys
mountpoint -q /dev || mount -t devtmpfs dev /dev
mkdir -p /guest
mount -t tmpfs tmpfs /guest
disk=/dev/vdb
[[ -b $disk ]] || disk=/dev/ubdb
tar -x -C /guest -f "$disk"
exec bash /guest/tests/guest/init.sh'

guest_skip() { echo "SKIPPED: $*" && exit 77; }

# The packages with the libraries that the program needs. dpkg knows some of them by the path before Debian
# moved /lib to /usr/lib.
guest_libraries() {
  local paths
  mapfile -t paths < <(ldd "$1" | awk '$2 == "=>" { print $3; print "/usr" $3; sub("^/usr", "", $3); print $3 }')
  { dpkg-query -S "${paths[@]}" 2>/dev/null || true; } | cut -d: -f1 | sort -u
}

guest_image() { # <program>
  local recipe packages
  packages=$(printf '%s\n' "${GUEST_PACKAGES[@]}" "$(guest_libraries "$1")" | paste -sd,)
  recipe=$(printf '%s\n' "$GUEST_RELEASE" "$packages" "$GUEST_INIT" "$(declare -f guest_make)" |
    sha256sum | cut -c1-16)
  GUEST=$PROJECT/build/guest/$recipe
  [[ ! -e $GUEST/disk ]] || return 0
  ((EUID == 0)) || guest_skip "only root can make the guest's system"
  (need_packages debootstrap e2fsprogs util-linux) >&2 || guest_skip "debootstrap cannot be had"
  say "the guest's system (once)"
  rm -rf "$PROJECT/build/guest"
  mkdir -p "$GUEST"
  guest_make "$packages" >"$GUEST/log" 2>&1 || guest_skip "no system for the guest: $(tail -n 1 "$GUEST/log")"
}

# guest_has_uml: Debian's kernel as a program is in $GUEST/uml; it is not installed.
guest_has_uml() {
  [[ ! -x $GUEST/uml/usr/bin/linux.uml ]] || return 0
  (cd "$GUEST" && apt-get -q download user-mode-linux && dpkg -x user-mode-linux_*.deb uml.new &&
    rm -f user-mode-linux_*.deb && mv uml.new uml) >>"$GUEST/log" 2>&1
}
# guest_uml_modules: the files of its modules that the tests need, below $GUEST/uml/usr/lib/uml.
guest_uml_modules() {
  cd "$GUEST/uml/usr/lib/uml" || return
  ls modules/*/modules.*
  local folder module
  for folder in modules/*; do
    for module in nfsd nfs nfsv3 nfsv4 lockd veth sch_netem; do
      grep "/$module.ko:" "$folder/modules.dep" | tr -d : | tr ' ' '\n' | sed "s|^|$folder/|"
    done
  done | sort -u
}

guest_make() { # <packages>
  local root=$GUEST/root
  # What debootstrap mounts goes with the namespace.
  unshare --mount nice debootstrap --variant=minbase "--include=$1" "$GUEST_RELEASE" "$root" \
    "$(debian_mirror)" || return
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  printf '%s\n' "$GUEST_INIT" >"$root/init-guest"
  chmod 755 "$root/init-guest"
  printf '127.0.0.1 localhost guest\n' >"$root/etc/hosts"
  cp "$root"/boot/vmlinuz-* "$GUEST/kernel" && cp "$root"/boot/initrd.img-* "$GUEST/initrd" || return
  truncate -s 6G "$GUEST/disk.new"
  mkfs.ext4 -q -F -d "$root" "$GUEST/disk.new" || return
  rm -rf "$root"
  mv "$GUEST/disk.new" "$GUEST/disk"
}
