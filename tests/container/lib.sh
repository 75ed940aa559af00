# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What the container tests have beside tests/e2e/lib: the image in real containers, under Docker.
#
# GITSYNC_IMAGE names the image (default git-sync:dev). Containers carry a label of the test and
# are removed at its end. Where no daemon can run, the tests are skipped.
e2e_image=${GITSYNC_IMAGE:-git-sync:dev} # the next line clears all variables of that kind
# shellcheck source=../e2e/lib/e2e.sh
source "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib/e2e.sh"
# shellcheck source=../../tools/dev/docker.sh
source "$PROJECT_ROOT/tools/dev/docker.sh"

GITSYNC_IMAGE=$e2e_image
docker_up
docker image inspect "$GITSYNC_IMAGE" >/dev/null 2>&1 ||
  skip "there is no image $GITSYNC_IMAGE (./dev image makes git-sync:dev)"

remove_containers() {
  local left
  mapfile -t left < <(docker ps -aq --filter "label=e2e=$T")
  ((${#left[@]} == 0)) || docker rm -fv "${left[@]}" >/dev/null 2>&1
}
on_exit() { remove_containers; }

CONTAINER_NR=0
# The host's network, so that the servers of the tests, on loopback, can be reached.
e2e_docker_options() {
  CONTAINER_NR=$((CONTAINER_NR + 1))
  CONTAINER=e2e-$$-$CONTAINER_NR
  LOG=$T/log/git-sync.$CONTAINER_NR.log
  OUT=$T/log/git-sync.$CONTAINER_NR.stdout
  DOCKER_OPTIONS=(--name "$CONTAINER" --label "e2e=$T" --network host)
}

# run_container [docker option…] -- [flag…]: runs the image to the end; sets STATUS, LOG and OUT.
run_container() {
  e2e_docker_options
  local options=()
  while [[ $1 != -- ]]; do options+=("$1") && shift; done
  shift
  STATUS=0
  timeout -k 5 "${RUN_LIMIT:-60}" docker run "${DOCKER_OPTIONS[@]}" "${options[@]}" \
    "$GITSYNC_IMAGE" "$@" </dev/null >"$OUT" 2>"$LOG" || STATUS=$?
}

# start_container [docker option…] -- [flag…]: starts it in the background; its log grows in $LOG.
start_container() {
  e2e_docker_options
  local options=()
  while [[ $1 != -- ]]; do options+=("$1") && shift; done
  shift
  docker run -d "${DOCKER_OPTIONS[@]}" "${options[@]}" "$GITSYNC_IMAGE" "$@" >/dev/null
  spawn "$LOG" docker logs -f "$CONTAINER"
}

# container_ended / wait_container [seconds]: sets STATUS to the exit status of the container.
container_ended() { [[ $(docker inspect -f '{{.State.Status}}' "$CONTAINER") == exited ]]; }
wait_container() {
  wait_for "${1:-20}" container_ended
  STATUS=$(docker inspect -f '{{.State.ExitCode}}' "$CONTAINER")
}
stop_container() { # [signal]
  docker kill -s "${1:-TERM}" "$CONTAINER" >/dev/null
  wait_container 15
}

# in_image [docker option…] -- command…: runs a command of the image instead of git-sync.
in_image() {
  local options=() program
  while [[ $1 != -- ]]; do options+=("$1") && shift; done
  program=$2
  shift 2
  docker run --rm --label "e2e=$T" "${options[@]}" --entrypoint "$program" "$GITSYNC_IMAGE" "$@"
}

# make_volume <owner:group> <mode>: a folder of the host for /git, as a pod's volume; sets VOLUME.
make_volume() {
  VOLUME=$D/volume
  mkdir -p "$VOLUME"
  chown "$1" "$VOLUME"
  chmod "$2" "$VOLUME"
}

# make_secret_dir <owner:group> <mode> NAME=FILE…: files as a mounted Secret; sets SECRET.
make_secret_dir() {
  local owner=$1 mode=$2 pair
  shift 2
  SECRET=$D/secret
  rm -rf "$SECRET"
  mkdir -p "$SECRET"
  chmod 755 "$SECRET"
  for pair in "$@"; do
    cp "${pair#*=}" "$SECRET/${pair%%=*}"
    chown "$owner" "$SECRET/${pair%%=*}"
    chmod "$mode" "$SECRET/${pair%%=*}"
  done
}
