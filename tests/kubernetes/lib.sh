# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# For the tests on a cluster: a namespace of their own with a git server in it. Any cluster serves:
#   KUBECONFIG        the cluster; without it the tests are skipped
#   GITSYNC_IMAGE     the image under test (default git-sync:dev)
#   GIT_SERVER_IMAGE  the git server (default git-sync-test-git:dev, built from Dockerfile)
#   AIRFLOW_IMAGE     for the chart's test (default git-sync-test-airflow:3.2.2)
# The images must be there for the cluster's nodes: tools/dev/test-kubernetes.sh.
e2e_image=${GITSYNC_IMAGE:-git-sync:dev}
# shellcheck source=../e2e/lib/e2e.sh
GIT_SERVER=${GIT_SERVER_IMAGE:-git-sync-test-git:dev}
source "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib/e2e.sh"
# shellcheck source=../container/pace.sh
source "$PROJECT_ROOT/tests/container/pace.sh"
GITSYNC_IMAGE=$e2e_image
AIRFLOW_IMAGE=${AIRFLOW_IMAGE:-git-sync-test-airflow:3.2.2}

[[ -n ${KUBECONFIG:-} ]] || skip "KUBECONFIG names no cluster"
need_commands kubectl openssl ssh-keygen
NAMESPACE=git-sync-test-$$
# The HOME of a test is its own, so what kubectl caches goes with it.
k() { kubectl -n "$NAMESPACE" "$@"; }
k get --raw /readyz >/dev/null 2>&1 || skip "the cluster of KUBECONFIG does not answer"

on_exit() {
  if ((status != 0)); then
    k get pods -o wide
    for pod in $(k get pods -l app!=git -o name); do
      k logs "$pod" --all-containers --prefix --tail 15 | cut -c1-500
      k describe "$pod" | sed -n '/^Events/,$p'
    done
  fi >&2
  kubectl delete namespace "$NAMESPACE" --wait=false >/dev/null 2>&1
}

# ---- the git server ----

# start_server: namespace, server and repository. Sets REPO (a clone of this machine), SSH_URL,
# SCP_URL, HTTPS_URL, KNOWN_HOSTS and CA_FILE; the key $T/key and the token `t0ken` of bot open it.
start_server() {
  kubectl create namespace "$NAMESPACE" >/dev/null
  make_ca
  local host=git.$NAMESPACE.svc.cluster.local
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$host" \
    -keyout "$T/tls.key" -out "$T/tls.csr" 2>/dev/null
  openssl x509 -req -in "$T/tls.csr" -CA "$CA_FILE" -CAkey "$T/ca/ca.key" -days 2 \
    -extfile <(echo "subjectAltName=DNS:$host") -out "$T/tls.crt" 2>/dev/null
  make_key "$T/host_key"
  make_key "$T/key"
  KNOWN_HOSTS=$T/known_hosts
  echo "$host $(cut -d' ' -f1,2 "$T/host_key.pub")" >"$KNOWN_HOSTS"
  k create secret generic server --from-file="$T/host_key" --from-file="$T/tls.key" --from-file="$T/tls.crt" \
    --from-literal=htpasswd='bot:{PLAIN}t0ken' --from-file=authorized_keys="$T/key.pub" >/dev/null
  sed "s#GIT_SERVER_IMAGE#$GIT_SERVER#" "$PROJECT_ROOT/tests/kubernetes/server/pod.yaml" | k apply -f - >/dev/null
  k wait --for=condition=Ready pod/git --timeout=120s >/dev/null
  SSH_URL=ssh://git@$host/srv/git/dags.git
  SCP_URL=git@$host:/srv/git/dags.git
  HTTPS_URL=https://$host/dags.git
  make_repo dags
  git config --global protocol.ext.allow always
  git -C "$REPO" remote add cluster "ext::kubectl -n $NAMESPACE exec -i git -- %S /srv/git/dags.git"
}

# open_server_for PUBLIC_KEY TOKEN: from the next login on these open the server, and no others.
open_server_for() {
  k exec -i git -- sh -c 'cat >/run/server/authorized_keys' <"$1"
  k exec -i git -- sh -c 'cat >/run/server/htpasswd' <<<"bot:{PLAIN}$2"
}

# push NAME TEXT: commits a file and pushes it to the server in the cluster; sets HASH.
push() {
  commit_file "$REPO" "$1" "$2"
  push_all
}
push_all() { git -C "$REPO" push -q cluster HEAD:main; }

# ---- pods ----

# secret NAME [KEY=FILE…]: makes or replaces a Secret.
secret() {
  local name=$1 pair files=()
  shift
  for pair in "$@"; do files+=("--from-file=$pair"); done
  k create secret generic "$name" "${files[@]}" --dry-run=client -o yaml | k apply -f - >/dev/null
}

pod_of() { k get pods -l "app=$1" --field-selector=status.phase=Running -o 'jsonpath={.items[0].metadata.name}'; }
# in_app COMMAND…: in the application's container.
in_app() { k exec "$POD" -c app -- "$@"; }
app_sees() { [[ $(in_app cat "/data/current/$1" 2>/dev/null) == "$2" ]]; }
published() { in_app readlink /data/current; }
restarts() { # CONTAINER
  k get pod "$POD" -o json | jq --arg c "$1" \
    '[.status.containerStatuses[]?, .status.initContainerStatuses[]? | select(.name == $c)][0].restartCount'
}
restarted() { (($(restarts "$1") >= $2)); }
container_ready() { k get pod "$POD" -o json | jq -e --arg c "$1" \
  '[.status.containerStatuses[]?, .status.initContainerStatuses[]? | select(.name == $c)][0].ready' >/dev/null; }
