#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# git and ssh do not get git-sync's secrets in their environment; hooks get what they always got, and
# none of the settings that are for our own gits.
# shellcheck disable=SC2016 # scripts for other shells
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
start_sshd
use_ssh
start_recorder
dump() { # <file> <program>
  printf '#!/bin/sh\nenv -0 >>"%s"\nexec %s "$@"\n' "$T/env.$1" "$2" >"$T/$1"
  chmod 755 "$T/$1"
}
dump git git
dump ssh ssh
printf '#!/bin/sh\nenv -0 >"%s"\n' "$T/env.hook" >"$T/hook"
chmod 755 "$T/hook"
shown() { tr '\0' '\n' <"$T/env.$1"; }

scenario "secrets and addresses that may hold one stay with git-sync and its hooks"
export GITSYNC_GITHUB_BASE_URL=http://hunter2-a GITSYNC_WEBHOOK_URL=$RECORDER_URL/hunter2-c
export GITSYNC_GIT_CONFIG='http.extraHeader:X: hunter2-d' GITSYNC_GITHUB_APP_PRIVATE_KEY=hunter2-e
export GITSYNC_CREDENTIAL='[{"url":"https://h.example","username":"u","password":"hunter2-f"}]'
export GITSYNC_REPO GITSYNC_ROOT=$ROOT OTHER=visible
GITSYNC_REPO=$(ssh_url app)
GIT_SSH_COMMAND=$T/ssh run_gitsync --one-time --link=link --git="$T/git" "${SSH_FLAGS[@]}" \
  --exechook-command="$T/hook" --webhook-timeout=10s
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"
for who in git ssh; do
  assert_not_contains "$(shown $who)" hunter2 "environment of $who"
  assert_contains "$(shown $who)" OTHER=visible "environment of $who"
  assert_contains "$(shown $who)" "GITSYNC_ROOT=$ROOT" "environment of $who"
  assert_contains "$(shown $who)" "=core.hookspath" "environment of $who"
done
for letter in a c d e f; do
  assert_contains "$(shown hook)" "hunter2-$letter" "environment of the hook"
done
assert_not_contains "$(shown hook)" GIT_CONFIG_COUNT "environment of the hook"

scenario "settings of the user in the environment reach all, and win"
rm "$T"/env.*
unset GITSYNC_WEBHOOK_URL GITSYNC_GITHUB_APP_PRIVATE_KEY GITSYNC_PASSWORD GIT_SYNC_PASSWORD
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=$T/mine \
  run_gitsync --one-time --link=link --git="$T/git" "${SSH_FLAGS[@]}" --exechook-command="$T/hook"
assert_status 0
assert_contains "$(shown hook)" $'GIT_CONFIG_COUNT=1\n' "environment of the hook"
last=$(shown git | sed -n 's/^GIT_CONFIG_COUNT=//p' | tail -n 1)
assert_contains "$(shown git)" "GIT_CONFIG_KEY_$((last - 1))=core.hooksPath" "the user's stands last"
