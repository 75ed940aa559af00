#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The strictest security context that pods set: read-only root, no capability, no new privilege.
source "$(dirname "$0")/lib.sh"

make_repo app
start_https auth=/:bot:s3cret
start_sshd
strict=(--read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs "/tmp:mode=1777" --pids-limit 100)
https=(-v "$T/ca:/ca:ro" -e GIT_SSL_CAINFO=/ca/ca.pem -e GITSYNC_USERNAME=bot -e GITSYNC_PASSWORD=s3cret)

scenario "over HTTPS, updates included"
make_volume root:root 2777
use_http
start_container "${strict[@]}" "${https[@]}" -v "$VOLUME:/git" -- \
  --repo="$HTTPS_URL/app" --link=current --period=200ms "${HTTP_FLAGS[@]}"
wait_for 20 link_is "$VOLUME/current" "$HASH"
commit_file "$REPO" file "app 2"
wait_for 20 link_is "$VOLUME/current" "$HASH"
assert_file_eq "$VOLUME/current/file" "app 2"
wait_for 10 http_status_is / 200
stop_container
assert_status 143

scenario "over SSH; and as a uid without entry, which --add-user cannot write and goes on"
make_volume root:root 2777
make_secret_dir root:root 0444 ssh="$SSH_KEY" known_hosts="$SSH_KNOWN_HOSTS"
run_container "${strict[@]}" -u 65533:0 -v "$VOLUME:/git" -v "$SECRET:/etc/git-secret:ro" -- \
  --repo="$(ssh_url app)" --one-time --link=current --add-user
assert_status 0
assert_file_eq "$VOLUME/current/file" "app 2"
rm -rf "$VOLUME"
make_volume root:root 2777
run_container "${strict[@]}" "${https[@]}" -u 50000:0 -v "$VOLUME:/git" -- \
  --repo="$HTTPS_URL/app" --one-time --link=current --add-user
assert_status 0
assert_log "going on without a user entry"

scenario "under the memory limits that operators set"
make_volume root:root 2777
mkdir -p "$REPO/many"
(cd "$REPO/many" && seq 2000 | split -l 1 -a 4 - file-)
commit_all "$REPO" many
for limit in 64m 128m; do
  rm -rf "${VOLUME:?}"/* "$VOLUME"/.[!.]*
  run_container "${strict[@]}" "${https[@]}" -m "$limit" -v "$VOLUME:/git" -- \
    --repo="$HTTPS_URL/app" --one-time --link=current
  assert_status 0
  assert_clean_tree "$REPO" "$HASH" "$VOLUME/current"
done
