#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# --error-file holds the last error with git's own words until a pass succeeds; where it lies and
# what happens when it cannot be written (scenario 53 of docs/contract.md#scenarios).
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
fails_with() { # <flags…>: the repository is missing
  run_gitsync --one-time --repo="file://$D/missing" --root="$ROOT" --link=link "$@"
  assert_status 1
}
succeeds_with() {
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link "$@"
  assert_status 0
}
assert_error_file() { # <path>
  assert_file "$1"
  assert_eq '["Msg","Err","Args"]' "$(jq -c keys_unsorted "$1")" "keys of $1"
  assert_eq true "$(jq '.Args | keys == keys_unsorted' "$1")" "Args are sorted"
  assert_contains "$(jq -r .Err "$1")" "does not appear to be a git repository" "git's words"
  assert_contains "$(jq -r .Err "$1")" "$D/missing" "git's words"
  assert_eq 644 "$(stat -c %a "$1")" "mode of $1"
  [[ $(tail -c 1 "$1") == "}" ]] || fail "$1 ends with a newline"
  assert_eq "" "$(find "$(dirname "$1")" -maxdepth 1 -name 'tmp-err-*')" "temporary files"
}

scenario "53: relative to the root; deleted by a success"
cause not-found
fails_with --error-file=error.json
assert_error_file "$ROOT/error.json"
succeeds_with --error-file=error.json
assert_no_file "$ROOT/error.json"
assert_link_hash "$ROOT/link" "$HASH"

scenario "53: absolute, in a missing directory"
cause not-found
fails_with --error-file="$D/new/error.json"
assert_error_file "$D/new/error.json"
succeeds_with --error-file="$D/new/error.json"
assert_no_file "$D/new/error.json"

scenario "a directory is created one level only, and the log tells"
fails_with --error-file="$D/not/there/error.json"
assert_no_file "$D/not"
assert_log "cannot write the error file"
succeeds_with --error-file="$D/not/there/error.json"

scenario "while running: written by failing passes, deleted by the next success"
cause not-found
git clone -q "$REPO" "$SRV/moving"
start_gitsync --repo="file://$SRV/moving" --root="$ROOT" --link=link --period=100ms \
  --max-failures=-1 --error-file=error.json
wait_for 20 link_is "$ROOT/link" "$HASH"
assert_no_file "$ROOT/error.json"
mv "$SRV/moving" "$SRV/moved"
wait_for 20 test -f "$ROOT/error.json"
mv "$SRV/moved" "$SRV/moving"
wait_for 20 test ! -e "$ROOT/error.json"

scenario "left over from an earlier run: the first success removes it"
mkdir "$ROOT"
printf 'old' >"$ROOT/error.json"
succeeds_with --error-file=error.json
assert_no_file "$ROOT/error.json"

scenario "a configuration error is bare text"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --error-file="$D/error" --depth=-1
assert_status 1
assert_file "$D/error"
assert_file_contains "$D/error" "--depth"
assert_file_lacks "$D/error" '{'

scenario "errors of hooks are not written"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link \
  --error-file=error.json --exechook-command=false
assert_status 1
assert_no_file "$ROOT/error.json"
