#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# --git-config and --git-config-add reach git exactly, quotes and blanks included, override the
# defaults, are seen by hooks and logged without secrets (scenario 56 of
# docs/contract.md#scenarios).
# shellcheck disable=SC2016,SC1003 # what stands in single quotes is meant literally
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
cat >"$T/hook" <<'SCRIPT'
#!/bin/sh
# What git says in a hook is what git-sync's own git sees.
git config --global --list -z >"$SEEN"
SCRIPT
chmod +x "$T/hook"
once() { # [flags…]
  export SEEN=$D/seen
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --exechook-command="$T/hook" "$@"
}
# has <key> <value>: in git's eyes, and in the logged record, where values of keys that nobody knows
# are hidden; keys in the form that git lists.
has() {
  local seen
  seen=$("$PYTHON" - "$SEEN" "$1" <<'PYTHON'
import sys
entries = [e.split(b"\n", 1) for e in open(sys.argv[1], "rb").read().split(b"\0") if e]
values = [e[1] for e in entries if e[0] == sys.argv[2].encode()]
sys.stdout.buffer.write(values[-1] + b"." if values else b"<not set>")
PYTHON
)
  assert_eq "$2." "$seen" "value of $1"
  local shown=$2
  [[ -z $2 || $1 != s[eu][cb]* ]] || shown=REDACTED
  assert_eq "$shown." "$(jq -r --arg k "$1" 'select(.configs) | .configs[$k]' <(log_records))." "logged value of $1"
}

scenario "56: --git-config and several --git-config-add together, with quotes and blanks"
once --git-config='user.name:Some One,"user.email":"a b@example.com",core.abbrev:12' \
  --git-config-add='"sect.k1":"with, comma and \"quotes\""' \
  --git-config-add='sect.k2: leading and trailing ' \
  --git-config-add='sect.k3:one,sect.k4:"two"' \
  --git-config-add='"url.https://example.com/x y/.insteadOf":"ex:"'
assert_status 0
has user.name "Some One"
has user.email "a b@example.com"
has core.abbrev 12
has sect.k1 'with, comma and "quotes"'
has sect.k2 " leading and trailing "
has sect.k3 one
has sect.k4 two
has "url.https://example.com/x y/.insteadof" "ex:"
assert_log_json

scenario "56: escapes, empty values, characters that a shell or git's own format would eat"
once --git-config='sect.lines:a\nb\tc,sect.back:a\\b,sect.comma:a\,b,sect.empty:"",sect.colon:a:b:c,' \
  --git-config-add='sect.hash:a #b;c' --git-config-add='sect.code:$(touch x) `y` ${HOME}' \
  --git-config-add="sect.quote:it's \\\"so\\\"" --git-config-add='sect.first:,b:x' \
  --git-config-add='"sub.With Case & \"quotes\" \\.Key":v' --git-config-add='sect.utf:grüße'
assert_status 0
has sect.lines $'a\nb\tc'
has sect.back 'a\b'
has sect.comma a,b
has sect.empty ""
has sect.colon a:b:c
has sect.hash "a #b;c"
has sect.code '$(touch x) `y` ${HOME}'
has sect.quote "it's \"so\""
has sect.first ",b:x"
has 'sub.With Case & "quotes" \.key' v
has sect.utf grüße

scenario "56: a key given again replaces the value; --git-config-add comes last; defaults can be overridden"
once --git-config='sect.k:one,sect.K:two,gc.autoDetach:true,core.askPass:/bin/false' \
  --git-config-add=sect.k:three --git-config-add=gc.pruneExpire:1.hour.ago
assert_status 0
has sect.k three
has gc.autodetach true
has core.askpass /bin/false
has gc.pruneexpire 1.hour.ago
GITSYNC_GIT_CONFIG=sect.env:variable once --git-config-add=sect.k:flag
assert_status 0
has sect.env variable
has sect.k flag
GITSYNC_GIT_CONFIG=sect.env:variable once --git-config=sect.k:flag
assert_eq null "$(jq -r 'select(.configs) | .configs["sect.env"]' <(log_records))" "the flag replaces the variable"

scenario "56: the defaults are there, and neither the user's nor the system's configuration"
git config --global sect.mine yes
once
assert_status 0
has gc.autodetach false
has gc.pruneexpire now
has core.askpass true
assert_contains "$(jq -r 'select(.configs) | .configs["credential.helper"]' <(log_records))" "cache" "helper"
assert_eq null "$(jq -r 'select(.configs) | .configs["sect.mine"]' <(log_records))" "the user's own setting"
assert_eq yes "$(git config --global sect.mine)" "the user's own setting afterwards"
git config --global --unset sect.mine

scenario "56: malformed pairs end the start with a clear error and exit status 1"
for bad in 'k:v' 'sect.k' 'sect.k:' '"sect.k:v' '"sect.k"v' '"sect.k":"v' '"sect.k":"v"x' \
  'sect.k:a\x' 'sect.k:a\' '.k:v' 'sect.:v' 'se ct.k:v' 'sect.1k:v'; do
  for flag in --git-config --git-config-add; do
    run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link "$flag=$bad"
    [[ $STATUS == 1 ]] || fail "$flag='$bad' ended with $STATUS"
    assert_log "git-config"
    assert_no_file "$ROOT/link"
  done
done

scenario "56: secrets in settings reach the server, but no log and no command line"
trust_ca
# Of this run alone: the command lines of the machine are looked at, on which another run may have its own.
password=the-password-$$
start_https "auth=/:user:$password"
header="Authorization: Basic $(printf 'user:%s' "$password" | base64 -w 0)"
secret=${header##* }
cat >"$T/git" <<'SCRIPT'
#!/bin/sh
# Notes all command lines of this machine, and works as git.
for file in /proc/[0-9]*/cmdline; do tr '\0' ' ' <"$file" 2>/dev/null; echo; done >>"$LINES_SEEN"
exec git "$@"
SCRIPT
chmod +x "$T/git"
export LINES_SEEN=$D/lines
over_https() {
  run_gitsync --one-time --repo="$HTTPS_URL/app" --root="$ROOT" --link=link --error-file="$D/error" -v 9 "$@"
}
GITSYNC_GIT_CONFIG="http.extraHeader:$header" over_https --git="$T/git"
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"
assert_no_log "$secret"
assert_file_contains "$LINES_SEEN" fetch
assert_file_lacks "$LINES_SEEN" "$secret"
assert_eq REDACTED "$(jq -r 'select(.configs) | .configs["http.extraheader"]' <(log_records))" "logged header"

scenario "56: secrets in flags are not logged either, also with a key for one address, or when it fails"
for config in "http.extraHeader:$header" "\"http.$HTTPS_URL.extraHeader\":\"$header\""; do
  over_https --git-config="$config"
  assert_status 0
  assert_no_log "$secret"
  over_https --git-config-add="$config" --ref=nowhere
  assert_status 1
  assert_no_log "$secret"
  assert_file_lacks "$D/error" "$secret"
done
over_https --git-config="http.proxy:http://user:proxy-secret@127.0.0.1:1"
assert_status 1
assert_no_log proxy-secret
over_https --git-config="http.extraHeader:$header,sect.k:a\\x"
assert_status 1
assert_no_log "$secret"
GITSYNC_GIT_CONFIG="http.extraHeader:$header" run_gitsync --help
assert_file_lacks "$OUT" "$secret"
# Without quotes the key ends at the first colon, inside the address.
over_https --git-config="http.$HTTPS_URL.extraHeader:$header"
assert_status 1
assert_no_log "$secret"
GITSYNC_GIT_CONFIG="http.$HTTPS_URL.extraHeader:$header" run_gitsync --help
assert_file_lacks "$OUT" "$secret"

scenario "an address that url.*.insteadOf changes: the repository is written once, not in every pass"
use_http
start_gitsync --repo=http://example.invalid/app --root="$ROOT" --link=link --period=100ms -v 5 --engine=git \
  --git-config="\"url.file://$SRV/.insteadOf\":http://example.invalid/" "${HTTP_FLAGS[@]}"
wait_for 10 link_is "$ROOT/link" "$(head_of "$SRV/app")"
wait_passes 3
assert_eq 1 "$(grep -cE '"cmd":"git remote (add|set-url) ' "$LOG")" "changes of the remote"
stop_gitsync
