#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A consumer that looks at the published link all the time and accepts nothing but whole trees of
# one commit.

# commit_uniform <repo> <text>: a commit whose files all hold the text; sets HASH.
commit_uniform() {
  local i
  for ((i = 0; i < ${UNIFORM_FILES:-30}; i++)); do printf '%s\n' "$2" >"$1/u$i"; done
  printf '%s %s\n' "$2" "${UNIFORM_FILES:-30}" >"$1/count"
  commit_all "$1"
}

# start_reader <link>: the link must be published. Sets READER_REPORT and READER_PID.
start_reader() {
  READER_REPORT=$T/log/reader.$RANDOM$RANDOM
  : >"$READER_REPORT"
  spawn "$READER_REPORT.errors" "$PYTHON" "$E2E_LIB/servers/reader.py" "$1" "$READER_REPORT"
  READER_PID=$SPAWNED
  wait_for 10 test -e "$READER_REPORT.rounds"
}

# assert_reader_happy: it has looked since, and has never seen anything but a whole tree.
assert_reader_happy() {
  local goal
  goal=$(($(cat "$READER_REPORT.rounds") + 3))
  e2e_reader_reaches() { (($(cat "$READER_REPORT.rounds") >= goal)); }
  wait_for 10 e2e_reader_reaches
  [[ ! -s $READER_REPORT ]] || fail "a reader saw: $(head -n 5 "$READER_REPORT")"
}
stop_reader() {
  assert_reader_happy
  stop_process "$READER_PID"
}
