# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Waiting for what is costly to look at (sourced after tests/e2e/lib/e2e.sh).

# wait_on SECONDS COMMAND…: as wait_for, but looks once in two seconds: each look at a cluster or at
# Airflow costs a process that would slow down what is waited for.
wait_on() {
  local end=$((SECONDS + $1 * E2E_TIME_FACTOR)) next
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || fail "did not come true in time: $*"
    next=$((SECONDS + 2))
    while ((SECONDS < next)); do sleep 0.2; done
  done
}
