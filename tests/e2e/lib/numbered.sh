#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Repositories whose commits say everywhere which one they are, and readers that accept nothing else
# (numbered.py).

# make_numbered <name> <count>: sets REPO and COMMITS; main is at the first.
make_numbered() {
  make_repo "$1"
  git -C "$REPO" checkout -q --detach
  mapfile -t COMMITS < <("$PYTHON" "$E2E_LIB/numbered.py" make "$REPO" "$2")
}

# start_numbered_readers <link> <how many>: the link must be published.
start_numbered_readers() {
  local n
  NUMBERED_READERS=()
  for ((n = 0; n < $2; n++)); do
    spawn "$D/reader.$n.errors" "$PYTHON" "$E2E_LIB/numbered.py" read "$1" "$D/reader.$n"
    NUMBERED_READERS+=("$SPAWNED")
    wait_for 20 test -e "$D/reader.$n.rounds"
  done
}

# stop_numbered_readers: they have never seen anything odd, and have looked often enough to tell.
stop_numbered_readers() {
  local n
  for n in "${!NUMBERED_READERS[@]}"; do
    is_running "${NUMBERED_READERS[n]}" || fail "a reader died: $(cat "$D/reader.$n.errors")"
    kill -TERM "${NUMBERED_READERS[n]}"
    wait_for 20 is_gone "${NUMBERED_READERS[n]}"
    assert_eq "" "$(grep -v '^read ' "$D/reader.$n" | head -n 5 || true)" "complaints of a reader"
    tail -n 1 "$D/reader.$n"
    awk '{ exit !($2 >= 10 && $4 >= 100 && $6 >= 3) }' < <(tail -n 1 "$D/reader.$n") ||
      fail "a reader hardly read anything: $(tail -n 1 "$D/reader.$n")"
  done
}
