#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A full TMPDIR does not keep a commit from being published, and a cleaner that removes git-sync's folder
# there, between passes or in the middle of one, leaves no credential daemon behind.
if [[ ${1-} != in-namespace ]]; then
  unshare --mount true 2>/dev/null || { echo "SKIPPED: no mount namespaces here" && exit 77; }
  exec unshare --mount bash "$0" in-namespace
fi
source "$(dirname "$0")/lib/e2e.sh"
need_commands mount dd

small=$T/small
mkdir "$small"
mount -t tmpfs -o size=1m tmpfs "$small" || skip "cannot mount"
on_exit() { umount -l "$small" || true; }
export TMPDIR=$small GITSYNC_PASSWORD=right
fill() { dd if=/dev/zero of="$small/filler" bs=4k 2>/dev/null || true; }
has_room() { ! [[ -e $small/filler ]]; }
daemons() { pgrep -fc "credential-cache--daemon $small/" || true; }
start() {
  has_room || rm "$small/filler"
  start_gitsync --repo="$HTTPS_URL/app" --username=user --link=link --root="$ROOT" --period=100ms \
    "${HTTP_FLAGS[@]}" "$@"
  wait_for 20 link_is "$ROOT/link" "$HASH"
}
next_commit_arrives() {
  commit_file "$REPO" file "app $RANDOM$RANDOM"
  wait_for 20 link_is "$ROOT/link" "$HASH"
}

make_repo app
start_https plain auth=/app:user:right

scenario "TMPDIR is full: commits go on arriving, one record says what hooks lack, room ends it"
use_http
start
fill
for _ in 1 2 3; do next_commit_arrives; done
wait_passes 2
assert_eq 1 "$(log_count 'cannot write which directories git may trust')" "records"
assert_eq 1 "$(jq -r 'select(.level == null) | .msg' <(log_records) | wc -l)" "error records"
rm "$small/filler"
next_commit_arrives
assert_file_contains "$(echo "$small"/git-sync.*/trust)" "$HASH"
stop_gitsync
assert_status 143
assert_eq "" "$(ls -A "$small")" "left in TMPDIR"

scenario "full and cleaned: the settings reach git without their file"
cause disk
use_http
start --max-failures=-1 --engine=git
freeze_gitsync
rm -rf "$small"/git-sync.*
fill
thaw_gitsync
next_commit_arrives
wait_passes 2
assert_eq 1 "$(log_count "cannot write git's private configuration")" "records"
assert_eq 1 "$(daemons)" "credential daemons"
rm "$small/filler"
wait_passes 2
assert_file "$(echo "$small"/git-sync.*/gitconfig)"
next_commit_arrives
stop_gitsync
assert_no_gitsync_process

scenario "a cleaner at any moment: one daemon at most, none afterwards, commits go on arriving"
cause disk
use_http
start --max-failures=-1 --engine=git
for _ in {1..15}; do
  wait_for 10 rm -rf "$small"/git-sync.* # again, if git-sync puts something into what rm has just emptied
  wait_passes 1
done
for _ in {1..5}; do
  rm -f "$small"/git-sync.*/cache/socket
  wait_passes 1
done
next_commit_arrives
wait_passes 2
assert_eq 1 "$(daemons)" "credential daemons"
freeze_gitsync
rm -rf "$small"/git-sync.*
thaw_gitsync
stop_gitsync
assert_no_gitsync_process
no_daemon() { (($(daemons) == 0)); }
wait_for 5 no_daemon
