#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# With nothing but --repo the image syncs to /git as 65533:65533, over HTTPS and over SSH.
source "$(dirname "$0")/lib.sh"

make_repo app
start_https auth=/private:bot:s3cret
make_repo private/app

scenario "the image's own /git, no flag but the repository"
run_container --rm -v "$T/ca:/ca:ro" -e GIT_SSL_CAINFO=/ca/ca.pem -- --repo="$HTTPS_URL/app" --one-time
assert_status 0
assert_file_eq "$OUT" ""
assert_log_json

scenario "a folder of the host, owned by the image's user"
make_volume 65533:65533 2775
make_secret_dir 65533:65533 0400 password=<(printf 's3cret\n')
run_container -v "$VOLUME:/git" -v "$T/ca:/ca:ro" -e GIT_SSL_CAINFO=/ca/ca.pem \
  -v "$SECRET:/etc/git-secret:ro" -- --repo="$HTTPS_URL/private/app" --one-time --link=current \
  --username=bot --password-file=/etc/git-secret/password
assert_status 0
assert_link_hash "$VOLUME/current" "$HASH"
assert_eq 65533:65533 "$(stat -c %u:%g "$VOLUME/current/file")" "owner of a published file"

scenario "SSH with the key at its default place, in both forms of the address"
start_sshd
make_volume 65533:65533 2775
make_secret_dir 65533:65533 0400 ssh="$SSH_KEY" known_hosts="$SSH_KNOWN_HOSTS"
run_container -v "$VOLUME:/git" -v "$SECRET:/etc/git-secret:ro" -- \
  --repo="$(ssh_url app)" --one-time --link=current
assert_status 0
assert_file_eq "$VOLUME/current/file" "app 1"

scp_style app
printf '  HostKeyAlias [127.0.0.1]:%s\n' "$SSH_PORT" >>"$SSH_CONFIG"
mkdir "$D/dot-ssh"
install -m 644 "$SSH_CONFIG" "$D/dot-ssh/config"
chown -R 65533:65533 "$D/dot-ssh"
rm -rf "${VOLUME:?}"/* "$VOLUME"/.git*
run_container -v "$VOLUME:/git" -v "$SECRET:/etc/git-secret:ro" -v "$D/dot-ssh:/tmp/.ssh:ro" -- \
  --repo="$SCP_URL" --one-time --link=current
assert_status 0
assert_file_eq "$VOLUME/current/file" "app 1"

scenario "a proxy command of the user's ssh configuration runs socat"
mkdir -p "$D/dot-ssh"
sed '/HostName/d' "$SSH_CONFIG" >"$D/dot-ssh/config"
printf '  ProxyCommand socat - TCP:127.0.0.1:%s\n' "$SSH_PORT" >>"$D/dot-ssh/config"
make_volume 65533:65533 2775
make_secret_dir 65533:65533 0400 ssh="$SSH_KEY" known_hosts="$SSH_KNOWN_HOSTS"
run_container -v "$VOLUME:/git" -v "$SECRET:/etc/git-secret:ro" -v "$D/dot-ssh:/tmp/.ssh:ro" -- \
  --repo="$SCP_URL" --one-time --link=current
assert_status 0
assert_file_eq "$VOLUME/current/file" "app 1"
