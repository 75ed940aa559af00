#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A volume that belongs to another uid and is writable for a group (a pod's fsGroup): git calls
# such a repository's ownership dubious, and git-sync must not.
source "$(dirname "$0")/lib.sh"

make_repo app
start_https

# sync_volume [docker option…]: one-time, then again on what is there, with git asked by a hook.
sync_volume() {
  mkdir -p "$D/hook"
  printf '#!/bin/sh\ngit status --porcelain && git log -1 --format=%%H\n' >"$D/hook/ask-git"
  chmod 755 "$D/hook" "$D/hook/ask-git"
  local options=(-v "$VOLUME:/git" -v "$T/ca:/ca:ro" -e GIT_SSL_CAINFO=/ca/ca.pem -v "$D/hook:/hook:ro")
  local flags=(--repo="$HTTPS_URL/app" --one-time --link=current --exechook-command=/hook/ask-git)
  run_container "$@" "${options[@]}" -- "${flags[@]}"
  assert_status 0
  assert_link_hash "$VOLUME/current" "$HASH"
  commit_file "$REPO" file "app again"
  run_container "$@" "${options[@]}" -- "${flags[@]}"
  assert_status 0
  assert_link_hash "$VOLUME/current" "$HASH"
  assert_file_eq "$VOLUME/current/file" "app again"
}

scenario "root:root 2777, as fsGroup 0 makes an emptyDir"
make_volume root:root 2777
sync_volume --group-add 0

scenario "root:2000 2775, writable by a supplementary group alone"
make_volume root:2000 2775
sync_volume --group-add 2000
assert_eq 2000 "$(stat -c %g "$VOLUME/current/file")" "group of a published file"

scenario "a volume that another uid filled before"
make_volume root:root 2777
sync_volume -u 50000:0
assert_eq 50000 "$(stat -Lc %u "$VOLUME/.git/HEAD")"
chmod -R g+w "$VOLUME"
run_container --group-add 0 -v "$VOLUME:/git" -v "$T/ca:/ca:ro" -e GIT_SSL_CAINFO=/ca/ca.pem -- \
  --repo="$HTTPS_URL/app" --one-time --link=current
assert_status 0
assert_link_hash "$VOLUME/current" "$HASH"

scenario "the user may still trust every folder by configuration"
make_volume root:root 2777
run_container -v "$VOLUME:/git" -v "$T/ca:/ca:ro" -e GIT_SSL_CAINFO=/ca/ca.pem -- \
  --repo="$HTTPS_URL/app" --one-time --link=current --git-config='safe.directory:*'
assert_status 0

scenario "another uid and another mount point read what is published"
assert_eq "app again" "$(in_image -u 50000:0 -v "$VOLUME:/opt/airflow/dags:ro" -- cat /opt/airflow/dags/current/file)"
