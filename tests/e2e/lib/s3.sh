#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Real S3 servers on loopback (tools/s3-servers.sh), and objects in them. Sourced after e2e.sh by the
# scripts that need one.
#
# start_s3_seaweed [NAME], start_s3_versity [NAME]: start a server, or skip the test. They set
# S3_ENDPOINT, S3_PID, S3_LOG and S3_DIR, and export AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
# AWS_ENDPOINT_URL_S3, so that git-sync finds the server; others of AWS's variables are unset. Then:
#   make_bucket NAME
#   put_object BUCKET KEY [TEXT]      the content is TEXT, or standard input
#   put_objects BUCKET PREFIX FOLDER  every file of the folder
#   get_object BUCKET KEY             its content, on standard output
#   remove_object BUCKET KEY
#   object_keys BUCKET [PREFIX]       prints them, up to 1,000, as the server writes them
#   stop_s3

for e2e_var in $(compgen -e AWS_); do unset "$e2e_var"; done
unset e2e_var

# e2e_s3_begin NAME PROGRAM: sets S3_PROGRAM too.
e2e_s3_begin() {
  local home port
  home=$(getent passwd "$UID" | cut -d: -f6)
  S3_PROGRAM=$(HOME=$home "$PROJECT_ROOT/tools/s3-servers.sh" --cached "$2" 2>"$T/log/s3-servers.log") ||
    skip "$(tail -n 1 "$T/log/s3-servers.log")"
  port=$(free_port)
  S3_DIR=$T/$1 S3_PORT=$port S3_LOG=$T/log/$1.log S3_ENDPOINT=http://127.0.0.1:$port
  mkdir -p "$S3_DIR/data"
  export S3_ENDPOINT AWS_ENDPOINT_URL_S3=$S3_ENDPOINT AWS_EC2_METADATA_DISABLED=true
  export AWS_ACCESS_KEY_ID=AKIDOFTHETESTS AWS_SECRET_ACCESS_KEY=secret/of+the=tests
}

e2e_s3_answers() { e2e_s3 bucket "is-there-$RANDOM$RANDOM" >/dev/null 2>&1; }
e2e_s3() { "$PYTHON" "$E2E_LIB/servers/s3_object.py" "$@"; }

start_s3_seaweed() {
  local name options=()
  e2e_s3_begin "${1:-seaweed}" weed
  printf '{"identities":[{"name":"t","credentials":[{"accessKey":"%s","secretKey":"%s"}],"actions":["Admin","Read","Write","List"]}]}\n' \
    "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" >"$S3_DIR/identities.json"
  for name in master.port master.port.grpc volume.port volume.port.grpc filer.port filer.port.grpc s3.port.grpc; do
    options+=("-$name=$(free_port)")
  done
  spawn "$S3_LOG" "$S3_PROGRAM" server -dir="$S3_DIR/data" -ip=127.0.0.1 -ip.bind=127.0.0.1 -filer -s3 \
    -s3.config="$S3_DIR/identities.json" -s3.port="$S3_PORT" -s3.port.iceberg=0 -s3.port.lance=0 \
    -master.telemetry=false -master.volumeSizeLimitMB=64 -volume.max=50 "${options[@]}"
  S3_PID=$SPAWNED
  wait_for 60 e2e_s3_answers
}

start_s3_versity() {
  e2e_s3_begin "${1:-versity}" versitygw
  spawn "$S3_LOG" "$S3_PROGRAM" --access "$AWS_ACCESS_KEY_ID" --secret "$AWS_SECRET_ACCESS_KEY" \
    --port "127.0.0.1:$S3_PORT" posix "$S3_DIR/data"
  S3_PID=$SPAWNED
  wait_for 60 e2e_s3_answers
}

stop_s3() { stop_process "$S3_PID"; }

make_bucket() { e2e_s3 bucket "$1"; }
put_object() {
  if (($# > 2)); then
    printf '%s' "$3" | e2e_s3 put "$1" "$2"
  else
    e2e_s3 put "$1" "$2"
  fi
}
put_objects() { e2e_s3 put-all "$1" "$2" "$3"; }
get_object() { e2e_s3 get "$1" "$2"; }
remove_object() { e2e_s3 remove "$1" "$2"; }
object_keys() { e2e_s3 keys "$@"; }
