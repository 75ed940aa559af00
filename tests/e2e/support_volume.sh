#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The shared volume of the tests is a file system, and misbehaves as it says.
if [[ ${1:-} != in-namespace ]]; then
  unshare --mount true 2>/dev/null || { echo "SKIPPED: the kernel refuses a mount namespace" && exit 77; }
  exec unshare --mount bash "$0" in-namespace
fi
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/volume.sh"

# python <text> [argument…]: a program that ends with 1 and the errno's name on an OSError.
try() {
  "$PYTHON" - "$@" <<<"
import ctypes, errno, fcntl, os, sys
libc = ctypes.CDLL(None, use_errno=True)
def renameat2(a, b, flags):
    if libc.renameat2(-100, a.encode(), -100, b.encode(), flags):
        raise OSError(ctypes.get_errno(), 'renameat2')
try:
    $1
except OSError as error:
    print(errno.errorcode[error.errno])
else:
    print('fine')
"
}
says() { assert_eq "$1" "$(cd "$VOLUME" && try "$2")" "$2"; }

scenario "without faults it is a file system like others"
mount_volume plain
mkdir -p "$VOLUME/a/b"
echo text >"$VOLUME/a/b/file"
ln -s b/file "$VOLUME/a/link"
ln "$VOLUME/a/b/file" "$VOLUME/a/same"
assert_file_eq "$VOLUME/a/link" text
assert_eq "$(stat -c %i "$VOLUME/a/same")" "$(stat -c %i "$VOLUME/a/b/file")" "the inode of a hard link"
chmod 600 "$VOLUME/a/same"
assert_eq 600 "$(stat -c %a "$VOLUME_FOLDER/a/b/file")" "mode"
truncate -s 2 "$VOLUME/a/same"
touch -d @1000 "$VOLUME/a/same"
assert_eq "2 1000" "$(stat -c '%s %Y' "$VOLUME_FOLDER/a/same")" "size and time"
says fine 'renameat2("a", "c", 1)'
says EEXIST 'os.mkdir("d"); renameat2("c", "d", 1)'
says fine 'renameat2("c", "d", 2)'
assert_eq "b
link
same" "$(ls "$VOLUME/d")" "a listing"
rm -r "$VOLUME/c" "$VOLUME/d"
git clone -q "$(make_repo app && echo "$REPO")" "$VOLUME/clone"
git -C "$VOLUME/clone" fsck --no-progress
says fine 'f = os.open("l", os.O_RDWR | os.O_CREAT); fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)'
flock "$VOLUME/l" true
(($(volume_count plain create) > 10)) || fail "creations are not counted"

scenario "silly: what is open keeps its folder"
set_volume plain silly
mkdir "$VOLUME/folder"
echo text >"$VOLUME/folder/file"
exec {OPEN}<"$VOLUME/folder/file"
rm "$VOLUME/folder/file"
says ENOTEMPTY 'os.rmdir("folder")'
SILLY=$(ls -A "$VOLUME/folder")
[[ $SILLY == .nfs* ]] || fail "there is no .nfs file: $SILLY"
says EBUSY "os.remove('folder/$SILLY')"
assert_eq text "$(cat <&"$OPEN")" "what is open"
exec {OPEN}<&-
is_empty() { [[ -z $(ls -A "$VOLUME/folder") ]]; }
wait_for 5 is_empty
says fine 'os.rmdir("folder")'

scenario "refused: links, modes, owners, locks, kinds of rename"
set_volume plain link=EOPNOTSUPP chmod=EACCES chown=EPERM lock=ENOLCK rename-flags=EINVAL sync-folder=EIO
: >"$VOLUME/x"
: >"$VOLUME/y"
says ENOTSUP 'os.link("x", "z")'
says EACCES 'os.chmod("x", 0o600)'
says EPERM 'os.chown("x", 1, 1)'
says ENOLCK 'fcntl.lockf(os.open("x", os.O_RDWR), fcntl.LOCK_EX | fcntl.LOCK_NB)'
says ENOLCK 'fcntl.flock(os.open("x", os.O_RDWR), fcntl.LOCK_EX | fcntl.LOCK_NB)'
says EINVAL 'renameat2("x", "y", 2)'
says EINVAL 'renameat2("x", "w", 1)'
says EIO 'os.fsync(os.open(".", os.O_RDONLY))'
says ENOTSUP 'os.open(".", os.O_TMPFILE | os.O_RDWR)'
set_volume plain no-types
assert_eq "[True]" "$("$PYTHON" -c 'import os, sys
print([os.DirEntry.is_file(e) for e in os.scandir(sys.argv[1]) if e.name == "x"])' "$VOLUME")" "a kind by stat"

scenario "squash: root is nobody"
set_volume plain squash
: >"$VOLUME/squashed"
assert_eq 65534 "$(stat -c %u "$VOLUME/squashed")" "the owner"
mkdir -m 755 "$VOLUME_FOLDER/of-root"
says EACCES 'os.mkdir("of-root/x")'
says EPERM 'os.chown("squashed", 0, 0)'

scenario "stale: the first look at what was replaced fails"
set_volume plain stale=4
says fine 'os.rename("x", "y")'
says ESTALE 'os.stat("y")'
wait_for 5 test -e "$VOLUME/y"

scenario "another client has a handle of what is gone"
set_volume plain
mkdir "$VOLUME/gone"
exec {OPEN}<"$VOLUME/gone"
mount_client plain other handles cache=1
mkdir -p "$VOLUME/shared"
cd "$VOLUME/shared"
rmdir "$VOLUME_FOLDER/shared"
assert_eq ESTALE "$(try 'os.listdir(".")')" "a folder that is gone"
cd "$T"
exec {OPEN}<&-

scenario "delay: each operation takes its time"
set_volume other delay=20000
start=${EPOCHREALTIME/./}
: >"$VOLUME/slow"
((${EPOCHREALTIME/./} - start >= 40000)) || fail "nothing was delayed"
cd "$T"
unmount_volume other
unmount_volume plain
