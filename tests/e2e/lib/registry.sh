#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Real registries on loopback (Debian's docker-registry), and artifacts in them, pushed by skopeo.
# Sourced after e2e.sh by the scripts that need one.
#
# start_registry [tls] [basic=USER:PASSWORD|token=USER:PASSWORD]: starts one, or skips the test. It
# sets REGISTRY (127.0.0.1:PORT), REGISTRY_PID, REGISTRY_DIR and REGISTRY_LOG, which has a line for each
# request. With `token` it wants tokens of a token server, which gives everybody what is below public/.
# Then:
#   stop_registry, start_registry_again
#   set_registry_password USER PASSWORD   of basic: this pair and no other from the next request on
#   make_layer FILE FOLDER                FILE.tar, .tar.gz or .tar.zst of what is in the folder
#   push_layers REPOSITORY:TAG [--index] [--annotation NAME=VALUE]… FILE=TYPE…    TYPE: gzip, zstd, tar,
#                                         or a media type; sets DIGEST
#   push_folder REPOSITORY:TAG FOLDER [--annotation NAME=VALUE]…    as one tar+gzip; sets DIGEST
#   registry_requests [pattern]           how many requests it has answered ("HEAD /v2/…", "GET …")
#   registry_blob DIGEST                  prints where the registry keeps the blob
#   docker_config FILE USER PASSWORD      a docker config with that login for the registry

start_registry() {
  local word login="" lines=""
  need_commands docker-registry skopeo
  REGISTRY_NR=$((${REGISTRY_NR:-0} + 1))
  REGISTRY_PORT=$(free_port)
  REGISTRY=127.0.0.1:$REGISTRY_PORT REGISTRY_DIR=$T/registry.$REGISTRY_NR
  REGISTRY_LOG=$T/log/registry.$REGISTRY_NR.log REGISTRY_SKOPEO=()
  mkdir -p "$REGISTRY_DIR"
  for word in "$@"; do
    case $word in
      tls)
        make_ca
        lines+=", tls: {certificate: $T/ca/server.pem, key: $T/ca/server.key}"
        ;;
      basic=* | token=*)
        login=${word%%=*}
        REGISTRY_LOGIN=${word#*=}
        REGISTRY_SKOPEO=(--dest-creds "$REGISTRY_LOGIN")
        ;;
      *) fail "start_registry: unknown argument $word" ;;
    esac
  done
  cat >"$REGISTRY_DIR/config.yml" <<CONFIG
version: 0.1
log: {level: warn}
storage: {filesystem: {rootdirectory: $REGISTRY_DIR/data}, delete: {enabled: true}}
http: {addr: "$REGISTRY"$lines}
CONFIG
  [[ -z $login ]] || "e2e_registry_$login"
  start_registry_again
}

start_registry_again() {
  spawn "$REGISTRY_LOG" docker-registry serve "$REGISTRY_DIR/config.yml"
  REGISTRY_PID=$SPAWNED
  wait_for 20 port_is_listening "$REGISTRY_PORT"
}
stop_registry() { stop_process "$REGISTRY_PID"; }

e2e_registry_basic() {
  set_registry_password "${REGISTRY_LOGIN%%:*}" "${REGISTRY_LOGIN#*:}"
  printf 'auth: {htpasswd: {realm: e2e, path: %s}}\n' "$REGISTRY_DIR/htpasswd" >>"$REGISTRY_DIR/config.yml"
}

e2e_registry_token() {
  local folder=$REGISTRY_DIR/tokens
  mkdir -p "$folder"
  spawn "$T/log/tokens.$REGISTRY_NR.log" "$PYTHON" "$PROJECT_ROOT/tests/support/token_server.py" "$folder" \
    registry.test "${REGISTRY_LOGIN%%:*}" "${REGISTRY_LOGIN#*:}" identity-token-of-the-test
  wait_for 60 test -s "$folder/port"
  printf 'auth: {token: {realm: "http://127.0.0.1:%s/token", service: registry.test, issuer: test, rootcertbundle: %s}}\n' \
    "$(cat "$folder/port")" "$folder/cert.pem" >>"$REGISTRY_DIR/config.yml"
}

# The registry reads the file again when it has changed, and compares whole seconds at worst.
set_registry_password() {
  local hash
  # shellcheck disable=SC2016 # perl's own variables
  hash=$(perl -e 'print crypt($ARGV[0], q($2b$04$) . "saltofthee2etests" . "abcde")' "$2")
  printf '%s:%s\n' "$1" "$hash" >"$REGISTRY_DIR/htpasswd.new"
  REGISTRY_LOGIN=$1:$2 REGISTRY_SKOPEO=(--dest-creds "$1:$2")
  REGISTRY_AGE=$((${REGISTRY_AGE:-0} + 2))
  touch -d "+$REGISTRY_AGE seconds" "$REGISTRY_DIR/htpasswd.new"
  mv "$REGISTRY_DIR/htpasswd.new" "$REGISTRY_DIR/htpasswd"
}

make_layer() { tar --auto-compress -cf "$1" -C "$2" .; }

e2e_media_type() {
  case $1 in
    tar) echo application/vnd.oci.image.layer.v1.tar ;;
    gzip | zstd) echo "application/vnd.oci.image.layer.v1.tar+$1" ;;
    *) echo "$1" ;;
  esac
}

push_layers() {
  local name=$1 word words=() layout && shift
  layout=$(mktemp -d "$T/layout.XXXXXX")
  for word in "$@"; do
    case $word in
      /*=*) words+=("${word%%=*}=$(e2e_media_type "${word#*=}")") ;;
      *) words+=("$word") ;;
    esac
  done
  "$PYTHON" "$E2E_LIB/servers/oci_layout.py" "$layout/image" "${words[@]}"
  skopeo copy --all --preserve-digests --insecure-policy --dest-tls-verify=false \
    --digestfile "$layout/digest" ${REGISTRY_SKOPEO[@]+"${REGISTRY_SKOPEO[@]}"} \
    "oci:$layout/image:image" "docker://$REGISTRY/$name" >"$T/log/skopeo.log" 2>&1 ||
    fail "skopeo does not push: $(cat "$T/log/skopeo.log")"
  DIGEST=$(cat "$layout/digest")
  rm -r "$layout"
}

push_folder() {
  local name=$1 folder=$2 && shift 2
  make_layer "$T/pushed.tar.gz" "$folder"
  push_layers "$name" "$@" "$T/pushed.tar.gz=gzip"
}

registry_requests() { grep -cE -e "\"${1:-}" "$REGISTRY_LOG" || true; }
registry_blob() { echo "$REGISTRY_DIR/data/docker/registry/v2/blobs/sha256/${1:7:2}/${1#sha256:}/data"; }

docker_config() {
  printf '{"auths":{"%s":{"auth":"%s"}}}\n' "$REGISTRY" "$(printf '%s:%s' "$2" "$3" | base64 -w 0)" >"$1.new"
  mv "$1.new" "$1"
}
