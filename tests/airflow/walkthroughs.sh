#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The two walk-throughs of users, on both lines of Airflow: a DAG of a private repository appears,
# through an SSH key with the chart 1.15 and through a token with the newest; a second one follows.
# timeout: 2400
source "$(dirname "$0")/lib.sh"

BRANCH=main
start_sshd
start_https auth=/:bot:t0ken
make_dags dags

# assert_init_story: git-sync-init has ended well and its last line says what it did: people read
# this line to see whether their set-up works.
assert_init_story() {
  assert_status 0
  assert_file_eq "$OUT" ""
  assert_log_json
  local last steps="fetch [0-9.]+ s, checkout [0-9.]+ s, publish [0-9.]+ s"
  last=$(tail -n 1 "$LOG" | jq -r .msg)
  printf '    %s\n' "$last"
  [[ $last =~ ^"synced $REPO_URL ref $BRANCH at $HASH: "[0-9]+\ files?,\ [0-9]+\ bytes\;\ $steps$ ]] ||
    fail "the last line of git-sync-init: $last"
}

walk() { # CHART AIRFLOW_IMAGE
  new_pod "$1"
  run_init
  assert_init_story
  [[ ${TOKEN:-} == "" ]] || assert_no_log "$TOKEN"
  assert_link_hash "$VOLUME/repo" "$HASH"

  start_sidecar
  # The startupProbe of newer charts.
  [[ $1 != newest ]] || wait_for 20 curl -fsS -o /dev/null http://127.0.0.1:1234/
  start_airflow "$2"
  ! in_airflow touch /opt/airflow/dags/repo/dags/x 2>/dev/null || fail "Airflow can write to the volume"
  wait_on 120 lists_dag first_dag
  run_dag first_dag

  local second=second_${CHART//[!0-9a-z]/}_${2##*:}
  second=${second//./_}
  push_dag "$second"
  wait_for 30 link_is "$VOLUME/repo" "$HASH"
  wait_on 60 schedules_dag "$second"
  lists_dag "$second" || fail "airflow dags list lacks $second"
  run_dag "$second"
  assert_airflow_untouched
  sidecar_runs || fail "the sidecar has ended"
  stop_airflow
  docker rm -f "$SIDECAR" >/dev/null
}

for version in $AIRFLOW_VERSIONS; do
  image=$(airflow_image "$version")

  scenario "Airflow ${version%=*}: SSH key, chart 1.15 (branch main, rev HEAD)"
  AUTH=ssh REPO_URL=$(ssh_url dags)
  walk 1.15 "$image"

  scenario "Airflow ${version%=*}: token, newest chart"
  AUTH=token REPO_URL=$HTTPS_URL/dags USER_NAME=bot TOKEN=t0ken
  walk newest "$image"

  scenario "Airflow ${version%=*}: token, community chart (the old names only)"
  walk community "$image"
  TOKEN=""
done
