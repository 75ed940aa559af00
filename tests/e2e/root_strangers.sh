#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Another user who may write the root (a pod's fsGroup volume) puts a .git of his own there, or writes
# into ours: nothing of it is executed or believed, what is published stays, and commits go on arriving.
# shellcheck disable=SC2016 # scripts for other shells
source "$(dirname "$0")/lib/e2e.sh"

need_users
as_user 65533 65533 7000

export EVIL=$T/evil
mkdir -m 777 "$EVIL"
printf '#!/bin/sh\nid -u >>"%s/ran"\nexit 0\n' "$EVIL" >"$EVIL/run"
chmod 755 "$EVIL/run"
# What strange gits would do in here is of no interest.
as_evil() { setpriv --reuid=65534 --regid=65534 --groups=7000 env -i PATH="$PATH" HOME="$EVIL" EVIL="$EVIL" ROOT="$ROOT" "$@"; }
as_us() { setpriv --reuid=65533 --regid=65533 --groups=7000 env -i PATH="$PATH" HOME="$EVIL" EVIL="$EVIL" ROOT="$ROOT" "$@"; }
make_volume() {
  mkdir "$1"
  chown root:7000 "$1"
  chmod 2775 "$1"
}
start() {
  make_volume "$ROOT"
  use_http
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms --max-failures=-1 "${HTTP_FLAGS[@]}" "$@"
  wait_for 20 link_is "$ROOT/link" "$HASH"
  wait_passes 1
}
next_commit_arrives() {
  commit_file "$REPO" file "app $RANDOM$RANDOM"
  wait_for 30 link_is "$ROOT/link" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
}
nothing_ran() { assert_no_file "$EVIL/ran"; }
# A whole repository of the other user in which everything that can runs a program.
make_evil='
  set -e
  rm -rf "$EVIL/git" && mkdir "$EVIL/git" && cd "$EVIL/git" && git init -q -b git-sync
  git config core.fsmonitor "$EVIL/run"
  git config core.sshCommand "$EVIL/run"
  git config credential.helper "!$EVIL/run"
  git config filter.evil.smudge "$EVIL/run" && git config filter.evil.clean "$EVIL/run"
  git config include.path "$EVIL/included"
  printf "[core]\n\tpager = %s\n" "$EVIL/run" >"$EVIL/included"
  echo "* filter=evil" >.git/info/attributes
  for hook in post-checkout reference-transaction post-index-change pre-auto-gc; do
    cp "$EVIL/run" ".git/hooks/$hook"
  done
  chmod -R g+w .git
  cp -r .git "$ROOT/.git.evil"'
# In one step, as a hostile neighbour would: renameat2(2) with RENAME_EXCHANGE.
cat >"$EVIL/exchange" <<'PYTHON'
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
sys.exit(libc.renameat2(-100, os.fsencode(sys.argv[1]), -100, os.fsencode(sys.argv[2]), 2) and 1)
PYTHON
swap_stores() { python3 "$EVIL/exchange" "$ROOT/.git" "$ROOT/.git.evil"; }

make_repo app

scenario "a .git of another user takes the place of ours while git-sync runs, twice, at any moment"
start --max-failures=0
before=$(readlink "$ROOT/link")
as_evil sh -c "$make_evil"
swap_stores
wait_for 20 log_has 'repository is not ours'
assert_log '"owner":65534'
assert_log '"expected":65533'
wait_passes 2
assert_eq "$before" "$(readlink "$ROOT/link")" "what is published"
assert_eq 65533 "$(stat -c %u "$ROOT/.git")" "owner of the new store"
next_commit_arrives
assert_eq 1 "$(log_count 'repository is not ours')" "records"
as_evil mv "$ROOT/.git.evil" "$ROOT/.moved"
as_evil sh -c "$make_evil"
swap_stores
wait_for 20 eval '(( $(log_count "repository is not ours") == 2 ))'
next_commit_arrives
nothing_ran

scenario "the same at the start, in a root that has a tree of ours, and in one that has none"
start
stop_gitsync
as_evil sh -c "$make_evil"
swap_stores
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
assert_status 0
assert_log 'repository is not ours'
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
ROOT=$D/without
make_volume "$ROOT"
as_evil sh -c "$make_evil"
as_evil mv "$ROOT/.git.evil" "$ROOT/.git"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
assert_status 0
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
nothing_ran

scenario "a symlink or a file in the place of .git, and a symlink in it"
start
as_evil sh -c "$make_evil" && as_evil rm -r "$ROOT/.git.evil"
as_evil sh -c 'ln -s "$EVIL/git/.git" "$ROOT/.git.evil"'
swap_stores
next_commit_arrives
as_evil sh -c 'mv "$ROOT/.git.evil" "$ROOT/.moved" && echo "gitdir: $EVIL/git/.git" >"$ROOT/.git.evil"'
swap_stores
next_commit_arrives
assert_file "$EVIL/git/.git/HEAD"
# A git that runs meanwhile finds no objects, so that the repository is repaired first: then again.
move_objects() {
  # shellcheck disable=SC2016 # for the shell of the other user
  as_us sh -c 'test -L "$ROOT/.git/objects" || { rm -rf "$ROOT/.git/was"
    mv "$ROOT/.git/objects" "$ROOT/.git/was" && ln -s was "$ROOT/.git/objects"; }' || true
  (($(log_count 'repository is not ours') > before))
}
before=$(log_count 'repository is not ours')
wait_for 20 move_objects
next_commit_arrives
nothing_ran

scenario "a --group-write root, in whose own .git/config others write"
start --group-write --stale-worktree-timeout=1h
as_us cp "$ROOT/.git/config" "$EVIL/config" # to write all at once
for key in core.fsmonitor core.hooksPath core.sshCommand core.askPass core.pager core.editor \
  filter.evil.smudge filter.evil.clean filter.evil.process diff.external alias.status gpg.program; do
  as_us git config -f "$EVIL/config" "$key" "$EVIL/run"
done
as_us git config -f "$EVIL/config" credential.helper "!$EVIL/run"
as_us git config -f "$EVIL/config" filter.evil.required true
as_us git config -f "$EVIL/config" core.compression nonsense
# Written anew if a git that read it in mid-pass took the repository for damaged.
write_evil() {
  # shellcheck disable=SC2016 # for the shell of the other user
  as_us sh -c 'grep -q nonsense "$ROOT/.git/config" || {
    cp "$EVIL/config" "$ROOT/.git/config.new" && mv "$ROOT/.git/config.new" "$ROOT/.git/config"
    mkdir -p "$ROOT/.git/hooks" && echo "* filter=evil" >"$ROOT/.git/info/attributes"
    for hook in post-checkout reference-transaction post-index-change; do
      cp "$EVIL/run" "$ROOT/.git/hooks/$hook"
    done; }' || true
  log_has 'git settings in the root that are not'
}
wait_for 20 write_evil
next_commit_arrives
nothing_ran
assert_no_log 'repository is not ours'
# Said once, not in every pass.
records=$(log_count 'git settings in the root that are not')
next_commit_arrives
assert_eq "$records" "$(log_count 'git settings in the root that are not')" "records"

scenario "what nothing outranks makes the repository foreign"
start
# set_and_seen <key> <value>: writes it anew if the repository was repaired meanwhile.
set_and_seen() {
  (($(log_count 'repository is not ours') > before)) && return
  as_us git config -f "$ROOT/.git/config" "$1" "$2" || true
  (($(log_count 'repository is not ours') > before))
}
for setting in "include.path $EVIL/included" "url.file://$EVIL/.insteadOf file://$REPO" \
  "http.proxy http://127.0.0.1:1" "core.worktree $EVIL" "extensions.strange 1" \
  "remote.origin.uploadpack $EVIL/run" "protocol.ext.allow always" "includeIf.gitdir:/.path $EVIL/included"; do
  before=$(log_count 'repository is not ours')
  wait_for 20 set_and_seen "${setting% *}" "${setting##* }"
  next_commit_arrives
done
before=$(log_count 'repository is not ours')
borrow_objects() {
  # shellcheck disable=SC2016 # for the shell of the other user
  as_us sh -c 'echo "$EVIL/git/.git/objects" >"$ROOT/.git/objects/info/alternates"' || true
  (($(log_count 'repository is not ours') > before))
}
wait_for 20 borrow_objects
next_commit_arrives
nothing_ran

scenario "a submodule's repository is looked at, too"
make_repo inner
make_repo outer
add_submodule "$REPO" "file://$SRV/inner" inner
chown -R 65533 "$SRV/inner" # git trusts it for git-sync
start --git-config=protocol.file.allow:always
config=$ROOT/.git/worktrees/$HASH/modules/inner/config
as_us git config -f "$config" core.fsmonitor "$EVIL/run"
wait_for 20 log_has 'git settings in the root that are not'
stop_gitsync
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --git-config=protocol.file.allow:always
assert_status 0
as_us git config -f "$config" include.path "$EVIL/included"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --git-config=protocol.file.allow:always
assert_status 0
assert_log 'repository is not ours'
assert_file_eq "$ROOT/link/inner/file" "inner 1"
nothing_ran
REPO=$SRV/app HASH=$(head_of "$SRV/app")

scenario "what the user sets goes on to count, above what stands in the root"
printf '#!/bin/sh\necho "$1" >>"%s/asked"\n' "$EVIL" >"$EVIL/monitor"
chmod 755 "$EVIL/monitor"
start --git-config="core.fsmonitor:$EVIL/monitor"
as_us git config -f "$ROOT/.git/config" core.fsmonitor "$EVIL/run"
wait_for 20 log_has 'git settings in the root that are not'
next_commit_arrives
assert_file "$EVIL/asked"
stop_gitsync
rm "$EVIL/asked"
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.fsmonitor GIT_CONFIG_VALUE_0=$EVIL/monitor \
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
assert_status 0
assert_file "$EVIL/asked"
nothing_ran

scenario "--trust-foreign-owner: a root that two users share on purpose"
start --group-write
stop_gitsync
objects=$(stat -c %i "$ROOT/.git/objects")
chown -R 65534:7000 "$ROOT/.git"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --group-write --trust-foreign-owner
assert_status 0
assert_no_log 'repository is not ours'
assert_eq "$objects" "$(stat -c %i "$ROOT/.git/objects")"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --group-write
assert_status 0
assert_log 'repository is not ours'
nothing_ran
