#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Assertions: each one names what was expected and what was found, then ends the test.

# assert_eq <expected> <actual> [what]
assert_eq() { [[ $1 == "$2" ]] || fail "${3:-value}: expected '$1', found '$2'"; }

# assert_ne <unwanted> <actual> [what]
assert_ne() { [[ $1 != "$2" ]] || fail "${3:-value}: must differ from '$1'"; }

# assert_contains <text> <part> [what]
assert_contains() { [[ $1 == *"$2"* ]] || fail "${3:-text} lacks '$2': $(cut -c1-2000 <<<"$1")"; }
assert_not_contains() {
  [[ $1 != *"$2"* ]] || fail "${3:-text} must not hold '$2': $(cut -c1-2000 <<<"$1")"
}

# assert_file_eq <path> <content>: content without a last newline is taken as given or with one.
assert_file_eq() {
  [[ -f $1 ]] || fail "no such file: $1"
  local found
  found=$(cat "$1")
  [[ $found == "$2" ]] || fail "$1: expected '$2', found '$found'"
}
assert_file() { [[ -e $1 ]] || fail "does not exist: $1"; }
assert_no_file() { [[ ! -e $1 && ! -L $1 ]] || fail "must not exist: $1 ($(ls -ld "$1"))"; }
assert_file_contains() {
  [[ -f $1 ]] || fail "no such file: $1"
  grep -qF -e "$2" "$1" || fail "$1 lacks '$2': $(tail -c 2000 "$1")"
}
assert_file_lacks() { ! grep -qF -e "$2" "$1" || fail "$1 must not hold '$2'"; }

# link_hash <link>: prints the hash that a published link names, or nothing.
link_hash() { [[ -L $1 ]] && basename -- "$(readlink -- "$1")"; }
link_is() { [[ $(link_hash "$1") == "$2" ]]; }

# assert_link_hash <link> <hash>: a relative symlink to an existing directory named <hash>.
assert_link_hash() {
  [[ -L $1 ]] || fail "no link: $1"
  local target
  target=$(readlink "$1")
  [[ $target != /* ]] || fail "$1: the target must be relative: $target"
  assert_eq "$2" "$(basename -- "$target")" "$1: published hash"
  [[ -d $1/ ]] || fail "$1 dangles: $target"
}

# assert_clean_tree <repository> <hash> <directory>: holds just what the commit holds.
assert_clean_tree() {
  rm -rf "$T/expected-tree"
  mkdir -p "$T/expected-tree"
  git -C "$1" archive "$2" | tar -x -C "$T/expected-tree"
  diff -r --no-dereference --exclude=.git "$T/expected-tree" "$3/" >&2 ||
    fail "$3 differs from commit $2 of $1"
}

# assert_status <expected>: exit status of the last run_gitsync or wait_gitsync.
assert_status() { assert_eq "$1" "$STATUS" "exit status of git-sync"; }
assert_exit_code() { # <expected> <command…>
  local expected=$1 found=0 && shift
  "$@" || found=$?
  assert_eq "$expected" "$found" "exit status of: $*"
}

# assert_log_json [log]: every line of the log that begins with { is a legal JSON record with the
# keys that the contract promises.
assert_log_json() {
  local log=${1:-$LOG} bad
  bad=$(grep '^{' "$log" | jq -c 'select((has("logger") and has("ts") and has("caller") and
    has("msg") and (has("level") or has("error"))) | not)' 2>&1) ||
    fail "$log holds an illegal JSON line: $bad"
  [[ -z $bad ]] || fail "$log: record without the promised keys: $bad"
}

# assert_log <text> / assert_no_log <text>: of the current $LOG.
assert_log() { assert_file_contains "$LOG" "$1"; }
assert_no_log() { assert_file_lacks "$LOG" "$1"; }
log_has() { grep -qF -e "$1" "$LOG"; }
# log_count <text>: how many log lines hold the text.
log_count() { grep -cF -e "$1" "$LOG" || true; }

# assert_explained <words> <hint>: the last failed pass, or the start that failed, has these words in
# its error and this text in its one line of advice.
assert_explained() {
  local record
  record=$(grep -E '"failCount"|"cannot start"' "$LOG" | tail -n 1)
  assert_contains "$(jq -r .error <<<"$record")" "$1" "error of the log"
  assert_contains "$(jq -r .hint <<<"$record")" "$2" "hint of the log"
  assert_eq 1 "$(jq -r .hint <<<"$record" | wc -l)" "lines of the hint"
}
