#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Names of any byte, for files of a commit, roots, links, branches and settings' files: they are
# data, and nothing is executed. Files of settings that are missing, folders or unreadable.
# It takes a minute: every name is a root that is synced three times.
# shellcheck disable=SC2016 # nothing is to expand: that is what is tested
source "$(dirname "$0")/lib/e2e.sh"

mkdir "$T/bin"
printf '#!/bin/sh\n: >"%s"\n' "$T/executed" >"$T/bin/evil"
chmod +x "$T/bin/evil"
export PATH=$T/bin:$PATH
once() {
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link "$@"
}
assert_synced() { # [link]
  assert_status 0
  assert_link_hash "${1:-$ROOT/link}" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "${1:-$ROOT/link}"
  assert_log_json
  assert_no_file "$T/executed"
}
# refused <flags…>: exit 1, a message, and the tree of before stays published.
refused() {
  once "$@"
  [[ $STATUS == 1 ]] || fail "exit status $STATUS with $*"
  [[ -s $LOG ]] || fail "no error at all with $*"
  ! grep -q '^{' "$LOG" || assert_log_json
  assert_link_hash "$ROOT/link" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
  assert_no_file "$T/executed"
}
odd_names=(' ' 'a b' '-rf' '--help' '$(evil)' '`evil`' ';evil' "it's" '"quoted"' 'back\slash' '*' '?' '[a]'
  '~' '#' '%s%n' 'tab	in' $'line\nbreak' $'bell\a' $'\xff\xfe' $'\xc3\x28' 'ünï' '...' '.hidden' 'a:b')

scenario "files and folders of a commit"
make_repo odd
for name in "${odd_names[@]}"; do
  mkdir -p "$REPO/d $name"
  printf '%s\n' "$name" >"$REPO/$name"
  printf '%s\n' "$name" >"$REPO/d $name/$name"
  ln -s -- "$name" "$REPO/link to $name"
done
long=$(printf 'n%.0s' {1..255})
printf 'x\n' >"$REPO/$long"
ln -s /etc/passwd "$REPO/out"
ln -s ../../../../.. "$REPO/up"
ln -s self "$REPO/self"
printf '#!/bin/sh\nevil\n' >"$REPO/run"
chmod +x "$REPO/run"
commit_all "$REPO"
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms
wait_for 20 link_is "$ROOT/link" "$HASH"
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
for name in "${odd_names[@]}"; do printf 'changed\n' >"$REPO/$name"; done
commit_all "$REPO"
wait_for 20 link_is "$ROOT/link" "$HASH"
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
git -C "$REPO" rm -q -r .
printf 'x\n' >"$REPO/only"
commit_all "$REPO"
wait_for 20 link_is "$ROOT/link" "$HASH"
assert_eq $'.git\nonly' "$(ls -A "$ROOT/link/")"
assert_log_json
assert_no_file "$T/executed"
stop_gitsync

scenario "a path as deep as git takes it"
make_repo deep
path=$REPO
for n in {1..60}; do path=$path/folder-with-a-long-name-$n; done
mkdir -p "$path"
printf 'x\n' >"$path/file"
commit_all "$REPO"
once
assert_synced
commit_file "$REPO" file 'deep, next'
once
assert_synced

scenario "roots, links in them and outside, touch-files and error files"
make_repo app
base=$D
for name in "${odd_names[@]}"; do
  ROOT=$base/$name
  once --link="sub $name/$name" --touch-file="t$name"
  [[ $STATUS == 0 ]] || fail "name '$name': $(tail -n 1 "$LOG")"
  assert_synced "$ROOT/sub $name/$name"
  assert_file "$ROOT/t$name"
  commit_file "$REPO" file "in $name"
  once --link="$base/$name.outside"
  assert_synced "$base/$name.outside"
  once --ref=nowhere --error-file="e$name"
  assert_status 1
  assert_file_contains "$ROOT/e$name" "couldn't find remote ref"
done

scenario "places where no link can be"
once
assert_synced
refused_link() {
  once "--link=$1"
  [[ $STATUS == 1 ]] || fail "exit status $STATUS with --link=$1"
  ! grep -q '^{' "$LOG" || assert_log_json
}
mkdir -p "$D/folder/inner"
printf 'mine\n' >"$D/plain"
for link in "$D/folder" "$D/plain" "$D/plain/below" "$(printf 'l%.0s' {1..300})" /proc/link; do
  refused_link "$link"
done
assert_file "$D/folder/inner"
assert_file_eq "$D/plain" mine

scenario "branches"
make_repo branches
for name in 'it'\''s' '"quoted"' '$(evil)' '`evil`' ';evil' '#1' '%s' 'ünï' 'a/b/c' 'HEADS' '@x'; do
  git -C "$REPO" branch -q "$name"
  once --ref="$name"
  assert_synced
done

scenario "files of settings that are missing, a folder, or closed to us; the published tree stays"
cause secret config permission
once
assert_synced
mkdir "$D/folder"
printf 'secret\n' >"$D/closed"
printf '#!/bin/sh\n' >"$D/plain"
chmod 000 "$D/closed"
for file in "$D/missing" "$D/folder" "$D/plain/below" '' /proc/self/mem; do
  [[ -z $file ]] || refused --username=u --password-file="$file"
  [[ -z $file ]] || refused --sparse-checkout-file="$file"
  refused --credential="{\"url\":\"https://a.invalid\",\"username\":\"u\",\"password-file\":\"$file\"}"
  refused --github-app-application-id=1 --github-app-installation-id=1 \
    --github-app-private-key-file="${file:-/dev/null}" --github-base-url=http://127.0.0.1:1
  [[ -z $file ]] || refused --git="$file"
done
refused --github-app-application-id=1 --github-app-installation-id=1 \
  --github-app-private-key-file="$D/plain" --github-base-url=http://127.0.0.1:1
refused --cookie-file

scenario "a password file that is endless, or a pipe that nobody writes to, holds nothing up"
cause secret
once
assert_synced
mkfifo "$D/pipe"
for file in /dev/zero "$D/pipe"; do
  RUN_LIMIT=20 once --username=u --password-file="$file" --sync-timeout=5s
  ((STATUS < 2)) || fail "exit status $STATUS with $file"
  assert_link_hash "$ROOT/link" "$HASH"
done
