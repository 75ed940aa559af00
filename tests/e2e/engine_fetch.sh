#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Objects are fetched without a process, over all transports; what is there afterwards is a repository
# with which git goes on.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/programs.sh"

kNative='git_sync_engine_steps_total{engine="native",step="fetch"}'

start() {
  use_http
  PATH="$D/bin:$PATH" start_gitsync --root="$ROOT" --link=link --period=50ms --max-failures=-1 -v 2 "${HTTP_FLAGS[@]}" "$@"
  wait_for 30 http_status_is / 200
  wait_for 30 link_is "$ROOT/link" "$HASH"
}

# assert_sound [depth]: what git says of the root and of the published tree.
assert_sound() {
  wait_passes 2 # the last one that changed anything has tidied up, too
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
  assert_eq "" "$(git -C "$ROOT/link" status --porcelain --ignored)" "git status"
  assert_eq "" "$(git -C "$ROOT" fsck --full --strict --no-dangling 2>&1)" "git fsck"
  assert_eq "$1" "$(git -C "$ROOT/link" rev-list --count HEAD)" "commits of the history"
  assert_eq "" "$(compgen -G "$ROOT/.git/objects/pack/*.keep" || true)" "packs that are held"
  assert_eq "" "$(compgen -G "$ROOT/.git/git-sync/incoming*" || true)" "what has not arrived"
}

no_git() {
  assert_eq "" "$(grep -vE '^(ssh|sh) |upload-pack' "$D/programs" || true)" "programs"
}

# follow <depth>: a first sync, updates of several kinds.
follow() {
  local depth=$1 all
  local -i max
  : >"$D/programs"
  start "${@:2}" --depth="$depth"
  assert_eq 0 "$(grep -vc upload-pack "$D/programs" || true)" "programs that a first sync runs: $(cat "$D/programs")"
  all=$(git -C "$REPO" rev-list --count HEAD)
  max=$((depth == 0 || depth > all ? all : depth))
  assert_sound "$max"
  for change in 1 2 3; do
    commit_file "$REPO" "folder/$change" "content $change"
    wait_for 20 link_is "$ROOT/link" "$HASH"
    max=$((depth == 0 || depth > all + change ? all + change : depth))
    assert_sound "$max"
  done
  git -C "$REPO" checkout -q --orphan elsewhere
  commit_file "$REPO" file "of another root"
  git -C "$REPO" branch -qf main && git -C "$REPO" checkout -q main
  wait_for 20 link_is "$ROOT/link" "$HASH"
  assert_sound 1
  metric_at_least "$kNative" 5 || fail "not fetched natively: $(http_get /metrics)"
  stop_gitsync
  no_git
}

history() { # <name>: a repository of several commits and folders
  make_repo "$1"
  local n
  for n in 1 2 3 4; do commit_file "$REPO" "deep/$n/file" "$(seq "$n" 3000)"; done
}

trust_ca
for depth in 1 3 0; do
  scenario "https, --depth=$depth"
  history "https-$depth"
  start_https plain plain
  watch_programs
  follow "$depth" --repo="$HTTPS_URL/https-$depth" --ref=main
done

scenario "ssh, a server that speaks version 2"
history over-ssh
start_sshd sshd-fetch "AcceptEnv GIT_PROTOCOL"
use_ssh
watch_programs
start --repo="$(ssh_url over-ssh)" --ref=main "${SSH_FLAGS[@]}"
assert_sound 1
commit_file "$REPO" file "a push"
wait_for 20 link_is "$ROOT/link" "$HASH"
assert_sound 1
assert_metric "$kNative" 2
stop_gitsync
no_git

scenario "ssh, a server of version 0: git fetches"
history over-ssh-v0
start_sshd sshd-fetch-v0 "AcceptEnv NOTHING"
use_ssh
watch_programs
start --repo="$(ssh_url over-ssh-v0)" --ref=main "${SSH_FLAGS[@]}"
assert_sound 1
assert_log '"step":"fetch"'
stop_gitsync

scenario "a local path, and an annotated tag"
history local
watch_programs
git -C "$REPO" tag -a -m "a tag" v1
start --repo="file://$REPO" --ref=v1
assert_sound 1
assert_metric "$kNative" 1
stop_gitsync

scenario "a damaged pack under the published tree: all is fetched anew"
history damaged
watch_programs
start --repo="file://$REPO" --ref=main
stop_gitsync
for pack in "$ROOT"/.git/objects/pack/*.pack; do
  chmod u+w "$pack"
  printf 'damage' | dd of="$pack" bs=1 seek=40 conv=notrunc status=none
  touch -d @1000000000 "$pack"
done
commit_file "$REPO" file "another"
start --repo="file://$REPO" --ref=main
wait_passes 2
assert_sound 1
stop_gitsync
