#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints a folder with the newest git that this machine can get (its programs are in <folder>/bin);
# exits 77 with the reason on stderr when it can get none newer than the installed one.
#
# The git source packages of newer suites are looked for on the Debian mirror of this machine's own
# apt sources, by apt itself with private lists, and built without documentation, Tcl and Perl into
# a cache folder that later calls use at once. GITSYNC_NEWEST_GIT names a folder to use instead.
set -euo pipefail

cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/git-sync-dev
# A mirror is asked again after so many days.
days=7

give_up() { printf 'newest-git: %s\n' "$*" >&2 && exit 77; }
say() { printf 'newest-git: %s\n' "$*" >&2; }

if [[ -n ${GITSYNC_NEWEST_GIT:-} ]]; then
  printf '%s\n' "$GITSYNC_NEWEST_GIT"
  exit 0
fi
command -v apt-get >/dev/null || give_up "no apt here to get the source with"
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9

# An answer of the last days is good enough, the negative one too.
answer=$cache/newest
if [[ -n $(find "$answer" -mtime "-$days" 2>/dev/null) ]]; then
  found=$(cat "$answer")
  [[ $found != none:* ]] || give_up "${found#none: } (remembered in $answer)"
  if [[ -x $found/bin/git ]]; then
    printf '%s\n' "$found"
    exit 0
  fi
fi
remember_none() { printf 'none: %s\n' "$*" >"$answer" && give_up "$*"; }

# The mirror that serves the main archive of the running release.
mirror=$(apt-get indextargets --format '$(REPO_URI) $(COMPONENT) $(CODENAME)' 2>/dev/null |
  awk '$2 == "main" && $3 !~ /-/ { print $1; exit }')
[[ -n $mirror ]] || give_up "apt knows no Debian mirror (run apt-get update)"

# apt with its own lists, so that the machine's settings stay as they are.
state=$cache/apt
mkdir -p "$state/lists/partial" "$state/archives/partial" "$state/etc"
for suite in bookworm-backports trixie trixie-backports sid; do
  printf 'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$suite"
done >"$state/sources.list"
apt_options=(-o "Dir::Etc::SourceList=$state/sources.list" -o "Dir::Etc::SourceParts=$state/etc"
  -o "Dir::State::Lists=$state/lists" -o "Dir::Cache=$state" -o "Dir::Cache::Archives=$state/archives"
  -o Acquire::Languages=none -o APT::Sandbox::User=root -o Acquire::Retries=1)
apt-get "${apt_options[@]}" -q update >"$state/update.log" 2>&1 || true # some suites may be missing

newest=$(apt-cache "${apt_options[@]}" showsrc --only-source git 2>/dev/null |
  sed -n 's/^Version: //p' | sort -V | tail -n 1)
[[ -n $newest ]] || remember_none "the mirror serves no source package of git in a newer suite"
installed=$(git version | awk '{ print $3 }')
upstream=${newest#*:} upstream=${upstream%-*}
[[ $(printf '%s\n' "$upstream" "$installed" | sort -V | tail -n 1) != "$installed" ]] ||
  remember_none "git $installed is the newest one that the mirror has"

folder=$cache/git-$upstream
if [[ ! -x $folder/bin/git ]]; then
  work=$(mktemp -d "$cache/build.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  say "getting git $newest"
  (cd "$work" && apt-get "${apt_options[@]}" -q source --download-only "git=$newest") >&2 ||
    give_up "apt could not get the source of git $newest"
  tar -xf "$work"/git_*.orig.tar.* -C "$work"
  say "building git $upstream into $folder (once, a few minutes)"
  make_options=(prefix="$folder" NO_GETTEXT=1 NO_TCLTK=1 NO_PERL=1 NO_PYTHON=1 NO_EXPAT=1 NO_RUST=1
    NO_INSTALL_HARDLINKS=1 INSTALL_SYMLINKS=1 CFLAGS=-O1)
  (cd "$work"/git-*/ && nice -n 5 make -s -j "${JOBS:-$(nproc)}" "${make_options[@]}" all &&
    make -s "${make_options[@]}" install) >"$cache/build.log" 2>&1 ||
    give_up "git $upstream does not build here, see $cache/build.log"
fi
[[ -x $folder/libexec/git-core/git-remote-https ]] || give_up "git $upstream was built without https"
printf '%s\n' "$folder" | tee "$answer"
