#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sources × sinks: whatever place a secret comes from, and whoever repeats it, it is not in the log at
# the highest verbosity, stdout, the error file, --help, usage errors, the profiles, or the arguments
# of git.
# shellcheck disable=SC2016 # the words are for another shell
source "$(dirname "$0")/lib/e2e.sh"

# Characters that a URL must encode: all spellings count.
SECRET='s3cret@p/s#w%41rd'
ENCODED='s3cret%40p%2Fs%23w%2541rd'
TOKEN=t0ken-0f-the-header
BASIC=$(printf 'user:%s' "$SECRET" | base64)
make_repo app

# Two servers that refuse everybody, and repeat what they were sent: one the password, one the token.
start_echo() { # <words>
  start_recorder "$(jq -nc --arg body "no access with $1" \
    '{status: 403, headers: {"Content-Type": "text/plain"}, body: $body}')"
}
start_echo "$TOKEN"
TOKEN_ECHO=127.0.0.1:$RECORDER_PORT
start_echo "$SECRET, $ENCODED or Basic $BASIC"
ECHO=127.0.0.1:$RECORDER_PORT
# A git that writes down its arguments.
cat >"$T/git" <<SCRIPT
#!/bin/sh
printf '%s\n' "\$*" >>"$T/arguments"
exec git "\$@"
SCRIPT
chmod +x "$T/git"

lacks_secrets() { # file…
  local file spelling
  for file in "$@"; do
    [[ -e $file ]] || continue
    for spelling in "$SECRET" "$ENCODED" "$TOKEN" "$BASIC"; do
      ! grep -qiF -e "$spelling" "$file" || fail "$file shows $spelling: $(grep -iF "$spelling" "$file")"
    done
  done
}
# hides <flags…>: a pass, or its hook, fails, and no sink shows a secret. Variables may stand before.
hides() {
  : >"$T/arguments"
  rm -rf "$ROOT"
  run_gitsync --one-time --root="$ROOT" --link=link --verbose=9 --error-file="$D/error" \
    --git="$T/git" "$@"
  assert_status 1
  ! grep -q '^{' "$LOG" || assert_log_json
  lacks_secrets "$LOG" "$OUT" "$D/error" "$T/arguments" "$ROOT/.git/config"
  for more in --help --no-such-flag "--depth=-1 --error-file=$D/error --root=$ROOT"; do
    # shellcheck disable=SC2086 # several flags
    run_gitsync "$@" $more
    lacks_secrets "$LOG" "$OUT" "$D/error"
  done
}

scenario "user name and password in the address, by flag, variable and old variable"
hides --repo="http://user:$ENCODED@$ECHO/app"
GITSYNC_REPO="http://user:$ENCODED@$ECHO/app" hides
GIT_SYNC_REPO="http://user:$ENCODED@$ECHO/app" hides
hides --repo="http://$TOKEN@$TOKEN_ECHO/app"

scenario "addresses that git would show: refused"
for repo in "ssh://bob:$ENCODED@127.0.0.1:1/x" "git+ssh://bob:$ENCODED@127.0.0.1:1/x" \
  "git://bob:$ENCODED@127.0.0.1:1/x" "ftp://bob:$ENCODED@127.0.0.1:1/x" "rsync://bob:$ENCODED@h/x" \
  "file://bob:$ENCODED@h/x" "http://$ECHO/app?private_token=$TOKEN"; do
  hides --repo="$repo"
  assert_eq "" "$(cat "$T/arguments")" "commands with $repo"
done

scenario "passwords by variable, old variable, deprecated flag and file"
GITSYNC_PASSWORD=$SECRET hides --repo="http://$ECHO/app" --username=user
GIT_SYNC_PASSWORD=$SECRET hides --repo="http://$ECHO/app" --username=user
hides --repo="http://$ECHO/app" --username=user --password="$SECRET"
printf '%s\n' "$SECRET" >"$D/password"
hides --repo="http://$ECHO/app" --username=user --password-file="$D/password"
GITSYNC_PASSWORD=x-oauth-basic hides --repo="http://$TOKEN_ECHO/app" --username="$TOKEN"

scenario "credentials as JSON, by flag and variable"
credential=$(jq -nc --arg url "http://$ECHO" --arg password "$SECRET" \
  '{URL: $url, Username: "user", password: $password}')
hides --repo="http://$ECHO/app" --credential="$credential"
GITSYNC_CREDENTIAL="[$credential]" hides --repo="http://$ECHO/app"

scenario "the answer of askpass, and secrets in its address"
start_recorder "$(askpass_answer user "$SECRET")"
askpass=127.0.0.1:$RECORDER_PORT/x
hides --repo="http://$ECHO/app" --askpass-url="http://$askpass"
hides --repo="http://$TOKEN_ECHO/app" --askpass-url="http://user:$TOKEN@$askpass?token=$TOKEN"

scenario "a GitHub App: its key, its token, and its address"
start_github_api token="$TOKEN"
app=(--github-app-application-id=1234 --github-app-installation-id=5678)
GITSYNC_GITHUB_APP_PRIVATE_KEY=$SECRET hides --repo="http://$ECHO/app" "${app[@]}" \
  --github-base-url="$GITHUB_URL"
hides --repo="http://$TOKEN_ECHO/app" "${app[@]}" --github-base-url="$GITHUB_URL" \
  --github-app-private-key-file="$GITHUB_KEY"
hides --repo="http://$ECHO/app" "${app[@]}" --github-app-private-key-file="$GITHUB_KEY" \
  --github-base-url="http://user:$ENCODED@$ECHO"

scenario "headers: by flag, counted variables and parameters, and mistyped"
for header in "Authorization: Bearer $TOKEN" "Authorization: Basic $BASIC" "X-My-Own: $TOKEN"; do
  echo=$TOKEN_ECHO
  [[ $header != *Basic* ]] || echo=$ECHO
  hides --repo="http://$echo/app" --git-config="http.extraHeader:$header"
  hides --repo="http://$echo/app" --git-config-add="\"http.http://$echo/.extraHeader\":\"$header\""
  hides --repo="http://$echo/app" --git-config="http.\"http://$echo/\".extraHeader:$header"
  hides --repo="http://$echo/app" --git-config="http.http://$echo/.extraHeader:$header"
  GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=http.extraHeader GIT_CONFIG_VALUE_0=$header \
    hides --repo="http://$echo/app"
  GIT_CONFIG_PARAMETERS="'http.extraheader=$header'" hides --repo="http://$echo/app"
  GIT_CONFIG_PARAMETERS="'http.extraheader'='$header'" hides --repo="http://$echo/app"
done

scenario "proxies: of the webhook, of git, and git's own setting"
for proxy in "http://user:$ENCODED@127.0.0.1:99999999" "user:$ENCODED@127.0.0.1:99999999" \
  "http://user:$ENCODED@$ECHO" "nonsense://user:$ENCODED@127.0.0.1:1"; do
  http_proxy=$proxy hides --repo="file://$REPO" --webhook-url=http://127.0.0.2:1/
  http_proxy=$proxy hides --repo="http://127.0.0.2:1/app"
  ALL_PROXY=$proxy hides --repo="http://127.0.0.2:1/app"
  hides --repo="http://127.0.0.2:1/app" --git-config="http.proxy:$proxy"
done

scenario "webhook addresses, whose path and query nobody may know"
hides --repo="file://$REPO" --webhook-url="http://$TOKEN_ECHO/services/T0/B0/$TOKEN"

hides --repo="file://$REPO" --webhook-url="http://$TOKEN_ECHO/?key=$TOKEN"
GITSYNC_WEBHOOK_URL="http://user:$ENCODED@$ECHO/hook" hides --repo="file://$REPO"

scenario "a password in the command that starts ssh, repeated by it"
mkdir -p "$T/bin"
printf '#!/bin/sh\necho "sshpass: called as $0 $*" >&2\nexit 1\n' >"$T/bin/sshpass"
chmod +x "$T/bin/sshpass"
GIT_SSH_COMMAND="$T/bin/sshpass -p $TOKEN ssh" hides --repo=ssh://git@127.0.0.1:1/x
GIT_SSH_COMMAND="$T/bin/sshpass -p '$TOKEN' ssh" hides --repo=ssh://git@127.0.0.1:1/x
GIT_SSH_COMMAND="$T/bin/sshpass -e ssh" SSHPASS=$TOKEN hides --repo=ssh://git@127.0.0.1:1/x
hides --repo=ssh://git@127.0.0.1:1/x --git-config="core.sshCommand:$T/bin/sshpass -p $TOKEN ssh"

scenario "a password in .gitmodules, which git repeats"
make_repo with-modules
HASH=$(head_of "$REPO")
git -C "$REPO" update-index --add --cacheinfo "160000,$HASH,sub"
git config -f "$REPO/.gitmodules" submodule.sub.path sub
git config -f "$REPO/.gitmodules" submodule.sub.url "http://user:$ENCODED@127.0.0.1:1/sub"
git -C "$REPO" add .gitmodules
git -C "$REPO" commit -qm "a submodule nobody can get"
run_gitsync --one-time --root="$ROOT" --link=link --verbose=9 --error-file="$D/error" \
  --repo="file://$REPO"
assert_status 1
assert_log "user:REDACTED@127.0.0.1"
lacks_secrets "$LOG" "$OUT" "$D/error"

scenario "the profiles of a process that fails again and again"
use_http
start_gitsync --repo="http://user:$ENCODED@$ECHO/app" --root="$ROOT" --link=link --period=100ms \
  --max-failures=-1 --verbose=9 "${HTTP_FLAGS[@]}" --http-pprof --credential="$credential" \
  --webhook-url="http://$TOKEN_ECHO/services/$TOKEN" --git-config="http.extraHeader:X-My-Own: $TOKEN"
wait_for 20 http_status_is /metrics 200
wait_passes 2
for name in "" cmdline heap; do
  http_get "/debug/pprof/$name" >"$D/profile"
  lacks_secrets "$D/profile"
done
stop_gitsync
lacks_secrets "$LOG" "$OUT"
