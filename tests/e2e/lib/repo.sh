#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Making and changing the repositories that the tests sync.
#
# They lie in $SRV with a work tree each; every server of these tests serves $SRV/<name> as
# /<name>. A commit is visible to clients at once.

SRV=$T/srv
mkdir -p "$SRV"

cat >"$HOME/.gitconfig" <<'CONFIG'
[user]
  name = E2E
  email = e2e@example.invalid
[init]
  defaultBranch = main
[protocol "file"]
  allow = always
[advice]
  detachedHead = false
[core]
  fsync = none
[gc]
  auto = 0
CONFIG

# make_repo <name> [branch]: a repository with one commit that holds `file` = "<name> 1"; sets REPO
# to its path and HASH to its commit. Servers may give any object and honour filters.
make_repo() {
  REPO=$SRV/$1
  git init -q -b "${2:-main}" "$REPO"
  git -C "$REPO" config uploadpack.allowAnySHA1InWant true
  git -C "$REPO" config uploadpack.allowFilter true
  commit_file "$REPO" file "$1 1"
}

# commit_file <repo> <path> <content> [message]: writes, commits on the current branch; sets HASH.
commit_file() {
  mkdir -p "$(dirname "$1/$2")"
  printf '%s\n' "$3" >"$1/$2"
  git -C "$1" add -- "$2"
  commit_all "$1" "${4:-set $2}"
}

# commit_all <repo> [message]: commits whatever the work tree holds; sets HASH.
commit_all() {
  git -C "$1" add -A
  git -C "$1" commit -q --allow-empty -m "${2:-change}"
  HASH=$(head_of "$1")
}

# head_of <repo> [revision]: prints the full hash.
head_of() { git -C "$1" rev-parse --verify --end-of-options "${2:-HEAD}^{}"; }

# step_back <repo> [n]: resets the current branch; sets HASH.
step_back() {
  git -C "$1" reset -q --hard "HEAD~${2:-1}"
  HASH=$(head_of "$1")
}

# tag_repo <repo> <tag> / annotate_repo <repo> <tag>: sets the tag to HEAD, moving it if it exists.
tag_repo() { git -C "$1" tag -f "$2" >/dev/null; }
annotate_repo() { git -C "$1" tag -f -a -m "$2" "$2" >/dev/null; }

# add_submodule <repo> <url> <path>: adds and commits; sets HASH. Relative URLs resolve against the
# URL that the repository is synced from, so they need the sibling to be there under $SRV.
add_submodule() {
  case $2 in
    ./* | ../*)
      git -C "$1" -c "remote.origin.url=$1" submodule --quiet add "$2" "$3"
      ;;
    *) git -C "$1" submodule --quiet add "$2" "$3" ;;
  esac
  commit_all "$1" "add submodule $3"
}

# update_submodule <repo> <path> [revision]: moves the gitlink to the tip (or revision) of the
# submodule's remote and commits; sets HASH.
update_submodule() {
  git -C "$1/$2" fetch -q origin
  git -C "$1/$2" checkout -q "${3:-origin/HEAD}"
  commit_all "$1" "move submodule $2"
}

# remove_submodule <repo> <path>: removes and commits; sets HASH.
remove_submodule() {
  git -C "$1" rm -q "$2"
  rm -rf "$1/.git/modules/$2"
  git -C "$1" config --remove-section "submodule.$2" 2>/dev/null || true
  commit_all "$1" "remove submodule $2"
}

# newest_git: puts the newest obtainable git first in PATH for git-sync and the test; skips the
# test when this machine cannot get one.
newest_git() {
  local dir
  dir=$(HOME=$(getent passwd "$UID" | cut -d: -f6) "$PROJECT_ROOT/tools/newest-git.sh" 2>"$T/log/newest-git.log") ||
    skip "no newer git: $(tail -n 1 "$T/log/newest-git.log")"
  PATH=$dir/bin:$PATH
}
