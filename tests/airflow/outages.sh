#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# When the ref is gone, the token revoked or the server down, the DAGs stay and Airflow's containers
# are untouched: with the chart's maxFailures 0 the sidecar exits 1 and recovers after its restart,
# with -1 it keeps running.
# timeout: 2400
source "$(dirname "$0")/lib.sh"

start_https auth=/:bot:t0ken
AUTH=token USER_NAME=bot TOKEN=t0ken

# dags_stay HASH: all DAGs of $DAGS are still what Airflow lists and schedules.
dags_stay() {
  assert_eq "$DAGS" "$(listed_dags)" "airflow dags list"
  assert_eq "$DAGS" "$(scheduled_dags)" "DAGs of the scheduler"
  assert_link_hash "$VOLUME/repo" "$1"
  assert_airflow_untouched
}
# new_dag_arrives NAME: a push is published and scheduled; adds it to DAGS.
new_dag_arrives() {
  push_dag "$1"
  wait_for 60 link_is "$VOLUME/repo" "$HASH"
  wait_on 60 schedules_dag "$1"
  DAGS=$(sort <<<"$DAGS"$'\n'"$1")
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
  new_dag_arrives "after_$2"
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
    wait_on 120 schedules_dag first_dag
    DAGS=first_dag
    for outage in ref token server; do
      printf '    %s\n' "$outage"
      outlive newest "$outage"
    done
    stop_airflow
    docker rm -f "$SIDECAR" >/dev/null
  done
done
