#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# run.sh SCRIPT...: runs test scripts one after the other, each with its own time limit (the comment
# "# timeout: SECONDS" in it, else 300; times E2E_TIME_FACTOR); shows the output of those that fail, which
# is in RUN_LOG (or a temporary file) meanwhile; ends with one line "N passed, N failed, N skipped". Exit
# status 77 when nothing could run here.
set -uo pipefail

passed=0 failed=0 skipped=0
log=${RUN_LOG:-$(mktemp)}
trap 'rm -f "$log"' EXIT
for script in "$@"; do
  limit=$(sed -n 's/^# timeout: //p' "$script")
  began=$SECONDS status=0
  timeout -k 30 "$((${limit:-300} * ${E2E_TIME_FACTOR:-1}))" bash "$script" >"$log" 2>&1 || status=$?
  name=$(basename "$(dirname "$script")").$(basename "$script" .sh)
  case $status in
    0) passed=$((passed + 1)) && echo "ok      $name ($((SECONDS - began)) s)" ;;
    77) skipped=$((skipped + 1)) && echo "SKIPPED $name: $(grep -ahi 'skip' "$log" | tail -n 1)" ;;
    *) failed=$((failed + 1)) && echo "FAILED  $name, exit status $status:" && cat "$log" ;;
  esac
  [ "$status" != 0 ] || grep -aE '^(skipped|measured):' "$log" || true
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] || exit 1
[ "$passed" != 0 ] || [ "$skipped" = 0 ] || exit 77
