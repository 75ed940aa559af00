#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Servers that ssh cannot talk to, or that take it for somebody else: too old, closing at once, no SSH
# server at all, several deploy keys, a password where a key is needed.
source "$(dirname "$0")/lib/e2e.sh"

make_repo app

# fails_with <words of ssh or git> <part of the hint> <flags…>
fails_with() {
  RUN_LIMIT=30 run_gitsync --one-time --root="$ROOT" --link=link --ssh-known-hosts=false "${@:3}"
  assert_status 1
  assert_no_file "$ROOT/link"
  assert_explained "$1" "$2"
  assert_log_json
}
# works_with <option of ssh from the hint> <flags…>
works_with() {
  GIT_SSH_COMMAND="ssh -o $1" RUN_LIMIT=30 run_gitsync --one-time --root="$ROOT" --link=link \
    --ssh-known-hosts=false "${@:2}"
  assert_status 0
  assert_link_hash "$ROOT/link" "$(head_of "$SRV/app")"
}

scenario "a host that offers only ssh-rsa, and what the hint says helps"
cause host-key
start_sshd rsa "HostKeyAlgorithms ssh-rsa"
fails_with "no matching host key type found" "ssh -o HostKeyAlgorithms=+ssh-rsa'" \
  --repo="$(ssh_url app)" --ssh-key-file="$SSH_KEY"
works_with HostKeyAlgorithms=+ssh-rsa --repo="$(ssh_url app)" --ssh-key-file="$SSH_KEY"

scenario "a host with an old key exchange, and one with an old cipher"
cause server
start_sshd kex "KexAlgorithms diffie-hellman-group14-sha1"
fails_with "no matching key exchange method found" "ssh -o KexAlgorithms=+diffie-hellman-group14-sha1'" \
  --repo="$(ssh_url app)" --ssh-key-file="$SSH_KEY"
works_with KexAlgorithms=+diffie-hellman-group14-sha1 --repo="$(ssh_url app)" --ssh-key-file="$SSH_KEY"
rm -rf "$ROOT"
start_sshd cipher "Ciphers 3des-cbc"
fails_with "no matching cipher found" "ssh -o Ciphers=+3des-cbc'" --repo="$(ssh_url app)" \
  --ssh-key-file="$SSH_KEY"
works_with Ciphers=+3des-cbc --repo="$(ssh_url app)" --ssh-key-file="$SSH_KEY"

scenario "a host that closes or resets at once, and one that does in the middle"
cause network server
start_sshd
for mode in close reset; do
  start_fault "$SSH_PORT" mode=$mode
  fails_with "by 127.0.0.1 port" "before SSH began" --repo="$(ssh_url app "$FAULT_PORT")" \
    --ssh-key-file="$SSH_KEY"
done
start_fault "$SSH_PORT" cut=1000
fails_with "127.0.0.1 port $FAULT_PORT" "closed the SSH connection" \
  --repo="$(ssh_url app "$FAULT_PORT")" --ssh-key-file="$SSH_KEY"

scenario "the port of a web server"
cause server network
start_https plain
fails_with "by 127.0.0.1 port" "host and port in --repo" --repo="$(ssh_url app "$HTTPS_PORT")" \
  --ssh-key-file="$SSH_KEY"

scenario "two deploy keys for one host: the server takes the first one that it knows"
cause auth not-found
# As hosting services do: each key opens one repository.
for name in one two; do
  # shellcheck disable=SC2016 # sshd's variable
  printf '#!/bin/sh\ncase $SSH_ORIGINAL_COMMAND in *%s%s*) eval "exec $SSH_ORIGINAL_COMMAND" ;; esac
echo "ERROR: Repository not found." >&2\nexit 1\n' / "$name" >"$SSH_DIR/only-$name"
  chmod 755 "$SSH_DIR/only-$name"
  make_repo "$name"
  make_key "$D/$name"
  authorize_key "$D/$name" "restrict,command=\"$SSH_DIR/only-$name\""
done
fails_with "ERROR: Repository not found." "a deploy key is for one repository" --repo="$(ssh_url two)" \
  --ssh-key-file="$D/one" --ssh-key-file="$D/two"
fails_with "ERROR: Repository not found." "is registered for" --repo="$(ssh_url two)" \
  --ssh-key-file="$D/one" --ssh-key-file="$D/missing"
run_gitsync --one-time --root="$ROOT" --link=link --ssh-known-hosts=false --repo="$(ssh_url two)" \
  --ssh-key-file="$D/two" --ssh-key-file="$D/one"
assert_status 0

scenario "a user name and a password left over beside an address of ssh"
cause auth
scp_style app
export GITSYNC_PASSWORD=the-token
GIT_SSH_COMMAND="ssh -F $SSH_CONFIG" fails_with "credential url cannot be parsed" \
  "unset GITSYNC_USERNAME and GITSYNC_PASSWORD" --repo="$SCP_URL" --username=user \
  --ssh-key-file="$SSH_WRONG_KEY"
fails_with "Permission denied (publickey" "the user name and password from \$GITSYNC_PASSWORD are not used" \
  --repo="ssh://127.0.0.1:$SSH_PORT$SRV/app" --username=user --ssh-key-file="$SSH_WRONG_KEY"
assert_no_log the-token
unset GITSYNC_PASSWORD
