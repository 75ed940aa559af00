#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./dev hints [NAME…]        run the end-to-end scripts, list errors without a hint and false hints
#
# NAME is a script of tests/e2e; without one all run that are not long, JOBS side by side. GITSYNC_BIN
# names the program (else it is built). The records stay in $RECORDS, by default build/hints; with
# REPORT=only they are judged again without a run. Exit status 1 if something is to be mended.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$PROJECT"

records=${RECORDS:-$PROJECT/build/hints}
# run_script <name>: its output, and its status if it is no success, go to the folder of the records.
run_script() {
  local status=0
  bash "tests/e2e/$1.sh" >"$E2E_RECORDS/$1.output" 2>&1 || status=$?
  ((status == 0)) || printf '%s: %s\n' "$1" "$(grep -E '^(FAILED|SKIPPED):' "$E2E_RECORDS/$1.output" |
    head -n 1)" >>"$E2E_RECORDS/not-passed"
}
export -f run_script

if [[ ${REPORT:-} != only ]]; then
  need_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
  if [[ -z ${GITSYNC_BIN:-} ]]; then
    build_release
    export GITSYNC_BIN=$PROJECT/build/release/git-sync
  fi
  names=("$@")
  if (($# == 0)); then
    mapfile -t names < <(grep -L '^# label: long$' tests/e2e/*.sh | xargs -n 1 basename -s .sh |
      grep -v '^support_')
  fi
  rm -rf "$records"
  mkdir -p "$records"
  say "${#names[@]} scripts"
  E2E_RECORDS=$records E2E_TIME_FACTOR=${E2E_TIME_FACTOR:-2} \
    xargs -P "$JOBS" -I NAME bash -euo pipefail -c 'run_script NAME' < <(printf '%s\n' "${names[@]}")
fi
exec python3 tools/dev/hints.py "$records"
