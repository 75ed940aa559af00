#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each classic ssh mistake, made against a real server, gives one line that says what to do, beside
# the words of ssh and git themselves, in the log and in the error file.
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
start_sshd
url=$(ssh_url app)
known=--ssh-known-hosts-file=$SSH_KNOWN_HOSTS
key=--ssh-key-file=$SSH_KEY

# fails_with <words of ssh or git> <part of the hint> <flags…>
fails_with() {
  RUN_LIMIT=30 run_gitsync --one-time --root="$ROOT" --link=link --error-file="$D/error" "${@:3}"
  assert_status 1
  assert_no_file "$ROOT/link"
  assert_explained "$1" "$2"
  assert_contains "$(jq -r .Err "$D/error")" "$1" "error file"
  assert_log_json
}

scenario "host key not known, known_hosts file empty or missing"
cause host-key
: >"$D/empty"
fails_with "Host key verification failed" "host key is not known" --repo="$url" "$key" \
  --ssh-known-hosts-file="$D/empty"
fails_with "Host key verification failed" "--ssh-known-hosts-file" --repo="$url" "$key" \
  --ssh-known-hosts-file="$D/missing"

scenario "host key changed"
cause host-key
make_key "$D/other"
printf '[127.0.0.1]:%s %s\n' "$SSH_PORT" "$(cut -d' ' -f1,2 <"$D/other.pub")" >"$D/known"
fails_with "REMOTE HOST IDENTIFICATION HAS CHANGED" "differs from the one in --ssh-known-hosts-file" \
  --repo="$url" "$key" --ssh-known-hosts-file="$D/known"

scenario "host key changed, which is not checked: ssh remarks on it, and the cause is another"
cause auth
make_key "$D/other"
printf '[127.0.0.1]:%s %s\n' "$SSH_PORT" "$(cut -d' ' -f1,2 <"$D/other.pub")" >"$D/known"
GIT_SSH_COMMAND="ssh -o UserKnownHostsFile=$D/known" fails_with "REMOTE HOST IDENTIFICATION HAS CHANGED" \
  "refused the SSH key" --repo="$url" --ssh-key-file="$SSH_WRONG_KEY" --ssh-known-hosts=false

scenario "key refused by the server, user unknown to it"
cause auth
fails_with "Permission denied (publickey" "refused the SSH key" --repo="$url" \
  --ssh-key-file="$SSH_WRONG_KEY" "$known"
fails_with "Permission denied (publickey" "user name in --repo" \
  --repo="${url/$SSH_USER@/no-such-user@}" "$key" "$known"

scenario "key file missing"
cause secret
fails_with "No such file or directory" "key file is missing" --repo="$url" \
  --ssh-key-file="$D/missing" "$known"
fails_with "No such file or directory" "key file is missing" --repo="$url" \
  --ssh-key-file="$D/100%" "$known"

scenario "key file open to others"
cause secret
install -m 644 "$SSH_KEY" "$D/open"
fails_with "UNPROTECTED PRIVATE KEY FILE" "0400" --repo="$url" --ssh-key-file="$D/open" "$known"

scenario "repository not found"
cause not-found
fails_with "does not appear to be a git repository" "check the path in --repo" \
  --repo="$(ssh_url no-such-repo)" "$key" "$known"
# Hosting services say it so, and then drop the connection.
printf '#!/bin/sh\necho "ERROR: Repository not found." >&2\nexit 1\n' >"$SSH_DIR/host"
chmod +x "$SSH_DIR/host"
make_key "$D/deploy"
authorize_key "$D/deploy" "restrict,command=\"$SSH_DIR/host\""
fails_with "ERROR: Repository not found." "what the key of --ssh-key-file is registered for" \
  --repo="$url" --ssh-key-file="$D/deploy" "$known"

scenario "ref not found, with the nearest names that the server has"
cause ref
git -C "$REPO" branch release-1.2
git -C "$REPO" branch unrelated
tag_repo "$REPO" release-1.1
fails_with "couldn't find remote ref relaese-1.2" "release-1.2" --repo="$url" --ref=relaese-1.2 \
  "$key" "$known"
assert_contains "$(jq -r 'select(.hint) | .hint' <(log_records))" "offers: release-1.2, release-1.1" "hint"

scenario "nobody listens, name unknown, server silent"
cause network
port=$(free_port)
fails_with "Connection refused" "nothing listens" --repo="ssh://git@127.0.0.1:$port/app" "$key" "$known"
cause dns
fails_with "Could not resolve hostname no-such-host.invalid" "resol" \
  --repo=ssh://git@no-such-host.invalid/app "$key" "$known"
# ssh remarks on a key file that is missing before everything else.
missing=--ssh-key-file=$D/missing
cause network
fails_with "Connection refused" "nothing listens" --repo="ssh://git@127.0.0.1:$port/app" "$missing" \
  --ssh-known-hosts=false
assert_log "not accessible: No such file"
cause dns
fails_with "Could not resolve hostname no-such-host.invalid" "resol" \
  --repo=ssh://git@no-such-host.invalid/app "$missing" "$known"
cause host-key
fails_with "Host key verification failed" "host key is not known" --repo="$url" "$missing" \
  --ssh-known-hosts-file="$D/none"
cause timeout
start_fault "$SSH_PORT" mode=silent
RUN_LIMIT=30 run_gitsync --one-time --root="$ROOT" --link=link --repo="$(ssh_url app "$FAULT_PORT")" \
  "$key" --ssh-known-hosts=false --sync-timeout=2s
assert_status 1
assert_explained "deadline" "longer than --sync-timeout"

if ((UID == 0)) && getent passwd nobody >/dev/null; then
  need_users

  scenario "key file, or the folder that it lies in, closed to this user"
  cause secret
  chmod 777 "$D"
  as_user "$(id -u nobody)"
  install -m 600 "$SSH_KEY" "$D/key"
  install -m 644 "$SSH_KNOWN_HOSTS" "$D/known"
  fails_with "Load key \"$D/key\": Permission denied" "readable by this user" --repo="$url" \
    --ssh-key-file="$D/key" --ssh-known-hosts-file="$D/known"
  mkdir -m 700 "$D/closed"
  install -m 644 "$SSH_KEY" "$D/closed/key"
  fails_with "not accessible: Permission denied" "not readable by this user" --repo="$url" \
    --ssh-key-file="$D/closed/key" --ssh-known-hosts-file="$D/known"

  scenario "no entry in the user database for this uid"
  cause permission
  chmod 777 "$D"
  uid=48765
  ! getent passwd "$uid" >/dev/null || skip "the uid $uid has a name here"
  as_user "$uid"
  install -m 644 "$SSH_KNOWN_HOSTS" "$D/known"
  fails_with "No user exists for uid $uid" "--add-user" --repo="$url" "$key" \
    --ssh-known-hosts-file="$D/known"
  if [[ ! -w /etc/passwd ]] || [[ $(stat -c %a /etc/passwd) == 644 ]]; then
    run_gitsync --one-time --root="$ROOT" --link=link --repo="$url" --add-user
    assert_status 1
    assert_log "/etc/passwd: Permission denied"
    assert_contains "$(jq -r 'select(.hint) | .hint' <(log_records))" "/etc/passwd" "hint"
  fi
fi
