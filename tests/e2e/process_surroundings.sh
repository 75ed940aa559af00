#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Odd surroundings of the process: no HOME or an unwritable one, strange TMPDIRs, a working
# directory that is gone, few descriptors, --add-user with each kind of /etc/passwd
# (docs/contract.md#add-user).
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
start_https plain auth=/app:user:right
flags=(--one-time --repo="$HTTPS_URL/app" --username=user --link=link)
export GITSYNC_PASSWORD=right

# run_with <env arguments…> -- <flags…>: run_gitsync with a changed environment.
run_with() {
  local changes=()
  while [[ $1 != -- ]]; do changes+=("$1") && shift; done
  shift
  e2e_new_run
  STATUS=0
  E2E_RUN=$RUN timeout -k 5 60 env --default-signal "${changes[@]}" "$GITSYNC_BIN" "$@" \
    </dev/null >"$OUT" 2>"$LOG" || STATUS=$?
}
assert_synced() {
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
  assert_log_json
  assert_no_gitsync_process
}
nothing_in() { assert_eq "" "$(ls -A "$1")" "left in $1"; }

scenario "HOME unset, empty, missing, or a file: credentials and all work"
printf 'a file\n' >"$D/file"
for home in -uHOME HOME= HOME=/nonexistent "HOME=$D/file" HOME=relative; do
  ROOT=$D/root.$home
  ROOT=${ROOT//"$D/file"/} ROOT=${ROOT//\/nonexistent/}
  run_with "$home" -- "${flags[@]}" --root="$ROOT"
  assert_synced
done
assert_no_file "$T/relative"
nothing_in "$TMPDIR"

scenario "a cleaner removes our temporary files while we run: the next change is still published"
# The pass in the middle of which it happens may fail.
start_gitsync --repo="$HTTPS_URL/app" --username=user --link=link --root="$ROOT" --period=100ms \
  --max-failures=-1
wait_for 10 link_is "$ROOT/link" "$HASH"
wait_for 10 rm -rf "${TMPDIR:?}"/* # again, if git-sync puts something into what rm has just emptied
commit_file "$REPO" file "after the cleaner"
wait_for 10 link_is "$ROOT/link" "$HASH"
stop_gitsync
assert_status 143
nothing_in "$TMPDIR"

scenario "what a killed process left in TMPDIR goes at the next start, secrets and cache daemon too"
start_gitsync --repo="$HTTPS_URL/app" --username=user --link=link --root="$ROOT" --period=100ms
wait_for 10 link_is "$ROOT/link" "$HASH"
stop_gitsync KILL
LEFT=$(ls -d "$TMPDIR"/git-sync.*)
touch -d '-1 hour' "$LEFT"
run_with HOME="$HOME" -- "${flags[@]}" --root="$ROOT"
assert_status 0
nothing_in "$TMPDIR"

scenario "TMPDIR with blanks, quotes and a dollar sign, longer than a socket's name may be"
long=$D/$(printf 'long%.0s' {1..40})
for directory in "$D/a 'b' \"c\" \$(touch executed) ;d" "$D/-x" "$D/back\\slash#" "$long" \
  "$D/"$'new\nline' "$D/utf-\xff"; do
  mkdir -p "$directory"
  rm -rf "$ROOT"
  run_with "TMPDIR=$directory" -- "${flags[@]}" --root="$ROOT"
  assert_synced
  nothing_in "$directory"
done
assert_eq "" "$(find "$T" -name executed)" "executed text"

scenario "no TMPDIR: /tmp serves"
run_with -uTMPDIR -- "${flags[@]}" --root="$ROOT"
assert_synced

scenario "a TMPDIR that is missing or a file: one clear error and exit 1"
cause disk permission config
printf 'a file\n' >"$D/file"
for directory in "$D/missing" "$D/file"; do
  run_with "TMPDIR=$directory" -- "${flags[@]}" --root="$ROOT"
  assert_status 1
  assert_log "$directory"
  assert_log '"hint"'
  assert_log_json
done

scenario "the working directory was removed before the start"
mkdir "$D/gone"
cd "$D/gone"
rmdir "$D/gone"
run_gitsync "${flags[@]}" --root="$ROOT"
cd "$T"
assert_synced

scenario "git's variables for one repository, as in a git hook, neither mislead our git nor hooks"
cat >"$D/hook" <<'SCRIPT'
#!/bin/sh
env | grep '^GIT_' >"$SEEN"
SCRIPT
chmod +x "$D/hook"
printf 'nonsense\n' >"$D/nonsense"
names=(GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_QUARANTINE_PATH GIT_COMMON_DIR
  GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_NAMESPACE GIT_PREFIX GIT_INTERNAL_SUPER_PREFIX GIT_CONFIG
  GIT_SHALLOW_FILE GIT_GRAFT_FILE GIT_REPLACE_REF_BASE GIT_NO_REPLACE_OBJECTS
  GIT_IMPLICIT_WORK_TREE)
run_with "${names[@]/%/=$D/nonsense}" SEEN="$D/seen" GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=user.name \
  GIT_CONFIG_VALUE_0=me -- "${flags[@]}" --root="$ROOT" --exechook-command="$D/hook"
assert_synced
for name in "${names[@]}"; do assert_file_lacks "$D/seen" "$name="; done
assert_file_contains "$D/seen" GIT_CONFIG_VALUE_0=me
assert_log '"user.name":"me"'

scenario "few descriptors are enough, and are not used up by many passes"
e2e_new_run
E2E_RUN=$RUN setsid prlimit --nofile=40 env --default-signal "$GITSYNC_BIN" \
  --repo="$HTTPS_URL/app" --username=user --link=link --root="$ROOT" --period=10ms -v 3 \
  </dev/null >"$OUT" 2>"$LOG" &
GITSYNC_PID=$!
GITSYNC_PIDS+=("$GITSYNC_PID")
many_passes() { (($(log_count '"next sync"') >= 20)); }
wait_for 60 many_passes
assert_no_log '"error"'
commit_file "$REPO" file "app, few descriptors"
wait_for 20 link_is "$ROOT/link" "$HASH"
stop_gitsync
assert_status 143

scenario "--add-user: a uid without entry gets one line, once; a known uid changes nothing"
((UID == 0)) || skip "only root can be several users"
need_commands setpriv unshare
unshare --mount true 2>/dev/null || skip "the kernel refuses a mount namespace"
setpriv --reuid=54321 --clear-groups test -x "$GITSYNC_BIN" ||
  skip "another user may not run $GITSYNC_BIN"
chmod 755 "$T"
chmod 1777 "$TMPDIR"
mkdir -m 777 "$D/writable"
ROOT=$D/writable/root
# run_as <uid> <mount options of passwd>: with $D/passwd as /etc/passwd and a home of its own.
run_as() {
  e2e_new_run
  STATUS=0
  # shellcheck disable=SC2016 # the inner shell expands it
  E2E_RUN=$RUN timeout -k 5 60 unshare --mount sh -c '
    mount --bind "$1" /etc/passwd && mount -o "remount,bind,$2" /etc/passwd && shift 2 &&
    exec "$@"' sh "$D/passwd" "$2" \
    setpriv --reuid="$1" --regid="$1" --clear-groups env HOME="${user_home-/tmp/home}" "$GITSYNC_BIN" \
    "${flags[@]}" --root="$ROOT" --add-user </dev/null >"$OUT" 2>"$LOG" || STATUS=$?
}
line=git-sync:x:54321:54321::/tmp/home:/sbin/nologin
printf 'root:x:0:0:root:/root:/bin/bash' >"$D/passwd"
chmod 666 "$D/passwd"
for time in first second; do
  run_as 54321 rw
  assert_synced
  assert_file_eq "$D/passwd" $'root:x:0:0:root:/root:/bin/bash\n'"$line"
done

scenario "--add-user: without a home of its own the user gets the working directory"
mkdir -m 777 "$D/writable"
ROOT=$D/writable/root
: >"$D/passwd"
chmod 666 "$D/passwd"
user_home="" run_as 54321 rw
assert_synced
assert_file_eq "$D/passwd" "git-sync:x:54321:54321::$(pwd -P):/sbin/nologin"

scenario "--add-user: an entry that may not be written is fatal"
cause permission
mkdir -m 777 "$D/writable"
ROOT=$D/writable/root
printf 'root:x:0:0:root:/root:/bin/bash\n' >"$D/passwd"
chmod 644 "$D/passwd"
run_as 54321 rw
assert_status 1
assert_log "/etc/passwd"
assert_log '"hint"'
assert_no_file "$ROOT/link"

scenario "--add-user: a root file system that is read-only, as charts have it, is no obstacle"
cause permission
mkdir -m 777 "$D/writable"
ROOT=$D/writable/root
printf 'root:x:0:0:root:/root:/bin/bash\n' >"$D/passwd"
chmod 666 "$D/passwd"
run_as 54321 ro
assert_synced
assert_log "/etc/passwd"
assert_file_eq "$D/passwd" 'root:x:0:0:root:/root:/bin/bash'
