#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Addresses whose form is wrong: git takes them for something else and says nothing of the mistake, so
# the hint names the address that may be meant.
source "$(dirname "$0")/lib/e2e.sh"

# fails_with <words of ssh or git> <part of the hint> <repo> [flags…]
fails_with() {
  RUN_LIMIT=30 run_gitsync --one-time --root="$ROOT" --link=link --repo="$3" "${@:4}"
  assert_status 1
  assert_no_file "$ROOT/link"
  assert_explained "$1" "$2"
  assert_log_json
}

scenario "a path where with a scheme the port stands"
cause config
for repo in ssh://git@127.0.0.1:v3/org/repo https://127.0.0.1:org/repo; do
  run_gitsync --one-time --root="$ROOT" --link=link --repo="$repo"
  assert_status 1
  assert_contains "$(cat "$LOG")" "port" "log"
  assert_no_file "$ROOT"
done

scenario "no scheme at all, or half of one"
cause config
fails_with "does not appear to be a git repository" \
  "did you mean https://git.invalid/org/repo or git@git.invalid:org/repo?" git.invalid/org/repo
fails_with "does not appear to be a git repository" "git@HOST:org/repo?" org/repo
fails_with "does not appear to be a git repository" "did you mean https://git.invalid/org/repo?" \
  https//git.invalid/org/repo
# git would take the first two words for a host.
RUN_LIMIT=30 run_gitsync --one-time --root="$ROOT" --link=link --repo=https:/git.invalid/org/repo
assert_status 1
assert_contains "$(cat "$LOG")" "--repo must have // after https:" "log"

scenario "blanks and quotes"
cause config
fails_with "unable to access" "(write %20)" "https://127.0.0.1:1/a b"
for repo in "'https://127.0.0.1:1/a'" '"ssh://git@127.0.0.1:1/a"'; do
  RUN_LIMIT=30 run_gitsync --one-time --root="$ROOT" --link=link --repo="$repo"
  assert_status 1
  assert_contains "$(cat "$LOG")" "quote" "log"
done
