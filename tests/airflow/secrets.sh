#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How people store secrets: with a newline at the end, as variables, as files of mode 0440; and the
# charts' other uids, revisions and strict settings. git-sync-init says what is wrong when it is.
# timeout: 600
source "$(dirname "$0")/lib.sh"

BRANCH=main
start_sshd
start_https auth=/:bot:t0ken
make_dags dags
use_token() { AUTH=token REPO_URL=$HTTPS_URL/dags USER_NAME=bot TOKEN=t0ken; }
use_key() { AUTH=ssh REPO_URL=$(ssh_url dags); }

# assert_newline_warnings: one for the user name and one for the password, which name the setting;
# where a chart sets the old and the new name, it is the old one.
assert_newline_warnings() {
  local settings
  settings=$(grep '^{' "$LOG" | jq -r 'select(.msg | contains("trailing line break")) | .setting' | sort)
  # shellcheck disable=SC2016 # the names of variables
  assert_eq $'$GIT_SYNC_PASSWORD\n$GIT_SYNC_USERNAME' "$settings" "warnings about line breaks"
}

for chart in 1.15 newest community; do
  scenario "$chart: token and user name stored with a trailing newline"
  use_token
  USER_NAME=$'bot\n' TOKEN=$'t0ken\r\n'
  new_pod "$chart"
  run_init
  assert_status 0
  assert_link_hash "$VOLUME/repo" "$HASH"
  assert_log_json
  assert_newline_warnings
  assert_no_log t0ken

  scenario "$chart: a wrong token ends git-sync-init with 1 and a hint, without the token"
  use_token
  TOKEN=wr0ng-t0ken
  new_pod "$chart"
  run_init
  assert_status 1
  assert_log '"hint"'
  assert_no_log "$TOKEN"
  assert_no_file "$VOLUME/repo"

  scenario "$chart: SSH with the pod's uid and group 0, key mode 0440"
  use_key
  new_pod "$chart"
  run_init
  assert_status 0
  assert_link_hash "$VOLUME/repo" "$HASH"

  scenario "$chart: SSH with Airflow's uid 50000 of group 0"
  new_pod "$chart"
  POD[1]=50000:0
  run_init
  assert_status 0
  assert_link_hash "$VOLUME/repo" "$HASH"

  scenario "$chart: a host key that is not known is refused, with a hint"
  new_pod "$chart"
  printf '[127.0.0.1]:1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPx7\n' >"$SECRET/known_hosts"
  run_init
  assert_status 1
  assert_log "Host key verification failed"
  assert_log '"hint"'
done

scenario "a pinned revision beside a branch is the revision, with a warning"
use_token
pinned=$HASH
push_dag later
REV=$pinned
for chart in 1.15 community; do
  new_pod "$chart"
  run_init
  assert_status 0
  assert_link_hash "$VOLUME/repo" "$pinned"
  grep -iE 'branch.*ignor|ignor.*branch' "$LOG" >/dev/null || fail "no warning that the branch is ignored"
done
REV=HEAD

for use in use_token use_key; do
  scenario "read-only root file system, no capability, 128 MiB: $use"
  $use
  new_pod newest
  POD+=(--read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /tmp:mode=1777 -m 128m)
  run_init
  assert_status 0
  assert_link_hash "$VOLUME/repo" "$HASH"
done
