#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Several roots that follow one repository at once, with different engines over different transports.
#
# They look when they are told, by a signal, and else hardly ever, so that a series of pushes costs what each
# change costs.

# over <transport> <repository's name>: sets OVER, the flags for it. Transports: file, https, ssh, ssh-v0 (a
# server that does not take GIT_PROTOCOL). Servers are started when they are first needed.
declare -A E2E_OVER_SSH=()
over() {
  local name=sshd accept="AcceptEnv GIT_PROTOCOL"
  case $1 in
    file) OVER=("--repo=file://$SRV/$2") ;;
    https)
      trust_ca
      [[ -n ${E2E_OVER_HTTPS:-} ]] || { start_https && E2E_OVER_HTTPS=$HTTPS_URL; }
      OVER=("--repo=$E2E_OVER_HTTPS/$2")
      ;;
    ssh | ssh-v0)
      [[ $1 == ssh ]] || name=sshd-v0 accept="AcceptEnv NOTHING"
      [[ -n ${E2E_OVER_SSH[$1]:-} ]] || { start_sshd "$name" "$accept" && E2E_OVER_SSH[$1]=$SSH_PORT; }
      OVER=("--repo=$(ssh_url "$2" "${E2E_OVER_SSH[$1]}")" "--ssh-key-file=$T/$name/id_ed25519"
        "--ssh-known-hosts-file=$T/$name/known_hosts")
      ;;
    *) fail "over: unknown transport $1" ;;
  esac
}

# start_follower <name> flags…: publishes as $D/<name>/link, and looks again when sync_followers says so.
declare -A FOLLOWERS=() FOLLOWER_LOGS=()
start_follower() {
  start_gitsync --root="$D/$1" --link=link --sync-on-signal=SIGHUP --period=30s --max-failures=-1 \
    --sync-timeout="$((300 * E2E_TIME_FACTOR))s" "${@:2}"
  FOLLOWERS[$1]=$GITSYNC_PID FOLLOWER_LOGS[$1]=$LOG
}
forget_followers() { FOLLOWERS=() FOLLOWER_LOGS=(); }

# await_followers <hash>: all of them show it.
await_followers() {
  local name
  for name in "${!FOLLOWERS[@]}"; do
    try_for "${FOLLOWER_LIMIT:-30}" link_is "$D/$name/link" "$1" || {
      LOG=${FOLLOWER_LOGS[$name]}
      fail "$name does not show $1, but $(link_hash "$D/$name/link"): $(tail -n 5 "$LOG")"
    }
  done
}
sync_followers() { # <hash>
  kill -HUP "${FOLLOWERS[@]}"
  await_followers "$1"
}

# assert_same_trees <expected tree> <tree…>
assert_same_trees() {
  "$PYTHON" "$E2E_LIB/compare_trees.py" "$@" || fail "published trees differ"
}
