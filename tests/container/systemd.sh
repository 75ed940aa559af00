#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# deploy/systemd/git-sync@.service as it is, under the real systemd of Debian 12 and 13 (in containers):
# a token and an SSH key, restarts, a reboot, an end in order, and what the hardening forbids.
source "$(dirname "$0")/lib.sh"

# on_machine command…: runs it on the machine; put_file PATH MODE: its standard input becomes a file.
on_machine() { docker exec "$CONTAINER" "$@"; }
put_file() { docker exec -i "$CONTAINER" install -D -m "$2" /dev/stdin "$1"; }
property() { on_machine systemctl show -P "$2" "git-sync@$1"; }
property_is() { [[ $(property "$1" "$2") == "$3" ]]; }
# published INSTANCE TEXT: as any user of the machine sees it.
published() { [[ $(docker exec -u nobody "$CONTAINER" cat "/var/lib/git-sync/$1/current/file") == "$2" ]]; }
wait_published() { # instance text
  try_for 30 published "$@" || fail "$1 does not have '$2'; its log ends: $(on_machine \
    journalctl -q -o cat -n 3 -u "git-sync@$1")"
}
no_machine() { echo "skipped: $1" && return 1; }
machine_is_up() { [[ $(on_machine systemctl is-system-running) == running ]]; }

# program_for RELEASE: puts a git-sync that was built for that release into $T/git-sync.
program_for() {
  if [[ $1 == trixie ]]; then # the image's base
    local container
    container=$(docker create --label "e2e=$T" "$GITSYNC_IMAGE") &&
      docker cp "$container:/git-sync" "$T/git-sync" >/dev/null
  else
    grep -qx "VERSION_CODENAME=$1" /etc/os-release && [[ -x $GITSYNC_BIN ]] && cp "$GITSYNC_BIN" "$T/git-sync"
  fi
}

# start_machine RELEASE LIBRARY…: a machine on which git-sync is installed as the unit's comment says.
# Its systemd may mount (for the hardening) but is not privileged.
start_machine() {
  local release=$1 image=git-sync-test-systemd:$1
  shift
  program_for "$release" || no_machine "there is no git-sync for $release" || return
  (cd "$PROJECT_ROOT" && build_on_debian "$release" tests/container/systemd/Dockerfile "$image" \
    --build-arg "LIBRARIES=$*") >"$T/log/build" 2>&1 || no_machine "$image cannot be built here" || return
  e2e_docker_options
  docker run -d "${DOCKER_OPTIONS[@]}" --cgroupns private --cap-add SYS_ADMIN --stop-signal RTMIN+3 \
    --security-opt seccomp=unconfined --security-opt apparmor=unconfined -e container=docker \
    --tmpfs /run --tmpfs /run/lock --tmpfs /tmp "$image" >/dev/null 2>"$LOG" &&
    try_for 60 machine_is_up || no_machine "no systemd in a container: $(tail -n 1 "$LOG")" || return
  on_machine systemctl --version | head -n 1

  on_machine useradd --system --shell /usr/sbin/nologin git-sync
  put_file /usr/local/bin/git-sync 755 <"$T/git-sync"
  put_file /etc/systemd/system/git-sync@.service 644 <"$PROJECT_ROOT/deploy/systemd/git-sync@.service"
  put_file /etc/ssl/test-ca.pem 644 <"$T/ca/ca.pem"
}

# The hook tells what the processes of the unit may do.
put_hook() {
  put_file /usr/local/bin/probe 755 <<'HOOK'
#!/bin/sh
cd "$GITSYNC_ROOT" || exit
try() { if eval "$2" >/dev/null 2>&1; then echo "$1 yes"; else echo "$1 no"; fi; }
{
  id -un
  try write-etc 'echo >/etc/probe'
  try write-usr 'echo >/usr/probe'
  try write-other-state 'echo >/var/lib/probe'
  try write-tmp 'echo >/tmp/probe'
  try write-own-state 'echo >"$GITSYNC_ROOT/probe"'
  try read-root-home 'ls /root/.'
  try read-env-file 'cat /etc/git-sync/web.env'
  try see-other-tmp 'test -e /tmp/of-the-machine'
  sed -nE 's/^(CapBnd|CapEff|NoNewPrivs|Seccomp):\s*/\1: /p' /proc/self/status
} >"$GITSYNC_ROOT/probed.new" 2>&1
mv "$GITSYNC_ROOT/probed.new" "$GITSYNC_ROOT/probed"
HOOK
  on_machine touch /tmp/of-the-machine
}

check_token() {
  scenario "$1: an instance with a token in its environment file, by the server's name"
  use_http
  put_hook
  put_file /etc/git-sync/web.env 600 <<ENV
GITSYNC_REPO=https://localhost:$HTTPS_PORT/app
GITSYNC_USERNAME=bot
GITSYNC_PASSWORD=secret-token
GITSYNC_PERIOD=500ms
GITSYNC_HTTP_BIND=127.0.0.1:$HTTP_PORT
GIT_SSL_CAINFO=/etc/ssl/test-ca.pem
GITSYNC_EXECHOOK_COMMAND=/usr/local/bin/probe
ENV
  commit_file "$REPO" file "$1 1"
  on_machine systemctl enable -q --now git-sync@web
  wait_published web "$1 1"
  wait_for 10 http_status_is / 200
  commit_file "$REPO" file "$1 2"
  wait_published web "$1 2"

  scenario "$1: the hardening is in force, for hooks too"
  wait_for 20 on_machine test -e /var/lib/git-sync/web/probed
  assert_eq "git-sync
write-etc no
write-usr no
write-other-state no
write-tmp yes
write-own-state yes
read-root-home no
read-env-file no
see-other-tmp no
CapEff: 0000000000000000
CapBnd: 0000000000000000
NoNewPrivs: 1
Seccomp: 2" "$(on_machine cat /var/lib/git-sync/web/probed)"
}

check_key() {
  scenario "$1: an SSH key that only root can read, as the unit's comment says"
  put_file /etc/git-sync/key.env 600 <<<"GITSYNC_REPO=$(ssh_url app)
GITSYNC_PERIOD=500ms
GITSYNC_GROUP_WRITE=true"
  put_file /etc/git-sync/key.key 600 <"$SSH_KEY"
  put_file /etc/ssh/ssh_known_hosts 644 <"$SSH_KNOWN_HOSTS"
  sed -n '/^#   \[Service\]/,/^[^#]/s/^#   //p' "$PROJECT_ROOT/deploy/systemd/git-sync@.service" |
    sed 's/site/key/' | put_file /etc/systemd/system/git-sync@key.service.d/override.conf 644
  on_machine systemctl daemon-reload
  on_machine systemctl enable -q --now git-sync@key
  wait_published key "$1 2"
  commit_file "$REPO" file "$1 3"
  wait_published key "$1 3"
  wait_published web "$1 3"

  scenario "$1: an exchanged key is used after a restart"
  make_key "$D/new_key"
  authorize_key "$D/new_key"
  revoke_key "$SSH_KEY"
  put_file /etc/git-sync/key.key 600 <"$D/new_key"
  on_machine systemctl restart git-sync@key
  commit_file "$REPO" file "$1 after the exchange"
  wait_published key "$1 after the exchange"
  authorize_key "$SSH_KEY"
}

check_life() {
  scenario "$1: it is started again after kill -9"
  on_machine systemctl kill -s KILL git-sync@web
  wait_for 30 property_is web NRestarts 1
  commit_file "$REPO" file "$1 4"
  wait_published web "$1 4"

  scenario "$1: systemctl stop is no failure, and takes less than 3 seconds"
  local began=$SECONDS
  on_machine systemctl stop git-sync@web
  ((SECONDS - began <= 3)) || fail "it took $((SECONDS - began)) seconds"
  assert_eq "inactive success" "$(property web ActiveState) $(property web Result)"
  assert_eq "" "$(on_machine systemctl --failed --no-legend)"

  scenario "$1: the journal has the log, without secrets"
  on_machine journalctl -q -o cat -u git-sync@web >"$T/log/journal"
  assert_file_contains "$T/log/journal" "updated successfully"
  assert_file_lacks "$T/log/journal" secret-token

  scenario "$1: both go on after a reboot"
  docker restart -t 60 "$CONTAINER" >/dev/null
  wait_for 60 machine_is_up
  commit_file "$REPO" file "$1 5"
  wait_published web "$1 5"
  wait_published key "$1 5"
}

make_repo app
start_https auth=/:bot:secret-token
start_sshd
ran=0
check() { # release library…
  start_machine "$@" || return 0
  check_token "$1"
  check_key "$1"
  check_life "$1"
  docker rm -f "$CONTAINER" >/dev/null
  ran=$((ran + 1))
}
check bookworm libcurl4 libdeflate0 libmicrohttpd12 libssl3
check trixie libcurl4t64 libdeflate0 libmicrohttpd12t64 libssl3t64
((ran > 0)) || skip "no systemd could be run here"
