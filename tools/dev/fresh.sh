#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./dev fresh COMMAND…       run `./dev COMMAND…` on the last commit in a fresh Debian 12 (debootstrap)
#
# Needs root. The bare system is kept as an archive in the cache; everything that the command
# installs and builds goes into a copy that is removed afterwards (KEEP=1 keeps it).
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

(($# > 0)) || die "usage: ./dev fresh COMMAND…, for example: ./dev fresh test"
((EUID == 0)) || die "only root can make a fresh system"
need_packages debootstrap git util-linux
base=${XDG_CACHE_HOME:-$HOME/.cache}/git-sync-dev/bookworm.tar
mirror=$(apt-get indextargets --format '$(REPO_URI) $(COMPONENT) $(CODENAME)' |
  awk '$2 == "main" && $3 == "bookworm" { print $1; exit }')
root=$(mktemp -d "${TMPDIR:-/var/tmp}/git-sync-fresh.XXXXXX")
cleanup() {
  umount -R "$root/proc" "$root/dev" "$root/sys" 2>/dev/null || true
  [[ -n ${KEEP:-} ]] && echo "kept: $root" || rm -rf --one-file-system "$root"
}
trap cleanup EXIT

if [[ ! -s $base ]]; then
  say "debootstrap (once)"
  mkdir -p "${base%/*}"
  debootstrap --variant=minbase bookworm "$root" "$mirror"
  rm -rf "$root"/var/cache/apt/archives/*.deb
  tar -C "$root" -cf "$base.new" . && mv "$base.new" "$base"
else
  tar -C "$root" -xpf "$base"
fi

# Tests become other users, who must reach the program.
chmod 755 "$root"

# The package sources of this machine, as far as they are Debian's, and its way to reach them.
cp /etc/resolv.conf /etc/hosts "$root/etc/"
for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources /etc/apt/apt.conf.d/*proxy*; do
  if [[ -f $file ]]; then cp "$file" "$root$file"; fi
done
[[ ! -f /etc/apt/sources.list.d/debian.sources || -f /etc/apt/sources.list ]] || rm -f "$root/etc/apt/sources.list"
git clone -q "$PROJECT" "$root/git-sync"

say "./dev $* in $root"
# A mount and a process namespace of its own: nothing that the command starts outlives it.
# The new root is a mount point, as a machine's is; mount namespaces within cannot be made otherwise.
unshare --mount --pid --fork --kill-child bash -euc '
  mount --bind "$1" "$1"
  mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount --rbind /sys "$1/sys"
  root=$1 && shift
  exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb JOBS="${JOBS:-}" \
    chroot "$root" /bin/bash -c "cd /git-sync && exec ./dev \"\$@\"" dev "$@"
' fresh "$root" "$@" </dev/null
