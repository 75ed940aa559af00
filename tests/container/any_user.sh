#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Any uid of group 0 works, as on OpenShift and in Airflow's chart, with and without --add-user.
source "$(dirname "$0")/lib.sh"

make_repo app
start_https

https() { run_container -v "$VOLUME:/git" -v "$T/ca:/ca:ro" -e GIT_SSL_CAINFO=/ca/ca.pem "$@"; }

scenario "uid 50000 of group 0 syncs over HTTPS into a volume of its group"
make_volume root:root 2775
https -u 50000:0 -- --repo="$HTTPS_URL/app" --one-time --link=current
assert_status 0
assert_file_eq "$VOLUME/current/file" "app 1"
assert_eq 50000:0 "$(stat -c %u:%g "$VOLUME/current/file")"

scenario "a random uid with group-write leaves a tree that its group can change"
make_volume root:root 2777
https -u 1234567:0 -- --repo="$HTTPS_URL/app" --one-time --link=current --group-write
assert_status 0
assert_eq 664 "$(stat -c %a "$VOLUME/current/file")"

scenario "with --add-user ssh knows a uid that has no passwd entry"
start_sshd
make_volume root:root 2777
make_secret_dir root:root 0440 ssh="$SSH_KEY" known_hosts="$SSH_KNOWN_HOSTS"
run_container -u 50000:0 -v "$VOLUME:/git" -v "$SECRET:/etc/git-secret:ro" -- \
  --repo="$(ssh_url app)" --one-time --link=current --add-user
assert_status 0
assert_file_eq "$VOLUME/current/file" "app 1"

scenario "the image's user by name"
make_volume 65533:65533 0755
https -u git-sync -- --repo="$HTTPS_URL/app" --one-time --link=current
assert_status 0
assert_eq 65533:65533 "$(stat -c %u:%g "$VOLUME/current/file")"
