#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# deploy/compose/compose.yaml as it is, under both versions of Docker Compose: the app waits for the
# first sync, sees new commits, and keeps its files while a token is rotated.
source "$(dirname "$0")/lib.sh"
need_commands socat

# compose…: Docker Compose from a container, on the host's daemon and the paths of this test.
compose() {
  docker run --rm --label "e2e=$T" -v /var/run/docker.sock:/var/run/docker.sock -v "$T:$T" -w "$D" \
    -e GITSYNC_IMAGE="$GITSYNC_IMAGE" -e GITSYNC_REPO="https://$HOST:$HTTPS_PORT/app" \
    -e GITSYNC_USERNAME=bot "$COMPOSE_IMAGE" -p "$PROJECT_NAME" -f compose.yaml -f test.yaml "$@"
}
container_of() { docker ps -aq --filter "label=e2e.service=$PROJECT_NAME.$1"; }
state_of() { docker inspect -f "$2" "$(container_of "$1")"; }
app_sees() { [[ $(docker exec "$(container_of app)" cat /data/current/file) == "$1" ]]; }
sync_log_has() { docker logs "$(container_of git-sync)" 2>&1 | grep -qF -- "$1"; }

on_exit() {
  [[ ! -f ${D:-}/test.yaml ]] || compose down -v -t 1 >/dev/null 2>&1
  remove_containers
}

# The server listens on the host's loopback; containers reach it under a name, through the address
# that the host has on Docker's bridge.
HOST=git.example.test
serve() {
  make_ca
  openssl x509 -req -in "$T/ca/server.csr" -CA "$CA_FILE" -CAkey "$T/ca/ca.key" -days 30 \
    -extfile <(printf 'subjectAltName=DNS:%s' "$HOST") -out "$T/ca/server.pem" 2>>"$T/log/openssl.log"
  start_https auth=/:bot:first-token
  BRIDGE=$(docker network inspect -f '{{(index .IPAM.Config 0).Gateway}}' bridge)
  spawn "$T/log/socat" socat "TCP-LISTEN:$HTTPS_PORT,bind=$BRIDGE,fork,reuseaddr" "TCP:127.0.0.1:$HTTPS_PORT"
  wait_for 10 socat -u OPEN:/dev/null "TCP:$BRIDGE:$HTTPS_PORT"
}

# A project folder: the file of this repository, unchanged, beside the token, and what only this
# test needs: the server's name and authority, and labels to find the containers by.
make_project() { # name
  PROJECT_NAME=e2e$$$1
  cp "$PROJECT_ROOT/deploy/compose/compose.yaml" "$D/"
  printf 'first-token\n' >"$D/token"
  chmod 444 "$D/token"
  cat >"$D/test.yaml" <<YAML
services:
  git-sync:
    extra_hosts: ["$HOST:$BRIDGE"]
    environment: {GIT_SSL_CAINFO: /ca/ca.pem}
    volumes: ["$T/ca:/ca:ro"]
    labels: {e2e: "$T", e2e.service: "$PROJECT_NAME.git-sync"}
  app:
    labels: {e2e: "$T", e2e.service: "$PROJECT_NAME.app"}
YAML
}

scenario_goes_on() { E2E_SCENARIO=$1 && printf -- '--- %s\n' "$1"; }
restarted_from() {
  local now
  now=$(state_of git-sync '{{.State.Pid}}')
  [[ $now != 0 && $now != "$1" ]]
}

# check_compose: everything that the file promises, with the Compose of $COMPOSE_IMAGE.
check_compose() {
  scenario "$1: the app starts after the first sync and sees it"
  make_project "$1"
  commit_file "$REPO" file "$1 first"
  local first=$HASH
  stop_https # until the server is there nothing can be synced
  compose up -d >"$T/log/compose.up" 2>&1 &
  local up=$!
  wait_for 60 sync_log_has "will retry"
  assert_eq "" "$(docker ps -q --filter "label=e2e.service=$PROJECT_NAME.app")"
  start_https_again
  wait "$up" || fail "compose up: $(cat "$T/log/compose.up")"
  wait_for 30 app_sees "$1 first"
  assert_contains "$(docker logs "$(container_of app)" 2>&1)" "$first"
  assert_eq healthy "$(state_of git-sync '{{.State.Health.Status}}')"
  assert_eq "true [ALL]" "$(state_of git-sync '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}')"

  scenario_goes_on "$1: a new commit arrives"
  commit_file "$REPO" file "$1 second"
  wait_for 40 app_sees "$1 second"

  scenario_goes_on "$1: a token is rotated; meanwhile the last tree stays"
  set_password / bot second-token
  commit_file "$REPO" file "$1 third"
  wait_for 60 sync_log_has "Authentication failed"
  app_sees "$1 second"
  printf 'second-token\n' >"$D/token"
  wait_for 60 app_sees "$1 third"

  scenario_goes_on "$1: git-sync is restarted after kill -9, and then reads a replaced token file"
  local pid
  set_password / bot third-token
  printf 'third-token\n' >"$D/new" && chmod 444 "$D/new" && mv -f "$D/new" "$D/token"
  assert_eq second-token "$(docker exec "$(container_of git-sync)" cat /run/secrets/token)"
  pid=$(state_of git-sync '{{.State.Pid}}')
  kill -KILL "$pid"
  wait_for 20 restarted_from "$pid"
  commit_file "$REPO" file "$1 fourth"
  wait_for 60 app_sees "$1 fourth"

  scenario_goes_on "$1: no token in a log, and down -v leaves nothing"
  compose logs >"$T/log/compose.logs" 2>&1
  assert_file_contains "$T/log/compose.logs" "updated successfully"
  local token
  for token in first second third; do assert_file_lacks "$T/log/compose.logs" "$token-token"; done
  compose down -v -t 10 >/dev/null 2>&1
  assert_eq "" "$(container_of git-sync)$(container_of app)"
  assert_eq "" "$(docker volume ls -q --filter "name=$PROJECT_NAME")"
  set_password / bot first-token
}
make_repo app
serve
ran=0
for release in bookworm trixie; do # Compose 1 and 2
  COMPOSE_IMAGE=git-sync-test-compose:$release
  if ! (cd "$PROJECT_ROOT" && build_on_debian "$release" tests/container/compose/Dockerfile \
    "$COMPOSE_IMAGE") >"$T/log/$release.build" 2>&1; then
    echo "skipped: Docker Compose of $release cannot be had here"
    continue
  fi
  docker run --rm "$COMPOSE_IMAGE" version | head -n 1
  check_compose "$release"
  ran=$((ran + 1))
done
((ran > 0)) || skip "no version of Docker Compose can be had here"
