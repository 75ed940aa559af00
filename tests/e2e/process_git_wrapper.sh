#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# --git may name a wrapper script: the sub-command is always its first argument, the address stands
# in the arguments of fetch, configuration comes by environment only, and no secret is in any
# process list (docs/contract.md#git-commands).
source "$(dirname "$0")/lib/e2e.sh"

# A git that notes its arguments, one call a line, and what its environment says.
write_git() {
  mkdir -p "$D/bin"
  cat >"$D/bin/my-git" <<SCRIPT
#!/bin/bash
# printf %q keeps an argument with blanks one word.
printf '%q ' "\$@" >>"$D/calls.new.\$\$"
echo >>"$D/calls.new.\$\$"
cat "$D/calls.new.\$\$" >>"$D/calls"
rm "$D/calls.new.\$\$"
{
  echo "\$1 GIT_CONFIG_GLOBAL=\${GIT_CONFIG_GLOBAL-unset}"
  echo "\$1 GIT_CONFIG_NOSYSTEM=\${GIT_CONFIG_NOSYSTEM-unset}"
  echo "\$1 GIT_SSH_COMMAND=\${GIT_SSH_COMMAND-unset}"
  echo "\$1 CUSTOM=\${CUSTOM-unset}"
  echo "\$1 LC_ALL=\${LC_ALL-unset}"
  echo "\$1 LANGUAGE=\${LANGUAGE-unset}"
  [ -n "\$GIT_CONFIG_GLOBAL" ] && echo "\$1 MODE=\$(stat -c %a "\$GIT_CONFIG_GLOBAL")"
} >>"$D/environment"
[ -t 0 ] && echo "\$1" >>"$D/terminals"
exec git "\$@"
SCRIPT
  chmod +x "$D/bin/my-git"
}
assert_calls_well_formed() {
  local bad
  bad=$(cut -d' ' -f1 "$D/calls" | sort -u | grep -v '^[a-z][a-z-]*$' || true)
  assert_eq "" "$bad" "first arguments that are no sub-command"
  for command in "$@"; do
    grep -q "^$command " "$D/calls" || fail "git $command was never called: $(cat "$D/calls")"
  done
}
# Every call after the start-up (version, config) has the whole configuration.
assert_environment() { # <variable> <regular expression>
  local bad
  bad=$(grep " $1=" "$D/environment" | grep -vE "^(version|config) " | grep -vE " $1=$2\$" || true)
  assert_eq "" "$bad" "calls without the right $1"
}

make_repo inner
make_repo app
add_submodule "$REPO" "$SRV/inner" sub
use_http

scenario "a wrapper in a path, and one found in PATH"
for name in full path; do
  write_git
  echo secret >"$D/password"
  case $name in
    full) git=$D/bin/my-git ;;
    path) git=my-git ;;
  esac
  PATH=$D/bin:$PATH CUSTOM='some value' start_gitsync --repo="file://$REPO" --root="$ROOT" \
    --link=link --git="$git" --period=100ms --git-config=protocol.file.allow:always \
    --username=user --password-file="$D/password" --ssh-key-file="$D/key" --ssh-known-hosts=false "${HTTP_FLAGS[@]}"
  wait_for 20 link_is "$ROOT/link" "$HASH"
  commit_file "$REPO" file "by $name"
  wait_for 20 link_is "$ROOT/link" "$HASH"
  wait_passes 2 # a pass is counted before it tidies, and the one that flipped the link may be yet to count
  stop_gitsync
  assert_calls_well_formed version config fetch rev-parse fsck worktree reset submodule reflog gc \
    remote credential
  grep '^fetch ' "$D/calls" | grep -vF " file://$REPO " >"$D/without" || true
  assert_file_eq "$D/without" ""
  assert_environment GIT_CONFIG_GLOBAL "$TMPDIR/git-sync.*/gitconfig"
  assert_environment GIT_CONFIG_NOSYSTEM 'true'
  assert_environment GIT_SSH_COMMAND ".*-i $D/key.* -o StrictHostKeyChecking=no"
  assert_environment CUSTOM 'some value'
  assert_environment MODE 600
  assert_no_file "$D/terminals"
  rm -rf "${ROOT:?}" "$D/calls" "$D/environment"
done

scenario "git speaks English whatever the locale, so that it is understood; hooks have the user's"
write_git
cat >"$D/hook" <<SCRIPT
#!/bin/sh
echo "\$LC_ALL \$LANG \$LANGUAGE" >"$D/locale"
SCRIPT
chmod +x "$D/hook"
# With C.UTF-8 the language alone decides, so that no German locale is needed.
export LC_ALL=C.UTF-8 LANG=de_DE.UTF-8 LANGUAGE=de
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --git="$D/bin/my-git" \
  --git-config=protocol.file.allow:always --exechook-command="$D/hook"
assert_status 0
assert_file_eq "$D/locale" "C.UTF-8 de_DE.UTF-8 de"
bad=$(grep " LC_ALL=" "$D/environment" | grep -v " LC_ALL=C.UTF-8$" || true)
assert_eq "" "$bad" "calls with another LC_ALL"
bad=$(grep " LANGUAGE=" "$D/environment" | grep -v " LANGUAGE=unset$" || true)
assert_eq "" "$bad" "calls with a LANGUAGE"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --ref=nowhere
assert_status 1
assert_explained "couldn't find remote ref nowhere" "nearest names"
unset LC_ALL LANG LANGUAGE

scenario "a wrapper named relative to the working directory works in every directory"
write_git
cd "$D"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --git=./bin/my-git \
  --git-config=protocol.file.allow:always
cd "$T"
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"
assert_log "--git=./bin/my-git"

scenario "a wrapper that sets variables of its own wins"
write_git
sed -i "2i export GIT_TRACE2_EVENT=$D/trace" "$D/bin/my-git"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --git="$D/bin/my-git" \
  --git-config=protocol.file.allow:always
assert_status 0
assert_file "$D/trace"

scenario "no argument of any git carries a secret, nor does any process, whatever its source"
start_https auth=/app:user:s3cret-one auth=/inner:other:s3cret-two
trust_ca
write_git
git -C "$SRV/app" config -f .gitmodules submodule.sub.url "$HTTPS_URL/inner"
commit_all "$SRV/app"
# Looks at every process of the runs of this test, all the time.
cat >"$D/watch.py" <<SCRIPT
import glob
while True:
    for directory in glob.glob("/proc/[0-9]*"):
        try:
            if b"\\0E2E_RUN=$T/" not in open(directory + "/environ", "rb").read():
                continue
            line = open(directory + "/cmdline", "rb").read()
            if b"fetch" in line and b"--depth" in line:
                open("$D/watched-fetch", "a").close()
            if b"s3cret" in line:
                open("$D/seen", "ab").write(line + b"\\n")
        except OSError:
            pass
    open("$D/watched", "a").close()
SCRIPT
spawn "$T/log/watch" "$PYTHON" "$D/watch.py"
wait_for 20 test -e "$D/watched"
# The first fetch waits until it has been seen there.
sed -i "2i [ \"\$1\" != fetch ] || until [ -e '$D/watched-fetch' ]; do sleep 0.01; done" "$D/bin/my-git"
# And git itself tells what it starts, however short-lived.
export GIT_TRACE2_EVENT=$D/trace GIT_TRACE_REDACT=0
printf 's3cret-two\n' >"$D/password"
run_with() {
  rm -rf "${ROOT:?}"
  run_gitsync --one-time --root="$ROOT" --link=link --git="$D/bin/my-git" -v 6 "$@"
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_file "$ROOT/link/sub/file"
  assert_no_log s3cret
  ! grep -q s3cret "$D/calls" || fail "an argument: $(grep s3cret "$D/calls")"
}
export GITSYNC_PASSWORD=s3cret-one
run_with --repo="$HTTPS_URL/app" --username=user --credential="$(jq -nc \
  --arg url "$HTTPS_URL/inner" --arg file "$D/password" \
  '{url: $url, username: "other", "password-file": $file}')" \
  --git-config=credential.useHttpPath:true
unset GITSYNC_PASSWORD
userinfo=${HTTPS_URL/:\/\//:\/\/user:s3cret-one@}
export GITSYNC_REPO=$userinfo/app
run_with --credential="$(jq -nc --arg url "$HTTPS_URL/inner" --arg file "$D/password" \
  '{url: $url, username: "other", "password-file": $file}')" \
  --git-config=credential.useHttpPath:true
unset GITSYNC_REPO
grep '^fetch ' "$D/calls" | grep -vF " $HTTPS_URL/app " >"$D/without" || true
assert_file_eq "$D/without" ""
unset GIT_TRACE2_EVENT
stop_process "$SPAWNED"
assert_file_contains "$D/trace" '"child_start"'
assert_file_lacks "$D/trace" s3cret
assert_file "$D/watched-fetch"
assert_no_file "$D/seen"
assert_calls_well_formed fetch credential submodule
