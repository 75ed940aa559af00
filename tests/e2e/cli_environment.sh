#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Variables: a malformed one ends the program before anything else; old names, new names, flags and
# deprecated flags win in the contract's order.
# shellcheck disable=SC2016 # the names of variables are meant
source "$(dirname "$0")/lib/e2e.sh"

fatal() { # <NAME> <value> <beginning of the line> [flags…]
  local name=$1 value=$2 line=$3 && shift 3
  env_run() { run_gitsync "$@"; }
  export "$name=$value"
  env_run "$@"
  unset "$name"
  assert_status 1
  assert_eq "" "$(cat "$OUT")" "stdout"
  [[ $(tail -n 1 "$LOG") == "$line"* ]] || fail "expected '$line', found: $(cat "$LOG")"
  assert_eq 1 "$(grep -c '^FATAL: ' "$LOG")" "FATAL lines"
  assert_file_lacks "$LOG" "Usage:"
}

scenario "a malformed variable is fatal, whatever the flags"
for flag in --version --help --man --no-such-flag --one-time; do
  fatal GITSYNC_DEPTH x 'FATAL: invalid int env GITSYNC_DEPTH="x": ' "$flag"
done
fatal GITSYNC_DEPTH '' 'FATAL: invalid int env GITSYNC_DEPTH="": '
fatal GIT_SYNC_DEPTH x 'FATAL: invalid int env GITSYNC_DEPTH="x": '
fatal GITSYNC_ONE_TIME yes 'FATAL: invalid bool env GITSYNC_ONE_TIME="yes": '
fatal GITSYNC_PERIOD 10 'FATAL: invalid duration env GITSYNC_PERIOD="10": missing unit'
fatal GIT_SYNC_WAIT 10s 'FATAL: invalid float env GIT_SYNC_WAIT="10s": '
fatal GITSYNC_PERIOD $'1\n2' 'FATAL: invalid duration env GITSYNC_PERIOD="1\n2": '

scenario "the winner alone is parsed"
GITSYNC_DEPTH=bad GIT_SYNC_DEPTH=1 run_gitsync --version
assert_status 0
GITSYNC_DEPTH=1 GIT_SYNC_DEPTH=bad run_gitsync --version
assert_status 1

scenario "everything can be set by variables, old names first"
make_repo app
git -C "$REPO" branch other
commit_file "$REPO" file "newer"
GIT_SYNC_REPO=file://$REPO GITSYNC_REPO=/nowhere GITSYNC_ROOT=$ROOT GIT_SYNC_DEST=shown \
  GITSYNC_LINK=hidden GITSYNC_ONE_TIME=true GIT_SYNC_WAIT=0.5 GIT_SYNC_MAX_SYNC_FAILURES=0 \
  run_gitsync
assert_status 0
assert_link_hash "$ROOT/shown" "$HASH"
assert_no_file "$ROOT/hidden"
assert_log 'env $GIT_SYNC_REPO has been deprecated, use $GITSYNC_REPO instead'
assert_log 'env $GITSYNC_REPO was overridden by $GIT_SYNC_REPO'
assert_log 'setting --link from deprecated --dest'
assert_log 'setting --period from deprecated --wait'
assert_no_log 'GIT_SYNC_DEST has been deprecated'
assert_log_json

scenario "a flag wins over a variable, and a deprecated variable over a flag"
GITSYNC_LINK=hidden GIT_SYNC_BRANCH=other GITSYNC_REF=nowhere GIT_SYNC_REV=HEAD \
  run_gitsync --repo="file://$REPO" --root="$ROOT" --link=shown --ref=main --one-time
assert_status 0
assert_link_hash "$ROOT/shown" "$(head_of "$REPO" other)"
assert_log 'setting --ref from deprecated --branch'

scenario "a branch beside a pinned revision is ignored, with a warning"
GIT_SYNC_BRANCH=other GIT_SYNC_REV=$HASH \
  run_gitsync --repo="file://$REPO" --root="$ROOT" --link=shown --one-time
assert_status 0
assert_link_hash "$ROOT/shown" "$HASH"
assert_log 'ignoring deprecated --branch'

scenario "a malformed GITSYNC_CREDENTIAL is ignored, and its text not logged"
GITSYNC_CREDENTIAL='{"password":"hunter2"' \
  run_gitsync --repo="file://$REPO" --root="$ROOT" --link=shown --one-time -v9
assert_status 0
assert_log 'ignoring malformed $GITSYNC_CREDENTIAL'
assert_no_log hunter2

scenario "of a name that stands twice in the environment the first value counts, for hooks too"
cat >"$D/twice" <<PYTHON
#!$PYTHON
import ctypes, os, sys
words = lambda values: (ctypes.c_char_p * (len(values) + 1))(*values, None)
variables = [b"GITSYNC_LINK=first", b"GITSYNC_LINK=second", b"MARK=first", b"MARK=second"]
variables += [b"%s=%s" % item for item in os.environb.items()]
ctypes.CDLL(None).execve(b"$GITSYNC_BIN", words([os.fsencode(word) for word in sys.argv]), words(variables))
PYTHON
printf '#!/bin/sh\ntr "\\0" "\\n" </proc/$$/environ >"%s/environment"\n' "$D" >"$D/hook"
chmod +x "$D/twice" "$D/hook"
GITSYNC_BIN=$D/twice run_gitsync --repo="file://$REPO" --root="$ROOT" --exechook-command="$D/hook" \
  --one-time
assert_status 0
assert_link_hash "$ROOT/first" "$HASH"
assert_no_file "$ROOT/second"
assert_eq MARK=first "$(grep '^MARK=' "$D/environment")" "what a hook sees"
