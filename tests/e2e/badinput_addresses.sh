#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Addresses that look like options, commands or several lines, and hosts that are no git servers:
# one clear error, exit status 1, nothing executed, and what was published before stays.
# shellcheck disable=SC2016 # nothing is to expand: that is what is tested
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
RUN_LIMIT=40
mkdir "$T/bin"
# Whatever is executed by mistake makes a file of this name, wherever it runs.
printf '#!/bin/sh\n: >"%s"\n' "$T/executed" >"$T/bin/evil"
chmod +x "$T/bin/evil"
export PATH=$T/bin:$PATH
evil && assert_file "$T/executed" && rm "$T/executed"
assert_nothing_executed() {
  assert_no_file "$T/executed"
  assert_eq "" "$(find "$T" -name 'executed*')" "traces of executed text"
}
# refused <address> [flags…]: exit 1, an error that can be read, and the published tree stays.
refused() {
  local address=$1
  shift
  run_gitsync --one-time --repo="$address" --root="$ROOT" --link=link --sync-timeout=20s "$@"
  [[ $STATUS == 1 ]] || fail "exit status $STATUS with --repo=$address"
  [[ -s $LOG ]] || fail "no error at all with --repo=$address"
  ! grep -q '^{' "$LOG" || assert_log_json
  assert_no_gitsync_process
  assert_nothing_executed
  assert_link_hash "$ROOT/link" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
}
published_before() {
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
  assert_status 0
}

scenario "addresses that git or ssh would take for options"
cause config dns network
published_before
for address in '--upload-pack=evil' '-u evil' '-oProxyCommand=evil' 'ssh://-oProxyCommand=evil/x' \
  'ssh://-oProxyCommand=evil@localhost/x' 'git@-oProxyCommand=evil:x' '-oProxyCommand=evil:x' \
  'localhost:-oProxyCommand=evil' 'ssh://localhost:1/--upload-pack=evil' 'ssh://[-oProxyCommand=evil]/x' \
  'git://-oProxyCommand=evil/x' 'https://-oProxyCommand=evil/x' 'https://--config=evil/x'; do
  refused "$address"
done

scenario "transports that run commands"
cause config
published_before
for address in 'ext::evil' 'ext::sh -c evil' 'ext::sh -c evil%20' 'EXT::evil' 'foo::evil' 'evil::x'; do
  refused "$address"
done
assert_log "evil"
refused 'fd::17' --sync-timeout=5s # git fails to read there, and waits none the less

scenario "the transport that runs commands stays closed when only files are allowed"
cause config
published_before
refused 'ext::evil' --git-config=protocol.file.allow:always

scenario "text for a shell"
cause config not-found network
published_before
for address in '$(evil)' '`evil`' ';evil' '|evil' '&evil' $'x\'; evil; \'' 'file:///$(evil)' \
  'ssh://localhost:1/x'\''; evil; '\''' 'ssh://localhost:1/$(evil)' 'localhost:$(evil)' \
  'ssh://$(evil)/x' 'ssh://$(evil)@localhost:1/x' '"; evil; "'; do
  refused "$address"
done

scenario "line breaks and other control characters, plain and in percent code"
cause config network # the second address loses its CR
published_before
for address in $'https://localhost:1/x\nhost=evil' $'https://localhost:1/x\r' $'ssh://localhost:1/a\nb' \
  $'file:///a\nb' $'\n' $'https://local\thost/x' 'https://localhost%0ahost=evil:1/x' \
  'https://u%0a:p@localhost:1/x' 'https://u:p%0ahost=evil@localhost:1/x' 'http://localhost:1/%0a%0dx'; do
  refused "$address"
done

scenario "no addresses at all"
cause config not-found dns
published_before
for address in ' ' / /nonexistent "$D" /dev/null /etc/passwd /proc/self/environ 'file://' 'http://' \
  'https:///x' 'ssh://' ':' '::' '@' 'a@' ':x' '[' 'https://[/x' 'https://localhost:99999/x' \
  'https://localhost:port/x' 'file://elsewhere/x' $'\xff\xfe'; do
  refused "$address"
done

scenario "hosts that are no git servers, or not there"
cause server network dns tls not-found ref
published_before
start_recorder 200 404 500 301 '{"status": 200, "body": "<html>no git</html>"}'
for answer in 1 2 3 4 5; do
  refused "$RECORDER_URL/app.$answer"
done
start_https plain
refused "$HTTPS_URL/nothing"
start_fault "$HTTPS_PORT" mode=nonsense
refused "http://127.0.0.1:$FAULT_PORT/app"
refused "ssh://127.0.0.1:$FAULT_PORT/app"
refused "git://127.0.0.1:$FAULT_PORT/app"
refused "https://127.0.0.1:$FAULT_PORT/app"
closed=$(free_port)
for scheme in http https ssh git; do
  refused "$scheme://127.0.0.1:$closed/app"
  refused "$scheme://nowhere.invalid/app"
done

scenario "refs that are none: nothing is published instead, and no other branch is written"
cause ref
published_before
for ref in '*' 'refs/heads/*' '^main' '..' 'a..b' '@{0}' 'main@{1}' 'a b' $'ma\nin' '~' 'x.lock' \
  "$(printf 'a%.0s' {1..300})" '$(evil)' ';evil' '`evil`' $'\xff'; do
  refused "file://$REPO" --ref="$ref"
done
