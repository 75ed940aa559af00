#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every rule of the configuration: message, usage, message on stderr; the bare message in the error
# file; exit status 1; nothing done.
# shellcheck disable=SC2016 # the names of variables are meant
source "$(dirname "$0")/lib/e2e.sh"

REPO_FLAG=--repo=/nowhere
refused() { # <beginning of the message> <flags…>
  local message=$1 && shift
  rm -f "$D/error"
  run_gitsync "$REPO_FLAG" --root="$ROOT" --error-file="$D/error" "$@"
  assert_status 1
  assert_eq "" "$(cat "$OUT")" "stdout"
  local first
  first=$(grep -vm 1 '^Flag --.* has been deprecated' "$LOG")
  [[ $first == "$message"* ]] || fail "expected '$message', found '$first'"
  assert_eq "$first" "$(tail -n 1 "$LOG")" "last line"
  assert_file_contains "$LOG" "Usage: git-sync [FLAGS...]"
  assert_eq "$first" "$(cat "$D/error")" "error file"
  assert_eq "${#first}" "$(wc -c <"$D/error")" "size of the error file"
  assert_no_file "$ROOT"
}

scenario "a missing root is not put into the error file"
run_gitsync --repo=/nowhere --error-file="$D/error"
assert_status 1
assert_eq "required flag: --root must be specified" "$(head -n 1 "$LOG")"
assert_no_file "$D/error"

scenario "a relative error file lies in the root"
mkdir -p "$ROOT"
run_gitsync --root="$D/x/../root" --error-file=error
assert_status 1
assert_eq "required flag: --repo must be specified" "$(cat "$ROOT/error")"

scenario "single values"
refused "required flag: --repo must be" --repo=
refused "required flag: --ref must be" --ref=
refused "invalid flag: --depth must be" --depth=-1
refused "invalid flag: --submodules must be one of" --submodules=all
refused "invalid flag: --git-gc must be one of" --git-gc=never
refused "invalid flag: --period must be at least 10ms" --period=9ms
refused "invalid flag: --period must be at least 10ms, not 1ms" --wait=0.001
refused "invalid flag: --init-period must be at least 10ms" --init-period=9ms
refused "invalid flag: --change-permissions is no longer" --change-permissions=0755
refused "invalid flag: --sync-on-signal must be" --sync-on-signal=sighup
refused "invalid flag: --sync-on-signal must be" --sync-on-signal=0
refused "invalid flag: --sync-on-signal must be" --sync-on-signal=SIGRTMIN
refused "invalid flag: --sync-timeout must be at least 10ms" --sync-timeout=9ms

scenario "hooks"
refused "invalid flag: --exechook-timeout must be at least 1s" --exechook-command=x --exechook-timeout=1ms
refused "invalid flag: --exechook-backoff must be at least 1s" --exechook-command=x --exechook-backoff=1ms
refused "invalid flag: --pre-publish-exechook-timeout must be at least 1s" \
  --pre-publish-exechook-command=x --pre-publish-exechook-timeout=1ms
refused "invalid flag: --pre-publish-exechook-backoff must be at least 1s" \
  --pre-publish-exechook-command=x --pre-publish-exechook-backoff=1ms
refused "invalid flag: --webhook-timeout must be at least 1s" --webhook-url=x --webhook-timeout=1ms
refused "invalid flag: --webhook-backoff must be at least 1s" --webhook-url=x --webhook-backoff=1ms
refused "invalid flag: --webhook-success-status must be" --webhook-url=x --webhook-success-status=-2

scenario "user name and password"
refused 'required flag: $GITSYNC_PASSWORD or --password-file must be' --username=u
refused 'invalid flag: only one of $GITSYNC_PASSWORD and --password-file' --username=u --password=p --password-file=f
refused 'invalid flag: $GITSYNC_PASSWORD may only be' --password=p
refused 'invalid flag: $GITSYNC_PASSWORD may only be' --__env__GITSYNC_PASSWORD=p
refused 'invalid flag: --password-file may only be' --password-file=f
refused 'invalid flag: --username may not be specified when --repo' --username=u --password=p --repo=https://u:p@h/r

scenario "GitHub App"
APP=--github-app-application-id=1
INSTALLATION=--github-app-installation-id=2
KEY=--github-app-private-key-file=f
refused "invalid flag: only one of --github-app-application-id" $APP --github-app-client-id=c $INSTALLATION $KEY
refused "required flag: --github-app-installation-id" $APP $KEY
refused 'required flag: $GITSYNC_GITHUB_APP_PRIVATE_KEY or' $APP $INSTALLATION
refused 'invalid flag: only one of $GITSYNC_GITHUB_APP_PRIVATE_KEY' $APP $INSTALLATION $KEY \
  --__env__GITSYNC_GITHUB_APP_PRIVATE_KEY=k
refused "invalid flag: --username and its password may not" $APP $INSTALLATION $KEY --username=u --password=p
refused "invalid flag: --github-app-installation-id may only be" $INSTALLATION

scenario "credentials"
refused "invalid flag: --credential: element 1: url must be" --credential='{}'
refused "invalid flag: --credential: element 1: username must be" --credential='{"url":"x"}'
refused "invalid flag: --credential: element 1: password or password-file must be" \
  --credential='{"url":"x","username":"u"}'
refused "invalid flag: --credential: element 2: only one of" --credential='{"url":"x","username":"u","password":"p"}' \
  --credential='{"url":"x","username":"u","password":"p","password-file":"f"}'

scenario "HTTP, link and git configuration"
refused "required flag: --http-bind must be specified when --http-metrics" --http-metrics
refused "required flag: --http-bind must be specified when --http-pprof" --http-pprof
refused "invalid flag: --link must not be --root" --link=.
refused "invalid flag: --git-config: " --git-config=x
refused "invalid flag: --git-config-add: " --git-config-add='a.b:"x'

scenario "values that git would take for options, and control characters"
refused "invalid flag: --ref must not begin with a dash" --ref="--upload-pack=touch $D/executed"
refused "invalid flag: --repo must not begin with a dash" --repo="--upload-pack=touch $D/executed"
GIT_SYNC_REV="--upload-pack=touch $D/executed" refused "invalid flag: --ref must not begin with a dash"
refused "invalid flag: --repo contains a line break" --repo=$'https://host.example/\nr'
refused "invalid flag: --repo has a port that is no number" --repo=ssh://git@host.example:v3/org/repo
refused "invalid flag: --repo holds a password, which ssh does not take" --repo=ssh://bob:pw@host.example/r
refused "invalid flag: --repo holds a secret after the ?" --repo='https://host.example/r?token=x'
refused "invalid flag: --repo holds a user name or password that cannot be read" --repo='https://u:a/b@host.example/r'
assert_no_file "$D/executed"

scenario "a link where old checkouts or git's own files are"
for link in .worktrees/link .git /elsewhere/../"${ROOT#/}"/.git/link; do
  run_gitsync --repo=file:///x --root="$ROOT" --link="$link"
  assert_status 1
  assert_file_contains "$LOG" "--link must not be in --root's .git or .worktrees"
done

scenario "a password without a user name"
run_gitsync --repo=https://:secretpw@h/x --root="$ROOT"
assert_status 1
assert_file_contains "$LOG" "a password without a user name"
assert_file_lacks "$LOG" secretpw
