#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# When the ref is gone, the token revoked or the server down, the DAGs stay and Airflow's containers
# are untouched: with the chart's maxFailures 0 the sidecar exits 1 and recovers after its restart,
# with -1 it keeps running.
# timeout: 1200
source "$(dirname "$0")/lib.sh"

start_https auth=/:bot:t0ken
AUTH=token USER_NAME=bot TOKEN=t0ken

dags_stay() {
  local dags
  dags=$(listed_dags)
  assert_contains "$dags" first_dag "DAGs of Airflow"
  assert_link_hash "$VOLUME/repo" "$1"
  assert_airflow_untouched
}

# outage NAME: what breaks, and what ends it.
break_ref() { git -C "$REPO" checkout -q -b elsewhere && git -C "$REPO" branch -q -D "$BRANCH"; }
mend_ref() { git -C "$REPO" checkout -q -b "$BRANCH" && git -C "$REPO" branch -q -D elsewhere; }
break_token() { set_password / bot other; }
mend_token() { set_password / bot t0ken; }
break_server() { stop_https; }
mend_server() { start_https_again; }

# outlive CHART OUTAGE: the pod runs, the outage comes and goes.
outlive() {
  local before
  before=$HASH
  "break_$2"
  if [[ ${MAX_FAILURES:-0} == 0 ]]; then
    wait_container 60
    assert_status 1
    dags_stay "$before"
    restart_sidecar
    wait_container 60
    assert_status 1
    dags_stay "$before"
    "mend_$2"
    restart_sidecar
  else
    # Failed passes are logged and counted; the process goes on.
    failures=$(docker logs "$SIDECAR" 2>&1 | grep -c failCount || true)
    more_failures() { (($(docker logs "$SIDECAR" 2>&1 | grep -c failCount) >= failures + 2)); }
    wait_for 60 more_failures
    sidecar_runs || fail "the sidecar has ended"
    dags_stay "$before"
    "mend_$2"
  fi
  push_dag "after_$2_$RANDOM"
  wait_for 60 link_is "$VOLUME/repo" "$HASH"
  wait_on 60 lists_dag "$(basename "$(git -C "$REPO" diff --name-only HEAD~1)" .py)"
  dags_stay "$HASH"
}

for version in $AIRFLOW_VERSIONS; do
  image=$(airflow_image "$version")
  for failures in 0 -1; do
    name=dags-${version%%=*}-$failures
    MAX_FAILURES=$failures BRANCH=main
    make_dags "$name"
    REPO_URL=$HTTPS_URL/$name
    scenario "Airflow ${version%=*}, maxFailures $failures: ref gone, token revoked, server down"
    new_pod newest
    run_init
    assert_status 0
    start_sidecar
    start_airflow "$image"
    wait_on 120 lists_dag first_dag
    for outage in ref token server; do
      printf '    %s\n' "$outage"
      outlive newest "$outage"
    done
    stop_airflow
    docker rm -f "$SIDECAR" >/dev/null
  done
done
