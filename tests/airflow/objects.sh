#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# DAGs that do not come from git, beside the newest Airflow, wired as the newest chart does it: a folder of a
# bucket, and a snapshot that another git-sync publishes there from git. Each DAG appears, a second one follows.
# timeout: 1800
source "$(dirname "$0")/lib.sh"
source "$PROJECT_ROOT/tests/e2e/lib/s3.sh"

BRANCH=main AUTH=token USER_NAME="" TOKEN=""
read -ra versions <<<"$AIRFLOW_VERSIONS"
IMAGE=$(airflow_image "${versions[0]}")
start_s3_seaweed
make_bucket airflow
make_dags dags
# What the pod gets beside the chart's variables, as from a Secret.
BUCKET_ENV=(-e "AWS_ACCESS_KEY_ID=$AWS_ACCESS_KEY_ID" -e "AWS_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY"
  -e "AWS_ENDPOINT_URL_S3=$AWS_ENDPOINT_URL_S3" -e AWS_EC2_METADATA_DISABLED=true)

# follow: init, sidecar and Airflow of one pod; the first DAG appears and runs.
follow() { # <repo>
  REPO_URL=$1
  new_pod newest
  POD+=("${BUCKET_ENV[@]}")
  run_init
  assert_status 0
  printf '    %s\n' "$(tail -n 1 "$LOG" | jq -r .msg)"
  [[ $(tail -n 1 "$LOG" | jq -r .msg) == "synced $REPO_URL ref "* ]] || fail "the last line of git-sync-init"
  start_sidecar
  wait_for 20 curl -fsS -o /dev/null http://127.0.0.1:1234/
  start_airflow "$IMAGE"
  wait_on 120 lists_dag first_dag
  run_dag first_dag
}
# ends: the second DAG runs too, and nothing has been restarted.
ends() { # <dag>
  wait_on 60 schedules_dag "$1"
  run_dag "$1"
  assert_airflow_untouched
  sidecar_runs || fail "the sidecar has ended"
  stop_airflow
  docker rm -f "$SIDECAR" >/dev/null
}

scenario "a folder of a bucket"
put_objects airflow folder/dags/ "$REPO/dags"
follow s3://airflow/folder/
sed 's/first_dag/second_of_bucket/' "$REPO/dags/first.py" | put_object airflow folder/dags/second.py
ends second_of_bucket

scenario "a snapshot that another git-sync publishes from git"
mkdir -m 0777 "$D/publisher"
start_container "${POD_USER[@]}" "${BUCKET_ENV[@]}" -v "$REPO:$REPO:ro" -v "$D/publisher:/git" -- \
  --repo="file://$REPO" --ref=main --root=/git --link=link --period=1s --trust-foreign-owner \
  --publish-snapshot=s3://airflow/snapshots/
PUBLISHER=$CONTAINER
shown() { get_object airflow snapshots/main.json 2>/dev/null | jq -r .commit; }
is_shown() { [[ $(shown) == "$HASH" ]]; }
wait_for 30 is_shown
follow s3://airflow/snapshots/main.json
assert_link_hash "$VOLUME/repo" "$HASH"
push_dag second_of_snapshot
wait_for 30 link_is "$VOLUME/repo" "$HASH"
ends second_of_snapshot
docker rm -f "$PUBLISHER" >/dev/null
