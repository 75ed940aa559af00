#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# As PID 1 of a container git-sync forwards signals, reaps orphans and reports the exit status.
source "$(dirname "$0")/lib.sh"

make_repo app
start_https
https=(-v "$T/ca:/ca:ro" -e GIT_SSL_CAINFO=/ca/ca.pem)

start_syncing() { # [flag…]: endless, the first sync done
  make_volume 65533:65533 2775
  start_container "${https[@]}" -v "$VOLUME:/git" -- --repo="$HTTPS_URL/app" --link=current "$@"
  wait_for 20 link_is "$VOLUME/current" "$HASH"
}

scenario "the sync signal, sent to PID 1, cuts a long pause short"
for name in SIGHUP HUP 1; do
  start_syncing --period=1000s --sync-on-signal="$name"
  wait_for 10 log_has "updated successfully"
  commit_file "$REPO" file "signal $name"
  # The handler is there before the first pass, so one signal is enough.
  docker kill -s HUP "$CONTAINER" >/dev/null
  wait_for 20 link_is "$VOLUME/current" "$HASH"
  stop_container TERM
  assert_status 143
  rm -rf "$VOLUME"
done

scenario "the exit status tells which signal ended it"
for signal in TERM:143 INT:130 HUP:129 KILL:137; do
  start_syncing --period=1000s
  stop_container "${signal%:*}"
  assert_status "${signal#*:}"
  rm -rf "$VOLUME"
done

scenario "signals that mean nothing do not end it"
start_syncing --period=200ms
for signal in USR1 USR2 ALRM PIPE WINCH; do docker kill -s "$signal" "$CONTAINER" >/dev/null; done
commit_file "$REPO" file "still alive"
wait_for 20 link_is "$VOLUME/current" "$HASH"

scenario "docker stop takes less than two seconds"
start_syncing --period=1000s
began=$SECONDS
docker stop -t 30 "$CONTAINER" >/dev/null
((SECONDS - began <= 3)) || fail "it took $((SECONDS - began)) seconds"
wait_container
assert_status 143

scenario "orphans of a hook are reaped"
mkdir -p "$D/hook"
# shellcheck disable=SC2016 # for the hook's shell
printf '#!/bin/sh\nfor i in 1 2 3 4 5; do setsid sh -c "sleep 0.2; exit $i" >/dev/null 2>&1 </dev/null & done\n' >"$D/hook/orphans"
chmod 755 "$D/hook" "$D/hook/orphans"
make_volume 65533:65533 2775
start_container "${https[@]}" -v "$VOLUME:/git" -v "$D/hook:/hook:ro" -- --repo="$HTTPS_URL/app" \
  --link=current --period=200ms --exechook-command=/hook/orphans -v 1
wait_for 20 log_has "exechook"
no_zombie() { ! docker top "$CONTAINER" -eo stat,args | tail -n +2 | grep -q '^Z'; }
no_orphan() { ! docker top "$CONTAINER" -eo stat,args | grep -q '[s]leep 0.2'; }
wait_for 10 no_orphan
wait_for 5 no_zombie

scenario "the exit status of what ends by itself"
run_container "${https[@]}" -- --repo="$HTTPS_URL/nothing" --one-time
assert_status 1
run_container -- --repo=x --no-such-flag
assert_status 2
run_container -- --version
assert_status 0
run_container -e GITSYNC_PERIOD=soon -- --version
assert_status 1
