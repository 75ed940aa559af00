#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# --cookie-file: the fixed file /etc/git-secret/cookie_file must exist and is sent by git; a new
# content is picked up. The folder is put in place in a mount namespace of the test's own.
source "$(dirname "$0")/lib/e2e.sh"

if [[ -z ${E2E_COOKIE_INSIDE:-} ]]; then
  ((UID == 0)) && unshare --mount true 2>/dev/null || skip "no mount namespaces here"
  cd / && rm -rf "$T"
  GITSYNC_BIN=$GITSYNC_BIN TMPDIR=$(dirname "$T") E2E_COOKIE_INSIDE=1 \
    exec unshare --mount bash "$E2E_LIB/../auth_cookie_file.sh"
fi
mkdir -p "$T/etc" "$T/secret"
# A copy of the folder /etc with our secret in it, seen by this test alone.
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$T/etc,workdir=$T/secret" /etc 2>/dev/null ||
  mount -t tmpfs tmpfs "$(mkdir -p /etc/git-secret && echo /etc/git-secret)" || skip "cannot mount"
mkdir -p /etc/git-secret
COOKIES=/etc/git-secret/cookie_file
on_exit() { umount -l /etc/git-secret /etc 2>/dev/null || true; }

cookie() { # <value>
  printf '127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\t%s\n' "$1" >"$COOKIES"
}

make_repo app
start_https plain
# Only requests with this cookie get through.
sed -i 's|^  server {|  server {\n    if ($cookie_session != "open-sesame") { return 403; }|' "$HTTPS_DIR/nginx.conf"
reload_https
[[ $(curl -s -o /dev/null -w '%{http_code}' "$HTTPS_URL/app/HEAD") == 403 ]] || fail "let in without the cookie"

scenario "a missing file is fatal at start"
cause secret
run_gitsync --repo="$HTTPS_URL/app" --root="$ROOT" --link=link --one-time --cookie-file
assert_status 1
assert_log "$COOKIES"

scenario "the cookie is sent, and only if asked for"
cause auth
cookie open-sesame
run_gitsync --repo="$HTTPS_URL/app" --root="$ROOT" --link=link --one-time
assert_status 1
run_gitsync --repo="$HTTPS_URL/app" --root="$ROOT" --link=link --one-time --cookie-file -v 9
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"
assert_no_log open-sesame

scenario "a new cookie is picked up without a restart"
cause auth
cookie wrong
use_http
start_gitsync --repo="$HTTPS_URL/app" --root="$ROOT" --link=link --period=100ms --max-failures=-1 \
  --cookie-file "${HTTP_FLAGS[@]}"
wait_for 10 metric_at_least 'git_sync_count_total{status="error"}' 1
cookie open-sesame
wait_for 10 link_is "$ROOT/link" "$HASH"
cookie wrong
FAILED=$(metric 'git_sync_count_total{status="error"}')
wait_for 10 metric_at_least 'git_sync_count_total{status="error"}' $((FAILED + 1))
assert_link_hash "$ROOT/link" "$HASH"
