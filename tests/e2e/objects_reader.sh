#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# During fast changes of a snapshot and of a bucket's folder a reader never misses the link, and never sees files
# of two states as one tree. objects_reader_300.sh has more changes.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/engines.sh"
source "$E2E_LIB/numbered.sh"
source "$E2E_LIB/s3.sh"

CHANGES=${CHANGES:-60}
start_s3_seaweed
make_bucket changing

scenario "a snapshot: published from git, followed from the bucket, one commit after the other"
make_numbered followed "$CHANGES"
start_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --period=20ms \
  --publish-snapshot=s3://changing/snapshots/
pointer_is() { [[ $(get_object changing snapshots/main.json 2>/dev/null | jq -r .commit) == "$1" ]]; }
wait_for 30 pointer_is "${COMMITS[0]}"
spawn "$T/log/follower.log" "$GITSYNC_BIN" --repo=s3://changing/snapshots/main.json --root="$D/follower" --link=link \
  --period=20ms
wait_for 30 link_is "$D/follower/link" "${COMMITS[0]}"
inode=$(stat -c %i "$D/follower/link/d/same0")
start_numbered_readers "$D/follower/link" 2
for commit in "${COMMITS[@]:1}"; do
  git -C "$REPO" update-ref refs/heads/main "$commit"
  wait_for 30 link_is "$ROOT/link" "$commit"
done
wait_for 60 link_is "$D/follower/link" "${COMMITS[-1]}"
stop_numbered_readers
assert_eq "$inode" "$(stat -c %i "$D/follower/link/d/same0")" "the inode of a file that never changes"
diff -r --exclude=.git "$ROOT/link/" "$D/follower/link/" || fail "the trees differ"
assert_no_log '"hook failed"'
! grep '"error"' "$T/log/follower.log" || fail "the follower has failed"

scenario "a folder: several objects are replaced one after the other, and no tree shows what never was"
# The files f0 to f4 are raised by one, in this order: at any moment none is higher than the one before it, and
# the last one is one lower than the first at most.
for file in 0 1 2 3 4; do put_object changing "folder/f$file" 1; done
start_gitsync --repo=s3://changing/folder/ --root="$ROOT" --link=link --period=20ms
shows() { [[ $(cat "$ROOT/link/f4" 2>/dev/null) == "$1" ]]; }
wait_for 30 shows 1
cat >"$D/reader.py" <<'PYTHON'
import os, signal, sys

link, report = sys.argv[1:]
stopped = []
signal.signal(signal.SIGTERM, lambda *_: stopped.append(1))
trees, rounds = set(), 0


def read(folder, name):
    with open(os.open(name, os.O_RDONLY, dir_fd=folder)) as file:
        return int(file.read())


while not stopped:
    folder = os.open(link, os.O_RDONLY)
    try:
        values = tuple(read(folder, f"f{number}") for number in range(5))
    except FileNotFoundError:  # the tree was superseded long enough to be taken apart
        values = None
    os.close(folder)
    rounds += 1
    if values is not None:
        if list(values) != sorted(values, reverse=True) or values[0] - values[-1] > 1:
            sys.exit(f"a mixture: {values}")
        trees.add(values)
    with open(report + ".new", "w") as file:
        file.write(f"{rounds} {len(trees)}\n")
    os.rename(report + ".new", report)
PYTHON
spawn "$D/reader.errors" "$PYTHON" "$D/reader.py" "$ROOT/link" "$D/report"
READER=$SPAWNED
wait_for 20 test -e "$D/report"
for ((change = 2; change <= CHANGES / 5 + 1; change++)); do
  for file in 0 1 2 3 4; do put_object changing "folder/f$file" "$change"; done
done
wait_for 30 shows "$((change - 1))"
is_running "$READER" || fail "$(cat "$D/reader.errors")"
kill -TERM "$READER"
wait_for 20 is_gone "$READER"
read -r rounds trees <"$D/report"
printf '%s rounds, %s different trees\n' "$rounds" "$trees"
((rounds >= 100 && trees >= 3)) || fail "the reader hardly read anything: $rounds rounds, $trees trees"
assert_no_log '"failCount"'
