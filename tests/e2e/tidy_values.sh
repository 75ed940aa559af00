#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What shells, .env files and badly made Secrets leave around addresses, refs, settings and proxies
# does no harm and is named; so are settings that are hardly meant.
# shellcheck disable=SC2016 # the log shows variables with their dollar sign
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
start_https plain auth=/:user:pw
export GITSYNC_USERNAME=user GITSYNC_PASSWORD=pw

# syncs <setting> <words> <flags…>: one record with these words names the setting.
syncs() {
  local setting=$1 words=$2 && shift 2
  rm -rf "$ROOT"
  run_gitsync --one-time --root="$ROOT" --link=link "$@"
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_eq 1 "$(log_records | jq -r "select(.setting == \"$setting\") | .msg" | grep -c "$words")" \
    "records that name $setting"
}

scenario "line breaks at the end"
syncs --repo "trailing line break" --repo="$HTTPS_URL/app"$'\r\n'
GITSYNC_REPO=$HTTPS_URL/app$'\n' syncs '$GITSYNC_REPO' "trailing line break"
syncs --ref "trailing line break" --repo="$HTTPS_URL/app" --ref=HEAD$'\n'
syncs --git-config "trailing line break" --repo="$HTTPS_URL/app" --git-config=gc.auto:0$'\n'
syncs --git-config-add "trailing line break" --repo="$HTTPS_URL/app" --git-config-add=gc.auto:0$'\n'
no_proxy=127.0.0.1$'\n' http_proxy=http://127.0.0.2:1 syncs '$no_proxy' "trailing line break" \
  --repo="$HTTPS_URL/app"

scenario "blanks and quotes around"
syncs --repo "blanks" --repo=" $HTTPS_URL/app "
syncs --repo "quotes" --repo="'$HTTPS_URL/app'"
GITSYNC_REPO="\"$HTTPS_URL/app\"" syncs '$GITSYNC_REPO' "quotes"
syncs --ref "blanks" --repo="$HTTPS_URL/app" --ref=" HEAD"

scenario "quotes around a ref may be meant, so they are only mentioned"
git -C "$REPO" branch -q "'quoted'"
syncs --ref "quotes around it" --repo="$HTTPS_URL/app" --ref="'quoted'"

scenario "a user name in the address, beside the settings"
run_gitsync --one-time --root="$ROOT" --link=link --repo="${HTTPS_URL/:\/\//:\/\/org@}/app"
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"
assert_log "ignoring the user name in --repo"
assert_file_lacks "$ROOT/.git/config" "org@"

scenario "settings that are hardly meant are named at the start"
run_gitsync --one-time --root="$ROOT" --link=link --repo=git@127.0.0.1:org/repo
assert_log "--username and its password are not used for this --repo"
run_gitsync --one-time --root="$ROOT" --link=link --repo=host.invalid/org/repo
assert_log "did you mean https://host.invalid/org/repo ?"
run_gitsync --one-time --root="$ROOT" --link=link --repo="$HTTPS_URL/app" \
  --exechook-command="/bin/echo --arg"
assert_log "--exechook-command holds a blank"
assert_log_json
