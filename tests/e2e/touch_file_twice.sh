#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Of --touch-file given twice the last one counts (scenario 55 of the contract).
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
scenario "55: the last --touch-file wins"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link \
  --touch-file=first --touch-file=second
assert_status 0
assert_no_file "$ROOT/first"
assert_file "$ROOT/second"
