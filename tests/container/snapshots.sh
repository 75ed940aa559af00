#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The containers of deploy/kubernetes/snapshots.yaml, acted out with Docker: user, read-only root, environment and
# mounts as they stand there; one publisher, an init container and a sidecar that follow it.
# timeout: 300
source "$(dirname "$0")/lib.sh"
need_commands jq curl

make_repo app
PORT=$(free_port)
PROBE=$(free_port)
manifest() { # <filter of jq>: over the documents of the manifest
  "$PYTHON" -c 'import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))' \
    "$PROJECT_ROOT/deploy/kubernetes/snapshots.yaml" | jq -r "$1"
}
"$PYTHON" -c 'import yaml' 2>/dev/null || skip "Python has no yaml"
# options_of <path of a container in the manifest>: sets OPTIONS, for this repository and these ports.
options_of() {
  local pair
  OPTIONS=(-u 65533:65533 --read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /tmp:mode=1777
    -v "$D/secrets/token:/etc/git-sync-snapshots/token:ro" -v "$D/secrets/password:/etc/git-secret/password:ro" -v "$REPO:$REPO:ro"
    -e GITSYNC_TRUST_FOREIGN_OWNER=true)
  while read -r pair; do
    case $pair in
      GITSYNC_REPO=https:*) pair=GITSYNC_REPO=file://$REPO ;;
      GITSYNC_REPO=http:*) pair=GITSYNC_REPO=http://127.0.0.1:$PORT/main.json ;;
      GITSYNC_SERVE_SNAPSHOTS=*) pair=GITSYNC_SERVE_SNAPSHOTS=127.0.0.1:$PORT ;;
      GITSYNC_HTTP_BIND=*) pair=GITSYNC_HTTP_BIND=127.0.0.1:$PROBE ;;
      GITSYNC_PERIOD=10s) pair=GITSYNC_PERIOD=1s ;;
      GITSYNC_USERNAME=* | GITSYNC_PASSWORD_FILE=*) continue ;; # of a server; this is a folder
    esac
    OPTIONS+=(-e "$pair")
  done < <(manifest "$1.env[] | \"\(.name)=\(.value)\"")
}

scenario "one publisher, and a pod that follows it"
mkdir -p "$D/secrets" "$D/publisher" "$D/reader"
chmod 0777 "$D/publisher" "$D/reader"
printf secret-of-readers >"$D/secrets/token"
printf unused >"$D/secrets/password"
options_of '.[0].spec.template.spec.containers[0]'
start_container "${OPTIONS[@]}" -v "$D/publisher:/git" --
PUBLISHER=$CONTAINER PUBLISHER_LOG=$LOG
wait_for 30 curl -fsS -o /dev/null -H 'Authorization: Bearer secret-of-readers' "http://127.0.0.1:$PORT/main.json"
assert_exit_code 22 curl -fsS -o /dev/null "http://127.0.0.1:$PORT/main.json"

options_of '.[2].spec.template.spec.initContainers[0]'
run_container "${OPTIONS[@]}" -v "$D/reader:/git" --
assert_status 0
assert_link_hash "$D/reader/current" "$HASH"
PROBE=$(free_port)
options_of '.[2].spec.template.spec.containers[0]'
start_container "${OPTIONS[@]}" -v "$D/reader:/git" --
wait_for 20 curl -fsS -o /dev/null "http://127.0.0.1:$PROBE/"
commit_file "$REPO" file "another"
wait_for 30 link_is "$D/reader/current" "$HASH"
! grep -F secret-of-readers "$LOG" "$PUBLISHER_LOG" || fail "the token is in a log"
docker rm -f "$PUBLISHER" "$CONTAINER" >/dev/null
