#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The walk-through of Airflow's users on a cluster, with Helm: deploy/helm/values-airflow.yaml swaps
# the image, the values are those of docs/airflow.md; a DAG appears, through SSH and through a token.
# timeout: 900
source "$(dirname "$0")/lib.sh"
need_commands helm
start_server
mkdir "$REPO/dags"
cp "$PROJECT_ROOT/tests/airflow/dags/first.py" "$REPO/dags/"
commit_all "$REPO" "first DAG"
push_all

install_chart() { # VALUES
  helm upgrade --install airflow "$PROJECT_ROOT/tests/kubernetes/airflow-chart" --namespace "$NAMESPACE" \
    -f "$PROJECT_ROOT/deploy/helm/values-airflow.yaml" -f "$1" \
    --set "images.gitSync.repository=${GITSYNC_IMAGE%:*},images.gitSync.tag=${GITSYNC_IMAGE##*:}" \
    --set "images.airflow.repository=${AIRFLOW_IMAGE%:*},images.airflow.tag=${AIRFLOW_IMAGE##*:}" >/dev/null
  k rollout status deployment/airflow-scheduler --timeout=180s >/dev/null
  # The pod of the values before, if any, is gone.
  wait_on 60 one_pod
  POD=$(pod_of airflow)
}
one_pod() { [[ $(k get pods -l app=airflow -o name | wc -l) == 1 ]]; }
lists_dag() {
  k exec "$POD" -c scheduler -- airflow dags list -o json 2>/dev/null | grep -E '^\[(\{|\])' | jq -r '.[].dag_id' | grep -qx "$1"
}

# shows_dags: the first DAG is listed, and one pushed now is, too.
shows_dags() {
  wait_on 150 lists_dag first_dag
  sed "s/first_dag/$1/" "$REPO/dags/first.py" >"$REPO/dags/$1.py"
  commit_all "$REPO" "add $1"
  push_all
  wait_on 60 lists_dag "$1"
  assert_eq 0 "$(restarts scheduler)" "restarts of Airflow"
  k logs "$POD" -c git-sync-init | tail -n 1
}

scenario "an SSH key in the secret airflow-git-ssh-secret"
secret airflow-git-ssh-secret gitSshKey="$T/key"
cat >"$T/ssh.yaml" <<VALUES
dags:
  gitSync:
    enabled: true
    repo: $SCP_URL
    branch: main
    rev: HEAD
    depth: 1
    maxFailures: 0
    subPath: dags
    sshKeySecret: airflow-git-ssh-secret
    knownHosts: |
      $(cat "$KNOWN_HOSTS")
VALUES
install_chart "$T/ssh.yaml"
shows_dags over_ssh

scenario "a token stored with echo, so with a newline, in a secret with the four names"
k apply -f - >/dev/null <<SECRET
apiVersion: v1
kind: Secret
metadata: {name: git-credentials}
data:
  GIT_SYNC_USERNAME: $(echo bot | base64)
  GIT_SYNC_PASSWORD: $(echo t0ken | base64)
  GITSYNC_USERNAME: $(echo bot | base64)
  GITSYNC_PASSWORD: $(echo t0ken | base64)
SECRET
secret git-ca ca.crt="$CA_FILE"
cat >"$T/token.yaml" <<VALUES
dags:
  gitSync:
    enabled: true
    repo: $HTTPS_URL
    branch: main
    rev: HEAD
    depth: 1
    maxFailures: 0
    subPath: dags
    credentialsSecret: git-credentials
    env: [{name: GIT_SSL_CAINFO, value: /etc/git-ca/ca.crt}]
    extraVolumeMounts: [{name: git-ca, mountPath: /etc/git-ca}]
extraVolumes: [{name: git-ca, secret: {secretName: git-ca}}]
VALUES
install_chart "$T/token.yaml"
shows_dags over_https
