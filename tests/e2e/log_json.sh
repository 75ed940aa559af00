#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# At full verbosity every line on stderr is one legal JSON record with its keys in the promised
# order, whatever bytes names, hooks and servers bring in; stdout stays empty.
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
ODD=$'caf\xe9 \x01\x1b[31m"\\ \xe2\x80\xa8 <&>'
commit_file "$REPO" "$ODD" "odd"
NAME=$'caf\xe9 "\\ \xe2\x80\xa8 <&>' # flags refuse control characters

# assert_records: every line of $LOG, in the order of keys of the contract.
assert_records() {
  "$PYTHON" - "$LOG" <<'PYTHON' || fail "illegal records in $LOG"
import json, re, sys
for number, line in enumerate(open(sys.argv[1], encoding="utf-8", newline="\n"), 1):
    where = f"line {number}: {line[:300]!r}"
    if number == 1 and line.startswith("git-sync: running as process 1"):
        continue  # the plain line of a container's process 1
    record = json.loads(line, object_pairs_hook=list)
    keys = [key for key, _ in record]
    assert len(set(keys)) == len(keys), where
    values = dict(record)
    info, error = ["logger", "ts", "caller", "level", "msg"], ["logger", "ts", "caller", "msg", "error"]
    assert keys[:5] in (info, error), where
    assert ("hint" not in keys) or keys[-1] == "hint", where
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}", values["ts"]), where
    assert [key for key, _ in values["caller"]] == ["file", "line"], where
    assert "/" not in dict(values["caller"])["file"], where
    assert values["logger"] in ("", "exechook", "pre-publish-exechook", "webhook"), where
    assert "\n" not in line[:-1], where
PYTHON
}

scenario "odd file names and a hook that prints every byte"
cat >"$D/hook" <<'HOOK'
#!/bin/bash
for i in {0..255}; do printf "\\x$(printf %x "$i")"; done | tee /dev/stderr
exit 3
HOOK
chmod +x "$D/hook"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --verbose=9 \
  --exechook-command="$D/hook" --error-file=error
assert_status 1
assert_link_hash "$ROOT/link" "$HASH"
assert_records
assert_log '"logger":"exechook"'
assert_eq "" "$(cat "$OUT")" "stdout"

scenario "a ref, a root and a repository of odd names"
ROOT=$D/$NAME
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --ref="$NAME" --verbose=9
assert_ne 0 "$STATUS" "exit status"
assert_records
run_gitsync --one-time --repo="file://$D/$NAME" --root="$D/root" --link=link --verbose=9
assert_ne 0 "$STATUS" "exit status"
assert_records

scenario "verbosity 0 still has the errors"
run_gitsync --one-time --repo="file://$D/nothing" --root="$ROOT" --link=link
assert_status 1
assert_records
assert_log '"error":"'
assert_no_log '"level":1'
