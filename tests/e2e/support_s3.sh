#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The S3 servers of the tests (lib/s3.sh): objects come, are listed and go, and strangers are refused.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/s3.sh"

check_server() {
  make_bucket bucket
  put_object bucket 'dags/a b+c%d=ä' text
  printf 'bytes' | put_object bucket dags/deep/file
  put_object bucket other ''
  mkdir -p "$T/folder/sub"
  printf 1 >"$T/folder/one"
  printf 2 >"$T/folder/sub/two"
  put_objects bucket all/ "$T/folder"
  assert_eq "dags/a b+c%d=ä dags/deep/file" "$(object_keys bucket dags/ | sort | xargs -d '\n')" "below dags/"
  assert_eq "all/one all/sub/two" "$(object_keys bucket all/ | sort | xargs)" "of a folder"
  remove_object bucket dags/deep/file
  assert_eq "dags/a b+c%d=ä" "$(object_keys bucket dags/)" "after the removal"
  AWS_SECRET_ACCESS_KEY=wrong assert_exit_code 1 object_keys bucket
  stop_s3
}

scenario "SeaweedFS"
start_s3_seaweed
check_server

scenario "versitygw"
start_s3_versity
check_server
