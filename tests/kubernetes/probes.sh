#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Probes and order of start: the application starts after the first sync and not before; the pod's
# readiness tells of it; a Job with the native sidecar ends.
# timeout: 600
source "$(dirname "$0")/lib.sh"
start_server
push file one
manifests=$PROJECT_ROOT/deploy/kubernetes
secret git-sync ssh="$T/key" known_hosts="$KNOWN_HOSTS"

here() {
  sed -e "s#image: git-sync:dev#image: $GITSYNC_IMAGE#" -e "s#GITSYNC_REPO: .*#GITSYNC_REPO: $SCP_URL#" \
    -e "s#GITSYNC_REF: .*#GITSYNC_REF: ${1:-main}#" -e 's#GITSYNC_PERIOD: .*#GITSYNC_PERIOD: 1s#'
}
app_state() { k get pods -l app=app -o json | jq -r '.items[0].status.containerStatuses[]? | select(.name == "app") | .state | keys[0]'; }
init_failed() { (($(k get pods -l app=app -o json | jq '[.items[0].status.initContainerStatuses[]? | .restartCount][0] // 0') >= 1)); }
not_started() {
  k get pods -l app=app -o json | jq -e '.items[0].status.initContainerStatuses[0] | .state.running and (.started | not)' >/dev/null
}

scenario "a ref that does not exist keeps the application from starting, and git-sync-init says so"
here not-there <"$manifests/deployment-ssh.yaml" | k apply -f - >/dev/null
wait_on 90 init_failed
assert_eq waiting "$(app_state)" "state of the application"
pod=$(k get pods -l app=app -o 'jsonpath={.items[0].metadata.name}')
k logs "$pod" -c git-sync-init --tail=-1 >"$T/init.log"
assert_file_contains "$T/init.log" '"hint"'
k delete deployment app --wait >/dev/null
k wait --for=delete pod -l app=app --timeout=60s >/dev/null 2>&1 || true

scenario "the native sidecar's startup probe holds the application back until the first sync"
kubectl kustomize "$manifests/examples/native" | here later | k apply -f - >/dev/null
wait_on 60 not_started
assert_eq waiting "$(app_state)" "state of the application"
push file two
git -C "$REPO" push -q cluster HEAD:later
k rollout status deployment/app --timeout=120s >/dev/null
POD=$(pod_of app)
assert_eq two "$(in_app cat /data/current/file)"

scenario "readiness, liveness and metrics answer inside the pod"
assert_eq 200 "$(k exec "$POD" -c git-sync -- curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:1234/)"
k exec "$POD" -c git-sync -- curl -s http://127.0.0.1:1234/metrics >"$T/metrics"
assert_file_contains "$T/metrics" 'git_sync_count_total{status="success"} 1'

scenario "a Job with the native sidecar ends when its work is done"
kubectl kustomize "$manifests/examples/native" | here | kubectl create -f - --dry-run=client -o json |
  jq -s '[.[] | if .kind == "List" then .items[] else . end][] | select(.kind == "Deployment") | {apiVersion: "batch/v1", kind: "Job", metadata: {name: "job"},
    spec: {backoffLimit: 0, template: {metadata: {labels: {app: "job"}}, spec: (.spec.template.spec
      | .restartPolicy = "Never" | .containers[0].command = ["cat", "/data/current/file"])}}}' >"$T/job.json"
kubectl kustomize "$manifests/examples/native" | here | kubectl create -f - --dry-run=client -o json |
  jq -s '[.[] | if .kind == "List" then .items[] else . end][] | select(.kind == "ConfigMap") | del(.metadata.namespace)' | k apply -f - >/dev/null
k apply -f "$T/job.json" >/dev/null
k wait --for=condition=complete job/job --timeout=120s >/dev/null
assert_eq two "$(k logs job/job -c app)"
