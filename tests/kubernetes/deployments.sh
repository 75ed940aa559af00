#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The manifests of deploy/kubernetes on a cluster, each with SSH and with a token: first sync, push, a
# killed container, a rotated secret; the application's container is never restarted.
# timeout: 1500
source "$(dirname "$0")/lib.sh"
start_server
push file one
manifests=$PROJECT_ROOT/deploy/kubernetes

# use_ssh_secret / use_token_secret: the Secret "git-sync" and the settings of one way in.
use_ssh_secret() { secret git-sync ssh="$1" known_hosts="$KNOWN_HOSTS" && REPO_URL=$SCP_URL; }
use_token_secret() {
  printf '%s' "$1" >"$T/password"
  secret git-sync password="$T/password" ca.crt="$CA_FILE" && REPO_URL=$HTTPS_URL
}

# plain FILE / kustomized EXAMPLE: prints the manifests, for this image and repository.
here() {
  sed -e "s#image: git-sync:dev#image: $GITSYNC_IMAGE#" -e "s#GITSYNC_REPO: .*#GITSYNC_REPO: $REPO_URL#" \
    -e "s#GITSYNC_USERNAME: .*#GITSYNC_USERNAME: bot#" \
    -e "s#GITSYNC_PERIOD: .*#GITSYNC_PERIOD: 1s\n  GIT_SSL_CAINFO: /etc/git-secret/ca.crt#"
}
plain() { here <"$manifests/$1"; }
kustomized() { kubectl kustomize "$manifests/examples/$1" | here; }

# deploy COMMAND…: applies what the command prints and waits for the pod; sets POD.
deploy() {
  "$@" >"$D/manifest.yaml"
  k apply --validate=strict -f "$D/manifest.yaml" >/dev/null
  k rollout status deployment/app --timeout=180s >/dev/null
  POD=$(pod_of app)
}
undeploy() {
  k delete -f "$D/manifest.yaml" --wait --grace-period=1 >/dev/null 2>&1 || true
  k wait --for=delete pod -l app=app --timeout=60s >/dev/null 2>&1 || true
}

# follows: the pod shows the newest commit, follows a push and survives the death of git-sync.
follows() {
  local seen=$RANDOM
  app_sees file "$(cat "$REPO/file")" || fail "the application does not see the first commit"
  assert_contains "$(published)" "$HASH"
  push file "$seen"
  wait_on 30 app_sees file "$seen"

  # Nothing in the container may end PID 1 but a signal from outside, as the kubelet sends it.
  local before
  before=$(restarts git-sync)
  k exec "$POD" -c git-sync -- sh -c 'kill -TERM 1'
  wait_on 60 restarted git-sync $((before + 1))
  wait_on 60 container_ready git-sync
  push file "$seen again"
  wait_on 30 app_sees file "$seen again"
  assert_eq 0 "$(restarts app)" "restarts of the application"
}

# keeps_up_with_rotation ROTATE…: the old secret is refused, the new one is used, without a restart.
keeps_up_with_rotation() {
  local before
  before=$(restarts git-sync)
  "$@"
  push file "rotated $RANDOM"
  wait_on 180 app_sees file "$(cat "$REPO/file")"
  assert_eq "$before" "$(restarts git-sync)" "restarts of git-sync"
  assert_eq 0 "$(restarts app)" "restarts of the application"
}
rotate_key() {
  make_key "$T/key2"
  open_server_for "$T/key2.pub" t0ken
  use_ssh_secret "$T/key2"
}
rotate_token() {
  open_server_for "$T/key.pub" n3w
  use_token_secret n3w
}

scenario "the plain manifest with SSH, and its key rotated"
use_ssh_secret "$T/key"
deploy plain deployment-ssh.yaml
follows
keeps_up_with_rotation rotate_key
undeploy
cp "$T/key2" "$T/key" && cp "$T/key2.pub" "$T/key.pub"

scenario "the plain manifest with a token, and it rotated"
use_token_secret t0ken
deploy plain deployment-token.yaml
follows
keeps_up_with_rotation rotate_token
undeploy

scenario "the kustomize component (init container and sidecar) with SSH and with a token"
use_ssh_secret "$T/key"
deploy kustomized ssh
follows
undeploy
use_token_secret n3w
deploy kustomized token
follows
undeploy

scenario "the native sidecar"
use_ssh_secret "$T/key"
deploy kustomized native
follows
undeploy

# snapshots FILE: prints the manifest for this image, repository and authority.
snapshots() {
  sed -e "s#image: git-sync:dev#image: $GITSYNC_IMAGE#" -e "s#https://git.example.com/org/repo.git#$HTTPS_URL#" \
    -e "s#{name: GITSYNC_USERNAME, value: git}#{name: GITSYNC_USERNAME, value: bot}#" \
    -e "s#{name: GITSYNC_PERIOD, value: 10s}#{name: GITSYNC_PERIOD, value: 1s}\n            - {name: GIT_SSL_CAINFO, value: /etc/git-secret/ca.crt}#" \
    "$manifests/$1"
}
app_pods() { k get pods -l app=app -o jsonpath='{range .items[*]}{.metadata.name}{"\n"}{end}'; }
# All pods of the application see this.
all_see() { # FILE TEXT
  local pods
  mapfile -t pods < <(app_pods)
  ((${#pods[@]} >= 2)) || return 1
  for POD in "${pods[@]}"; do app_sees "$1" "$2" || return 1; done
}

scenario "one publisher and the pods that follow it"
use_token_secret n3w
openssl rand -hex 32 >"$T/token"
secret git-sync-snapshots token="$T/token"
snapshots snapshots.yaml >"$D/manifest.yaml"
k apply --validate=strict -f "$D/manifest.yaml" >/dev/null
k rollout status deployment/snapshots --timeout=180s >/dev/null
k rollout status deployment/app --timeout=180s >/dev/null
wait_on 30 all_see file "$(cat "$REPO/file")"
push file "published $RANDOM"
wait_on 30 all_see file "$(cat "$REPO/file")"
# Readers go on with what they have while there is no publisher, and follow the next one.
k delete pod -l app=snapshots --grace-period=1 --wait=true >/dev/null
all_see file "$(cat "$REPO/file")" || fail "a reader has lost its tree"
push file "published again $RANDOM"
wait_on 120 all_see file "$(cat "$REPO/file")"
for POD in $(app_pods); do
  assert_eq 0 "$(restarts git-sync)" "restarts of a reader"
done
undeploy
