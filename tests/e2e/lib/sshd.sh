#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Real OpenSSH servers on loopback, with their own host keys, user keys and known_hosts file.

# make_key <path> [type]: a private key without passphrase, ed25519 or rsa (4096 bits). RSA keys
# come from a cache beside the program under test, because making one takes seconds.
make_key() {
  local path=$1 type=${2:-ed25519}
  rm -f "$path" "$path.pub"
  if [[ $type == rsa ]]; then
    local cache
    cache=$(dirname "$GITSYNC_BIN")/e2e-cache
    mkdir -p "$cache" 2>/dev/null || cache=$T
    local file
    file=$cache/rsa-$(basename "$path")
    exec {E2E_KEY_LOCK}>"$cache/lock"
    flock "$E2E_KEY_LOCK"
    if [[ ! -s $file ]]; then
      rm -f "$file.new" "$file.new.pub" # half-made by a run that was killed: ssh-keygen would ask
      ssh-keygen -q -t rsa -b 4096 -N '' -C e2e -f "$file.new"
      mv "$file.new.pub" "$file.pub"
      mv "$file.new" "$file"
    fi
    exec {E2E_KEY_LOCK}>&-
    install -m 600 "$file" "$path"
    install -m 644 "$file.pub" "$path.pub"
  else
    ssh-keygen -q -t "$type" -N '' -C e2e -f "$path"
  fi
}

# start_sshd [name] [line for sshd_config…]: starts a server for $SRV. Sets
#   SSH_PORT, SSH_PID, SSH_USER, SSH_LOG, SSH_DIR,
#   SSH_KEY          user key (ed25519) that may log in,
#   SSH_RSA_KEY      a second one (RSA-4096),
#   SSH_WRONG_KEY    one that may not,
#   SSH_KNOWN_HOSTS  the server's ed25519 and RSA host keys.
# Git's protocol variable is accepted unless a line "AcceptEnv NOTHING" is given.
start_sshd() {
  local name=${1:-sshd} git_protocol="AcceptEnv GIT_PROTOCOL"
  shift || true
  PATH=$PATH:/usr/sbin command -v sshd >/dev/null || skip "the OpenSSH server is not installed"
  if ((UID == 0)); then mkdir -p /run/sshd && chmod 755 /run/sshd; fi
  [[ "$*" != *AcceptEnv* ]] || git_protocol=""
  SSH_DIR=$T/$name
  mkdir -p "$SSH_DIR"
  SSH_USER=$(id -un) SSH_PORT=$(free_port) SSH_LOG=$T/log/$name.log
  SSH_KEY=$SSH_DIR/id_ed25519 SSH_RSA_KEY=$SSH_DIR/id_rsa SSH_WRONG_KEY=$SSH_DIR/id_wrong
  SSH_KNOWN_HOSTS=$SSH_DIR/known_hosts
  make_key "$SSH_DIR/host_ed25519"
  make_key "$SSH_DIR/host_rsa" rsa
  make_key "$SSH_KEY"
  make_key "$SSH_RSA_KEY" rsa
  make_key "$SSH_WRONG_KEY"
  cat >"$SSH_DIR/sshd_config" <<CONFIG
ListenAddress 127.0.0.1
Port $SSH_PORT
PidFile none
HostKey $SSH_DIR/host_ed25519
HostKey $SSH_DIR/host_rsa
AuthorizedKeysFile $SSH_DIR/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 100
SetEnv E2E_MARK=$T HOME=$HOME
$git_protocol
CONFIG
  printf '%s\n' "$@" >>"$SSH_DIR/sshd_config"
  authorize_key "$SSH_KEY"
  authorize_key "$SSH_RSA_KEY"
  add_known_host "$SSH_PORT"
  start_sshd_again
}

# stop_sshd: the server goes away, with its connections; start_sshd_again brings it back on the same
# port, with the keys that it has then.
stop_sshd() {
  pkill -KILL -P "$SSH_PID" || true
  stop_process "$SSH_PID"
}
start_sshd_again() {
  spawn "$SSH_LOG" "$(PATH=$PATH:/usr/sbin command -v sshd)" -D -e -f "$SSH_DIR/sshd_config"
  SSH_PID=$SPAWNED
  wait_for 10 port_is_listening "$SSH_PORT"
}

# authorize_key <private key> [options]: lets the key log in to the last started server; options
# are those of authorized_keys(5), for example 'command="…"'.
authorize_key() { printf '%s%s\n' "${2:+$2 }" "$(cat "$1.pub")" >>"$SSH_DIR/authorized_keys"; }
revoke_key() { sed -i "\\|$(cut -d' ' -f2 <"$1.pub")|d" "$SSH_DIR/authorized_keys"; }

# forced_command: prints an option for authorize_key that allows git's read command only, as
# hosting services do, and nothing that differs from its exact form.
forced_command() {
  cat >"$SSH_DIR/forced" <<'SCRIPT'
#!/bin/sh
case $SSH_ORIGINAL_COMMAND in
  "git-upload-pack '"*"'") eval "exec $SSH_ORIGINAL_COMMAND" ;;
  *) echo "refused: $SSH_ORIGINAL_COMMAND" >&2; exit 1 ;;
esac
SCRIPT
  chmod +x "$SSH_DIR/forced"
  printf 'restrict,command="%s"' "$SSH_DIR/forced"
}

# add_known_host <port>: the host keys of the last started server under another port (a proxy's).
add_known_host() {
  local key
  for key in host_ed25519 host_rsa; do
    printf '[127.0.0.1]:%s %s\n' "$1" "$(cut -d' ' -f1,2 <"$SSH_DIR/$key.pub")" >>"$SSH_KNOWN_HOSTS"
  done
}

# ssh_url <name> [port]: URL of a repository under $SRV.
ssh_url() { printf 'ssh://%s@127.0.0.1:%s%s/%s' "$SSH_USER" "${2:-$SSH_PORT}" "$SRV" "$1"; }

# use_ssh [key]: sets SSH_FLAGS, the flags that git-sync needs for the last started server.
use_ssh() { SSH_FLAGS=("--ssh-key-file=${1:-$SSH_KEY}" "--ssh-known-hosts-file=$SSH_KNOWN_HOSTS"); }

# scp_style <name>: sets SCP_URL (user@host:path) and SSH_CONFIG, an ssh configuration that knows
# the port, because this URL form has no place for one; use it with
# GIT_SSH_COMMAND="ssh -F $SSH_CONFIG".
scp_style() {
  SSH_CONFIG=$SSH_DIR/ssh_config
  printf 'Host e2e-git\n  HostName 127.0.0.1\n  Port %s\n' "$SSH_PORT" >"$SSH_CONFIG"
  SCP_URL=$SSH_USER@e2e-git:$SRV/$1
}
