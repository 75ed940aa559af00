# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# A pod of Airflow's charts with Docker: git-sync-init, then git-sync and Airflow side by side on one
# volume. The environment is the charts' own, name by name (docs/airflow.md says where it is from).
# shellcheck source=../container/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../container/lib.sh"
# shellcheck source=../container/pace.sh
source "$PROJECT_ROOT/tests/container/pace.sh"
# shellcheck source=images.sh
source "$PROJECT_ROOT/tests/airflow/images.sh"

AIRFLOW_UID=50000
POD_USER=(-u 65533:65533 --group-add 0) # runAsUser of git-sync, and the chart's fsGroup 0

# ---- the repository ----

# make_dags NAME: a repository with one DAG in the folder dags/; sets REPO and HASH.
make_dags() {
  make_repo "$1"
  mkdir "$REPO/dags"
  cp "$PROJECT_ROOT/tests/airflow/dags/first.py" "$REPO/dags/first.py"
  commit_all "$REPO" "first DAG"
}
# push_dag NAME: another DAG of that name; sets HASH.
push_dag() {
  sed "s/first_dag/$1/" "$PROJECT_ROOT/tests/airflow/dags/first.py" >"$REPO/dags/$1.py"
  commit_all "$REPO" "add $1"
}

# ---- what the charts set ----

# chart_env CHART ROLE: sets CHART_ENV, docker options with the environment of the container
# git-sync-init (ROLE init) or git-sync (ROLE sidecar). CHART: 1.15, newest or community. Reads
# REPO_URL, BRANCH, REV (default HEAD), MAX_FAILURES (default 0) and AUTH: ssh or token (USER_NAME, TOKEN).
chart_env() {
  local pairs=()
  case $1 in
    community) community_env "$2" ;;
    *) official_env "$1" "$2" ;;
  esac
  CHART_ENV=()
  local pair
  for pair in "${pairs[@]}"; do CHART_ENV+=(-e "$pair"); done
}

official_env() {
  local rev=${REV:-HEAD} failures=${MAX_FAILURES:-0} ref=v2-2-stable
  # The charts' defaults name a branch of Airflow itself; who sets `ref` means it.
  [[ $1 != newest ]] || ref=$BRANCH
  pairs=(
    GIT_SYNC_REV="$rev" GITSYNC_REF="$ref" GIT_SYNC_BRANCH="$BRANCH"
    GIT_SYNC_REPO="$REPO_URL" GITSYNC_REPO="$REPO_URL"
    GIT_SYNC_DEPTH=1 GITSYNC_DEPTH=1
    GIT_SYNC_ROOT=/git GITSYNC_ROOT=/git
    GIT_SYNC_DEST=repo GITSYNC_LINK=repo
    GIT_SYNC_ADD_USER=true GITSYNC_ADD_USER=true
    GITSYNC_PERIOD=5s
    GIT_SYNC_MAX_SYNC_FAILURES="$failures" GITSYNC_MAX_FAILURES="$failures"
  )
  if [[ $AUTH == ssh ]]; then
    pairs+=(GIT_SSH_KEY_FILE=/etc/git-secret/ssh GITSYNC_SSH_KEY_FILE=/etc/git-secret/ssh
      GIT_SYNC_SSH=true GITSYNC_SSH=true GIT_KNOWN_HOSTS=true GITSYNC_SSH_KNOWN_HOSTS=true
      GIT_SSH_KNOWN_HOSTS_FILE=/etc/git-secret/known_hosts
      GITSYNC_SSH_KNOWN_HOSTS_FILE=/etc/git-secret/known_hosts)
  else
    pairs+=(GIT_KNOWN_HOSTS=false GITSYNC_SSH_KNOWN_HOSTS=false
      GIT_SYNC_USERNAME="$USER_NAME" GIT_SYNC_PASSWORD="$TOKEN"
      GITSYNC_USERNAME="$USER_NAME" GITSYNC_PASSWORD="$TOKEN")
  fi
  [[ $2 != init ]] || pairs+=(GIT_SYNC_ONE_TIME=true GITSYNC_ONE_TIME=true)
  [[ $1 != newest ]] || pairs+=(GIT_SYNC_HTTP_BIND=:1234 GITSYNC_HTTP_BIND=:1234)
}

# The community chart waits 60 seconds by default; everybody here waits less.
community_env() {
  pairs=(GIT_SYNC_ROOT=/dags GIT_SYNC_DEST=repo GIT_SYNC_REPO="$REPO_URL" GIT_SYNC_BRANCH="$BRANCH"
    GIT_SYNC_REV="${REV:-HEAD}" GIT_SYNC_DEPTH=1 GIT_SYNC_WAIT=2 GIT_SYNC_TIMEOUT=120
    GIT_SYNC_ADD_USER=true GIT_SYNC_MAX_SYNC_FAILURES="${MAX_FAILURES:-0}" GIT_SYNC_SUBMODULES=recursive)
  if [[ $AUTH == ssh ]]; then
    pairs+=(GIT_SYNC_SSH=true GIT_SSH_KEY_FILE=/etc/git-secret/id_rsa GIT_KNOWN_HOSTS=true
      GIT_SSH_KNOWN_HOSTS_FILE=/etc/git-secret/known_hosts)
  else
    pairs+=(GIT_SYNC_USERNAME="$USER_NAME" GIT_SYNC_PASSWORD="$TOKEN")
  fi
  [[ $1 != init ]] || pairs+=(GIT_SYNC_ONE_TIME=true)
}

# ---- the pod ----

# new_pod CHART: an empty volume as fsGroup 0 makes it, and the secret files by subPath; call it
# after start_sshd or start_https.
new_pod() {
  CHART=$1 MOUNT=/git KEY_NAME=ssh
  [[ $CHART != community ]] || MOUNT=/dags KEY_NAME=id_rsa
  rm -rf "$D/volume"
  make_volume root:root 2777
  POD=("${POD_USER[@]}" -v "$VOLUME:$MOUNT")
  if [[ $AUTH == ssh ]]; then
    make_secret_dir root:root 0440 "$KEY_NAME=$SSH_RSA_KEY" known_hosts="$SSH_KNOWN_HOSTS"
    POD+=(-v "$SECRET/$KEY_NAME:/etc/git-secret/$KEY_NAME:ro"
      -v "$SECRET/known_hosts:/etc/git-secret/known_hosts:ro")
  elif [[ $REPO_URL == https:* ]]; then
    POD+=(-v "$T/ca:/ca:ro" -e GIT_SSL_CAINFO=/ca/ca.pem)
  fi
}

# run_init: git-sync-init to its end; sets STATUS, LOG and OUT.
run_init() {
  chart_env "$CHART" init
  run_container "${POD[@]}" "${CHART_ENV[@]}" --
}

# start_sidecar: git-sync in the background; sets SIDECAR. restart_sidecar does what a kubelet would.
start_sidecar() {
  chart_env "$CHART" sidecar
  start_container "${POD[@]}" "${CHART_ENV[@]}" --
  SIDECAR=$CONTAINER
}
restart_sidecar() { docker start "$SIDECAR" >/dev/null; }
sidecar_runs() { [[ $(docker inspect -f '{{.State.Status}}' "$SIDECAR") == running ]]; }

# start_airflow IMAGE: `airflow standalone` (scheduler with LocalExecutor, DAG processor, web server)
# as another uid, which sees the volume read-only at another place. Sets AIRFLOW. Its database is
# PostgreSQL in the same container, as the charts have it: on SQLite Airflow 2 refuses LocalExecutor,
# its web server takes minutes to fill in its permissions, and a second writer can end a scheduler.
start_airflow() {
  CONTAINER_NR=$((CONTAINER_NR + 1))
  AIRFLOW=e2e-$$-airflow-$CONTAINER_NR
  docker run -d --name "$AIRFLOW" --label "e2e=$T" -u $AIRFLOW_UID:0 \
    -v "$VOLUME:/opt/airflow/dags:ro" -e AIRFLOW__CORE__DAGS_FOLDER=/opt/airflow/dags/repo/dags \
    -e AIRFLOW__DATABASE__SQL_ALCHEMY_CONN="postgresql+psycopg2://airflow@/airflow?host=/tmp" \
    -e AIRFLOW__CORE__EXECUTOR=LocalExecutor -e AIRFLOW__CORE__PARALLELISM=2 -e PYTHONUNBUFFERED=1 \
    -e AIRFLOW__WEBSERVER__WORKERS=1 -e AIRFLOW__SCHEDULER__DAG_DIR_LIST_INTERVAL=2 \
    -e AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL=2 -e AIRFLOW__SCHEDULER__MIN_FILE_PROCESS_INTERVAL=2 \
    -e AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL=2 \
    "$1" with-postgres.sh airflow standalone >/dev/null
  wait_on 240 airflow_says "Airflow is ready"
  airflow_says "Loaded executor: .*LocalExecutor" || fail "Airflow runs with another executor"
  AIRFLOW_BEGAN=$(docker inspect -f '{{.State.StartedAt}}' "$AIRFLOW")
}
airflow_says() { docker logs "$AIRFLOW" 2>&1 | grep "$1" >/dev/null; }
stop_airflow() { docker rm -fv "$AIRFLOW" >/dev/null; }
in_airflow() { docker exec "$AIRFLOW" "$@"; }

# listed_dags: the ids that `airflow dags list` shows, one a line; lists_dag ID.
listed_dags() { in_airflow airflow dags list -o json 2>/dev/null | grep -E '^\[(\{|\])' | jq -r '.[].dag_id' | sort; }
lists_dag() { listed_dags | grep -qx "$1"; }
# scheduled_dags: the ids that its scheduler and its page hold for present, from the database: the
# list of Airflow 2 reads the folder instead.
scheduled_dags() {
  in_airflow psql -h /tmp -U airflow airflow -At -c \
    "SELECT dag_id FROM dag d WHERE coalesce((to_jsonb(d)->>'is_active')::bool, NOT (to_jsonb(d)->>'is_stale')::bool)" | sort
}
schedules_dag() { scheduled_dags | grep -qx "$1"; }
# run_dag ID: starts it and waits until it has succeeded, so the scheduler knew it and its code ran.
run_dag() {
  # Airflow 2 lists what it finds in the folder; its database may know it a little later.
  wait_on 60 in_airflow airflow dags unpause -y "$1"
  wait_on 60 in_airflow airflow dags trigger "$1"
  wait_on 180 dag_succeeded "$1"
}
dag_succeeded() {
  in_airflow airflow dags list-runs "$1" -o json 2>/dev/null | grep -q '"state": "success"' ||
    in_airflow airflow dags list-runs -d "$1" -o json 2>/dev/null | grep -q '"state": "success"'
}
assert_airflow_untouched() {
  assert_eq "running $AIRFLOW_BEGAN 0" \
    "$(docker inspect -f '{{.State.Status}} {{.State.StartedAt}} {{.RestartCount}}' "$AIRFLOW")" "Airflow's container"
}
