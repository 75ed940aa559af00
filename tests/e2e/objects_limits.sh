#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Servers that claim what they do not have - objects of 5 GiB and more, sizes that are none, bodies and listings
# without end: nothing is reserved for a claim, --max-tree-size refuses by name, a full disk is told as such, and
# what is published stays.
if [[ ${1:-} != in-namespace ]]; then
  unshare --mount true 2>/dev/null || { echo "SKIPPED: the kernel refuses a mount namespace" && exit 77; }
  exec unshare --mount bash "$0" in-namespace
fi
source "$(dirname "$0")/lib/e2e.sh"

for e2e_var in $(compgen -e AWS_); do unset "$e2e_var"; done
PORT=$(free_port)
REQUESTS=$T/requests GATE=$T/gate
spawn "$T/log/claims.log" "$PYTHON" "$E2E_LIB/servers/claims.py" "$PORT" "$REQUESTS" "$GATE"
wait_for 20 port_is_listening "$PORT"
export AWS_ENDPOINT_URL_S3=http://127.0.0.1:$PORT AWS_ACCESS_KEY_ID=k AWS_SECRET_ACCESS_KEY=s
GIB5=5368709120

on_exit() { umount -l "$T"/*/*/disk 2>/dev/null || true; }
begin() { : >"$REQUESTS"; }
# Objects whose bodies were asked for: neither listings, nor looks at what there is.
downloads() { grep -E '^GET ' "$REQUESTS" | grep -vE 'list-type|main\.json' || true; }
# refuses <words> <hint> <address> [flag…]
refuses() {
  begin
  run_gitsync --one-time --root="$ROOT" --link=link --sync-timeout=50s --repo="$3" "${@:4}"
  assert_status 1
  assert_explained "$1" "$2"
  assert_no_log '"hint":""'
  assert_log '"hint":"'
  assert_no_file "$ROOT/link"
  assert_nothing_half_made
}
refuses_at_once() { # the same, and nothing was downloaded
  refuses "$@"
  assert_eq "" "$(downloads)" "downloads"
}

scenario "a folder is refused by what its listing says, before anything is downloaded"
cause config server
refuses_at_once 'holds more than 1 GiB (--max-tree-size): refused at "size=5368709120/file" of 5 GiB' \
  "larger than --max-tree-size" "s3://any/size=$GIB5/" --max-tree-size=1GiB
refuses_at_once 'of 5 TiB' "larger than --max-tree-size" s3://any/size=5497558138880/
refuses_at_once 'of 5 GiB, after 10 GiB' "larger than --max-tree-size" "s3://any/size=$GIB5,copies=3/"
refuses_at_once 'of 7.9 EiB' "larger than --max-tree-size" "s3://any/size=9223372036854775807,copies=3/"

scenario "sizes that are none make no listing"
cause server
for size in 9223372036854775808 18446744073709551616 -1 -9223372036854775808 1e3 0x10 five 5368709120.5; do
  refuses_at_once 'the listing has an object of no size' "not what an S3 service says" "s3://any/size=$size/"
done

scenario "a page, or a listing, without an end"
cause server
refuses_at_once 'the listing is longer than 8 MiB a page' "not what an S3 service says" s3://any/page=endless/
cause config server
refuses_at_once 'holds more than 20 KiB' "larger than --max-tree-size" s3://any/pages=endless/ --max-tree-size=20KiB

scenario "without an ETag nobody could tell that an object has changed"
cause server
refuses_at_once 'the server has no ETag for' "nobody can tell that it has changed" s3://any/etag=none/

scenario "a claim of 5 GiB that is kept by 100 bytes: neither disk nor memory is taken for it"
cause server network damage config
start_gitsync --one-time --root="$ROOT" --link=link --repo="s3://any/size=$GIB5,length=$GIB5,body=2000000,hold/"
has_come() { (($(du -sk "$ROOT/.worktrees" 2>/dev/null | cut -f1) >= 1900)); }
wait_for 30 has_come
used=$(du -sk "$ROOT" | cut -f1) memory=$(awk '/^VmHWM/ { print $2 }' "/proc/$GITSYNC_PID/status")
((used < 100000)) || fail "$used KiB of disk were taken"
((memory < 100000 * E2E_TIME_FACTOR)) || fail "$memory KiB of memory were taken"
touch "$GATE"
wait_gitsync
assert_status 1
assert_explained "" "the connection broke"
assert_nothing_half_made

scenario "the Content-Length says something else than the listing, or nothing that is a length"
cause server network damage config
for length in 9223372036854775808 18446744073709551617 -5 many 5368709120x; do
  refuses "" "" "s3://any/size=200,length=$length,body=100/"
  refuses "" "" "s3://any/length=$length,body=100/a.tar.gz"
  refuses "" "" "http://127.0.0.1:$PORT/any/length=$length,body=100/a.tar.gz"
  refuses "" "" "s3://any/pointer=$GIB5,length=$length,body=100/main.json"
done
cause server
refuses "its size is not what was announced" "" s3://any/size=3000000,body=2000000/

scenario "bodies without an end, of objects that are announced as small ones"
cause server
for size in 0 10 300000 3000000; do
  refuses "" "" "s3://any/size=$size,body=endless/"
  used=$(du -sk "$ROOT" | cut -f1)
  ((used < 1000)) || fail "$used KiB stay"
done

scenario "archives: a claim of 5 GiB, zeros without an end, a member that claims 5 GiB"
for place in s3://any "http://127.0.0.1:$PORT/any"; do
  cause network server
  refuses "" "" "$place/length=$GIB5,body=100/a.tar.gz"
  cause damage config
  refuses "zeros follow the end of the archive on and on" "the archive is not whole" "$place/body=endless/a.tar"
  cause config
  refuses 'holds more than 1 MiB (--max-tree-size): refused at "member" of 5 GiB' "larger than --max-tree-size" \
    "$place/tar=$GIB5/a.tar.gz" --max-tree-size=1MiB
done

scenario "pointers: sizes that are none, one that is not kept, a document without an end"
cause server
for size in -1 '"5368709120"' 1e300 9223372036854775808 18446744073709551616 5.5 null; do
  refuses_at_once '"size" is no proper number' "address of a pointer" "s3://any/pointer=$size/main.json"
done
for place in s3://any "http://127.0.0.1:$PORT/any"; do
  cause config server damage
  refuses long "address of a pointer" "$place/pointer=endless/main.json"
  cause server config damage
  refuses 'the pointer tells of' "start its publisher again" "$place/pointer=$GIB5,body=100/main.json"
  refuses 'longer than it should be' "start its publisher again" "$place/pointer=1000,tar=$GIB5/main.json"
  cause config
  refuses 'holds more than 1 MiB (--max-tree-size): refused at "member" of 5 GiB' "larger than --max-tree-size" \
    "$place/pointer=$GIB5,tar=$GIB5/main.json" --max-tree-size=1MiB
done

# small_disk: ROOT is on one of 8 MiB, where something is published already.
small_disk() {
  mkdir -p "$D/disk"
  mount -t tmpfs -o size=8m none "$D/disk"
  ROOT=$D/disk/root
  run_gitsync --one-time --root="$ROOT" --link=link --repo=s3://any/size=2,body=2/
  assert_status 0
  before=$(readlink "$ROOT/link")
}
# fills_the_disk <address>: two passes fail by it, and nothing of them stays.
fills_the_disk() {
  run_gitsync --root="$ROOT" --link=link --period=100ms --max-failures=2 --repo="$1"
  assert_status 1
  assert_eq 2 "$(log_count '"failCount"')" "failed passes"
  assert_explained "No space left on device" "the disk that holds --root is full"
  assert_eq "$before" "$(readlink "$ROOT/link")" "what is published"
  assert_nothing_half_made
  used=$(du -sk "$ROOT" | cut -f1)
  ((used < 200)) || fail "$used KiB stay"
}

scenario "5 GiB that are no lie fill the disk: it is told, nothing of them stays, and what is published does"
cause disk
number=0
for address in "s3://any/size=$GIB5,length=$GIB5,body=endless/" "s3://any/tar=$GIB5/a.tar.gz" \
  "http://127.0.0.1:$PORT/any/tar=$GIB5/a.tar.gz" "s3://any/pointer=$GIB5,tar=$GIB5/main.json"; do
  D=$T/$E2E_SCENARIO_NR/$((++number))
  small_disk
  fills_the_disk "$address"
done
