#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The OpenSSH server of the tests serves git, with both key types, and refuses what it must.
source "$(dirname "$0")/lib/e2e.sh"
make_repo app
start_sshd

ssh_with() { printf 'ssh -F none -o BatchMode=yes -o IdentitiesOnly=yes -o IdentityAgent=none -i %s -o UserKnownHostsFile=%s -o GlobalKnownHostsFile=none -o StrictHostKeyChecking=yes' "$1" "$2"; }
clone() { # <directory> <key> <known hosts> [url]
  GIT_SSH_COMMAND=$(ssh_with "$2" "$3") git clone -q "${4:-$(ssh_url app)}" "$1" 2>"$D/err"
}

scenario "clone with the ed25519 key and with the RSA-4096 key"
clone "$D/a" "$SSH_KEY" "$SSH_KNOWN_HOSTS"
assert_file_eq "$D/a/file" "app 1"
clone "$D/b" "$SSH_RSA_KEY" "$SSH_KNOWN_HOSTS"
assert_file_eq "$D/b/file" "app 1"
assert_contains "$(ssh-keygen -l -f "$SSH_RSA_KEY")" "4096"

scenario "a key that is not authorized is refused"
assert_exit_code 128 clone "$D/a" "$SSH_WRONG_KEY" "$SSH_KNOWN_HOSTS"
assert_file_contains "$D/err" "Permission denied"

scenario "an unknown host key is refused"
: >"$D/empty"
assert_exit_code 128 clone "$D/a" "$SSH_KEY" "$D/empty"
assert_file_contains "$D/err" "Host key verification failed"

scenario "the user@host:path form works through an ssh configuration"
scp_style app
sed -i "1a\\  HostKeyAlias [127.0.0.1]:$SSH_PORT" "$SSH_CONFIG"
GIT_SSH_COMMAND="$(ssh_with "$SSH_KEY" "$SSH_KNOWN_HOSTS" | sed "s|-F none|-F $SSH_CONFIG|")" \
  git clone -q "$SCP_URL" "$D/a"
assert_file_eq "$D/a/file" "app 1"

scenario "protocol version 2 is spoken, and is not where the server accepts no variable"
trace() { GIT_TRACE_PACKET=1 clone "$D/$1" "$SSH_KEY" "$SSH_KNOWN_HOSTS" "$(ssh_url app)"; }
trace two
assert_file_contains "$D/err" "version 2"
start_sshd strict "AcceptEnv NOTHING"
trace none
assert_file_lacks "$D/err" "version 2"

scenario "a forced command lets git read and nothing else"
make_key "$D/limited"
authorize_key "$D/limited" "$(forced_command)"
clone "$D/a" "$D/limited" "$SSH_KNOWN_HOSTS"
assert_file_eq "$D/a/file" "app 1"
# shellcheck disable=SC2046 # words of a command
assert_exit_code 1 $(ssh_with "$D/limited" "$SSH_KNOWN_HOSTS") -p "$SSH_PORT" 127.0.0.1 id 2>"$D/refused"
assert_file_contains "$D/refused" "refused: id"

scenario "a revoked key is refused"
revoke_key "$SSH_KEY"
assert_exit_code 128 clone "$D/a" "$SSH_KEY" "$SSH_KNOWN_HOSTS"
