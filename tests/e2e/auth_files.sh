#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# User names, passwords and tokens from variables, files, the address and --credential: every form
# works, rotation is picked up, line breaks are stripped, nothing is logged (scenarios 33, 34, 37).
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
start_https plain "auth=/:alice:right-password"
USERINFO_URL=${HTTPS_URL/:\/\//://alice:right-password@}/app

once() {
  run_gitsync --repo="$HTTPS_URL/app" --root="$ROOT" --link=link --one-time -v 9 "$@"
}
assert_synced() {
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  no_secret_in_logs
}
no_secret_in_logs() {
  if grep -rlE '(right|wrong)-password' "$T/log"/git-sync.*; then fail "a secret in a log"; fi
}
warnings() { grep -c "line break.*\"setting\":\"[$]\?$1\"" "$LOG" || true; }

scenario "33: by variable, by file with or without a newline, by address"
GITSYNC_USERNAME=alice GITSYNC_PASSWORD=right-password once
assert_synced
for end in '' '\n' '\r\n'; do
  # shellcheck disable=SC2059 # the format is the content
  printf "right-password$end" >"$D/password"
  once --username=alice --password-file="$D/password"
  assert_synced
done
assert_eq 1 "$(warnings --password-file)" "warnings about the line break"
run_gitsync --repo="$USERINFO_URL" --root="$ROOT" --link=link --one-time -v 9
assert_synced

scenario "33: wrong user or password: an error, no prompt, and the message names the setting"
cause auth
GITSYNC_USERNAME=bob GITSYNC_PASSWORD=right-password once
assert_status 1
assert_log GITSYNC_PASSWORD
GITSYNC_USERNAME=alice GITSYNC_PASSWORD=wrong-password once
assert_status 1
assert_log GITSYNC_PASSWORD
echo wrong-password >"$D/password"
once --username=alice --password-file="$D/password"
assert_status 1
assert_log --password-file
assert_no_file "$ROOT/link"
no_secret_in_logs

scenario "a user name and password stored with a line break work, with one warning for each"
GITSYNC_USERNAME=$'alice\n' GITSYNC_PASSWORD=$'right-password\n' once
assert_synced
assert_eq 1 "$(warnings GITSYNC_USERNAME)" "warnings about the user name"
assert_eq 1 "$(warnings GITSYNC_PASSWORD)" "warnings about the password"

scenario "34: a password file that turns wrong and right again while running"
cause auth secret
echo right-password >"$D/password"
use_http
start_gitsync --repo="$HTTPS_URL/app" --root="$ROOT" --link=link --period=100ms --max-failures=-1 \
  --username=alice --password-file="$D/password" "${HTTP_FLAGS[@]}"
wait_for 10 link_is "$ROOT/link" "$HASH"
OLD=$HASH
replace() { printf '%s\n' "$1" >"$D/new" && mv "$D/new" "$D/password"; }
replace wrong-password
wait_for 10 metric_at_least 'git_sync_count_total{status="error"}' 1
commit_file "$REPO" file "app 2"
FAILED=$(metric 'git_sync_count_total{status="error"}')
wait_for 10 metric_at_least 'git_sync_count_total{status="error"}' $((FAILED + 2))
assert_link_hash "$ROOT/link" "$OLD"
replace right-password
wait_for 10 link_is "$ROOT/link" "$HASH"
rm "$D/password"
FAILED=$(metric 'git_sync_count_total{status="error"}')
wait_for 10 metric_at_least 'git_sync_count_total{status="error"}' $((FAILED + 1))
assert_log "$D/password"
replace right-password
commit_file "$REPO" file "app 3"
wait_for 10 link_is "$ROOT/link" "$HASH"
assert_eq 1 "$(warnings --password-file)" "warnings in a long run"
no_secret_in_logs

# The password changes at both ends, again and again, in the middle of passes.
for round in 1 2 3 4 5; do
  set_password / alice "right-password-$round"
  replace "right-password-$round"
  commit_file "$REPO" file "round $round"
  wait_for 10 link_is "$ROOT/link" "$HASH"
done
set_password / alice right-password
no_secret_in_logs

scenario "further lines and NUL bytes in a password are refused; they would be attributes for git"
cause secret
printf 'right-password\nurl=https://evil.invalid/\n' >"$D/password"
once --username=alice --password-file="$D/password"
assert_status 1
assert_log "more than one line"
assert_log --password-file
assert_eq 0 "$(log_count evil.invalid)" "lines of the file in the log"
printf 'right-password\rx' >"$D/password"
once --username=alice --password-file="$D/password"
assert_status 1
assert_log "more than one line"
assert_log --password-file
printf 'right-password\0x' >"$D/password"
once --username=alice --password-file="$D/password"
assert_status 1
assert_log "NUL"
no_secret_in_logs

scenario "37: repeated --credential: each address gets its own; password and password-file"
make_repo other
stop_https
start_https two plain "auth=/app:alice:right-app" "auth=/other:bob:right-other"
printf 'right-other' >"$D/other"
for name in app other; do
  HASH=$(head_of "$SRV/$name")
  run_gitsync --repo="$HTTPS_URL/$name" --root="$ROOT" --link=link --one-time -v 9 \
    --git-config=credential.useHttpPath:true \
    --credential="{\"url\":\"$HTTPS_URL/app\",\"username\":\"alice\",\"password\":\"right-app\"}" \
    --credential="[{\"url\":\"$HTTPS_URL/other\",\"username\":\"bob\",\"password-file\":\"$D/other\"}]"
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
done
if grep -rlE 'right-(app|other)' "$T/log"/git-sync.*; then fail "a secret in a log"; fi
