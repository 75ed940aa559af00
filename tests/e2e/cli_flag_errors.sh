#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Flag errors: the message on stdout and stderr, the usage on stderr, exit status 2, no error file.
source "$(dirname "$0")/lib/e2e.sh"

refused() { # <beginning of the message> <flags…>
  local message=$1 && shift
  run_gitsync --repo=/nowhere --root="$ROOT" --error-file="$D/error" "$@"
  assert_status 2
  assert_eq 1 "$(wc -l <"$OUT")" "lines on stdout"
  [[ $(cat "$OUT") == "$message"* ]] || fail "expected '$message', found '$(cat "$OUT")'"
  assert_eq "$(cat "$OUT")" "$(head -n 1 "$LOG")" "first line on stderr"
  assert_eq "Usage: git-sync [FLAGS...]" "$(sed -n 2p "$LOG")" "second line on stderr"
  assert_no_file "$D/error"
  assert_no_file "$ROOT"
}

scenario "unknown flags"
refused "unknown flag: --no-such" --no-such
refused "unknown flag: --no-such" --no-such=value
refused "unknown flag: --Repo" --Repo=x
refused "unknown flag: --dept (did you mean --depth?)" --dept=1
refused "unknown flag: --logtostderr" --logtostderr
refused "unknown shorthand flag: 'r' in -root (did you mean --root?)" -root=x
refused "unknown flag: --no-such" --help --no-such

scenario "bad syntax and missing values"
refused "bad flag syntax: --=x" --=x
refused "bad flag syntax: ---x" ---x
refused "flag needs an argument: --depth" --depth
refused "flag needs an argument: 'v' in -v" -v

scenario "values of the wrong type"
refused 'invalid argument "v" for "-v, --verbose" flag: ' -vv
refused 'invalid argument "x" for "--depth" flag: ' --depth=x
refused 'invalid argument "" for "--depth" flag: ' --depth=
refused 'invalid argument "yes" for "--one-time" flag: ' --one-time=yes
refused 'invalid argument "5" for "--period" flag: missing unit' --period=5
refused 'invalid argument "5d" for "--period" flag: unknown unit' --period=5d
refused 'invalid argument "1s" for "--wait" flag: ' --wait=1s
refused 'invalid argument "REDACTED" for "--credential" flag: ' --credential='{"password":"x"'
refused 'invalid argument "REDACTED" for "--credential" flag: unknown key "passwd"' \
  --credential='{"passwd":"x"}'

scenario "words that are no flags are ignored, and -- ends the flags"
make_repo app
run_gitsync one --repo="file://$REPO" two --root="$ROOT" --link=link --one-time three -- --no-such
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"

scenario "a switch never takes the next word"
run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time false
assert_status 0
