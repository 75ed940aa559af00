#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What `./dev hints` is told and finds: error records of every run with their scenario and cause, errors
# without a hint, hints that blame something else, and hints that it does not know.
source "$(dirname "$0")/lib/e2e.sh"

# A program that logs one error, with a hint if there is one: $1 error, $2 hint; then a cut line.
cat >"$T/program" <<'SCRIPT'
#!/bin/sh
printf '{"msg":"plain","level":0}\n{"msg":"failed","error":"%s"%s}\n{"msg":"cu' "$1" \
  "${2:+,\"hint\":\"$2\"}" >&2
SCRIPT
chmod +x "$T/program"

# judge <lines of a script>: runs it with collection on, then the report; sets REPORT and VERDICT.
judge() {
  printf 'source "%s/e2e.sh"\n%s\n' "$E2E_LIB" "$1" >"$D/inner.sh"
  mkdir -p "$D/records"
  GITSYNC_BIN=$T/program E2E_RECORDS=$D/records bash "$D/inner.sh" >"$D/output" 2>&1 ||
    fail "the inner script: $(tail -n 3 "$D/output")"
  VERDICT=0
  REPORT=$("$PYTHON" "$PROJECT_ROOT/tools/dev/hints.py" "$D/records") || VERDICT=$?
}

scenario "error records are collected with script, scenario and cause, the last of a run included"
judge 'scenario "a claim"
cause disk
run_gitsync "no room" "the disk that holds --root is full"
start_gitsync "other words" "the disk that holds --root is full"
wait_gitsync'
assert_eq 0 "$VERDICT" "exit status of the report"
assert_eq "inner a claim disk failed|no room|the disk that holds --root is full" \
  "$(jq -r '"\(.script) \(.scenario) \(.cause) \(.msg)|\(.error)|\(.hint)"' "$D/records/inner.jsonl" | head -n 1)"
assert_eq 2 "$(grep -c . "$D/records/inner.jsonl")" "records"

scenario "an error without a hint is found, twice the same one is one"
judge 'scenario "mute"
run_gitsync "no words for /tmp/a/b at 127.0.0.1:1"
run_gitsync "no words for /tmp/c/d/e at 127.0.0.1:2"'
assert_eq 1 "$VERDICT" "exit status of the report"
assert_contains "$REPORT" "errors without a hint: 1"
assert_contains "$REPORT" "2x  failed: no words for <path> at <host>"
assert_contains "$REPORT" "inner: mute"

scenario "a hint that blames something else than the declared cause is found; any of several may be"
judge 'scenario "blamed"
cause auth
run_gitsync "sorry" "the disk that holds --root is full"
scenario "either"
cause auth disk
run_gitsync "sorry" "the disk that holds --root is full"'
assert_eq 1 "$VERDICT" "exit status of the report"
found=$(sed -n '/did not happen: 1/,/^==/p' <<<"$REPORT")
assert_contains "$found" "what happened: auth"
assert_contains "$found" "inner: blamed"
assert_not_contains "$found" "inner: either"

scenario "a hint that the table does not know is found"
judge 'run_gitsync "sorry" "think again"'
assert_eq 1 "$VERDICT" "exit status of the report"
assert_contains "$REPORT" "does not know: 1"

scenario "a word that is no cause fails its script"
if (GITSYNC_BIN=$T/program && trap - ERR && cause nonsense) >"$D/output" 2>&1; then fail "it was taken"; fi
assert_file_contains "$D/output" "no such cause: nonsense"
