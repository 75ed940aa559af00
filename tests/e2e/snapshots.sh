#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One git-sync publishes what it synced into a bucket, others follow it there.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/s3.sh"

published() { object_keys snapshots | tr '\n' ' '; }
pointer() { get_object snapshots "$1"; }
tip() { git -C "$REPO" rev-parse HEAD; }
shows_tip() { [[ $(pointer "${1:-main.json}" 2>/dev/null | jq -r .commit 2>/dev/null) == "$(tip)" ]]; }
reader_shows() { [[ $(readlink "$READER/link" 2>/dev/null) == ".worktrees/$(tip)" ]]; }
same_trees() { diff -r --no-dereference --exclude=.git "$1" "$2" || fail "$1 and $2 differ"; }

# The same servers, trees and processes, and the next claim.
goes_on() {
  E2E_SCENARIO=$1
  printf '%s\n' "$1"
}

# Readers beside the publisher, which is the git-sync of the library.
start_reader() { # <name> [flag…]: sets READER, READER_PID and READER_LOG
  READER=$D/reader-$1
  READER_LOG=$T/log/reader-$1-$RANDOM.log
  spawn "$READER_LOG" "$GITSYNC_BIN" --root="$READER" --link=link --period=100ms "${@:2}"
  READER_PID=$SPAWNED
}

for server in seaweed versity; do
  "start_s3_$server"
  make_bucket snapshots

  scenario "$server: a snapshot is there after the first sync, and a reader shows the same tree"
  make_repo "app-$server"
  mkdir -p "$REPO/deep/er" "$REPO/ünïcode and blanks"
  echo one >"$REPO/deep/er/one"
  printf '#!/bin/sh\n' >"$REPO/run" && chmod +x "$REPO/run"
  ln -s deep/er "$REPO/link-to"
  echo x >"$REPO/ünïcode and blanks/%+= x"
  head -c 300000 /dev/urandom >"$REPO/big"
  commit_all "$REPO"
  start_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --period=100ms \
    --publish-snapshot=s3://snapshots/
  wait_for 30 shows_tip
  assert_eq "$(tip).tar.gz main.json main.tar.gz " "$(published)"
  start_reader one --repo=s3://snapshots/main.json
  wait_for 30 reader_shows
  same_trees "$ROOT/link/" "$READER/link/"
  assert_eq "$(git -C "$REPO" log -1 --format=%s)" "$(pointer main.json | jq -r .subject)"

  goes_on "$server: an update is a step: the reader gets what changed, and what went goes"
  before=$(tip)
  inode=$(stat -c %i "$READER/link/big")
  echo two >"$REPO/deep/er/one"
  git -C "$REPO" rm -q "link-to"
  mkdir "$REPO/link-to" && echo now-a-folder >"$REPO/link-to/file"
  commit_all "$REPO"
  wait_for 30 shows_tip
  wait_for 30 reader_shows
  same_trees "$ROOT/link/" "$READER/link/"
  assert_eq "$inode" "$(stat -c %i "$READER/link/big")" "what did not change is the same file"
  assert_eq "$before $(tip)" "$(pointer main.json | jq -r '.steps[-1] | "\(.from) \(.to)"')"
  assert_eq true "$(pointer main.json | jq '.steps[-1].file.size < .archive.size / 10')" "a step is small"

  goes_on "$server: a reader that was away follows several steps"
  stop_process "$READER_PID"
  for number in 1 2 3; do
    echo "$number" >"$REPO/deep/number-$number"
    commit_all "$REPO"
    wait_for 30 shows_tip
  done
  start_reader one --repo=s3://snapshots/main.json -v 2
  wait_for 30 reader_shows
  same_trees "$ROOT/link/" "$READER/link/"
  assert_eq 3 "$(grep -c '"unpacking a step"' "$READER_LOG")" "steps"

  goes_on "$server: an edited file of the reader's tree is no base for a step: the whole is gotten"
  stop_process "$READER_PID"
  echo edited >"$READER/link/deep/er/one"
  echo 4 >"$REPO/deep/number-4"
  commit_all "$REPO"
  wait_for 30 shows_tip
  start_reader one --repo=s3://snapshots/main.json -v 2
  wait_for 30 reader_shows
  same_trees "$ROOT/link/" "$READER/link/"

  goes_on "$server: a force push backwards is followed too"
  git -C "$REPO" reset -q --hard HEAD~3
  wait_for 30 shows_tip
  wait_for 30 reader_shows
  same_trees "$ROOT/link/" "$READER/link/"

  goes_on "$server: a publisher that starts again changes nothing"
  at=$(pointer main.json | sha256sum)
  stop_gitsync
  start_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --period=100ms \
    --publish-snapshot=s3://snapshots/ -v 3
  wait_for 30 log_has 'this snapshot is shown already'
  assert_eq "$at" "$(pointer main.json | sha256sum)"

  goes_on "$server: the archive of the stable key is a tar that anybody reads"
  mkdir "$D/plain"
  get_object snapshots main.tar.gz | tar -xzf - -C "$D/plain"
  same_trees "$ROOT/link/" "$D/plain"

  goes_on "$server: a second publisher of the same commit gives the same bytes"
  digest=$(pointer main.json | jq -r .archive.sha256)
  run_gitsync --repo="file://$REPO" --ref=main --root="$D/second" --link=link --one-time \
    --publish-snapshot=s3://snapshots/other/
  assert_status 0
  assert_eq "$digest" "$(get_object snapshots other/main.json | jq -r .archive.sha256)"
  assert_eq "$digest" "$(get_object snapshots "other/$(tip).tar.gz" | sha256sum | cut -d' ' -f1)"

  goes_on "$server: a damaged archive is not published, and what is shown stays"
  stop_process "$READER_PID"
  stop_gitsync
  mkdir "$D/other" && echo other >"$D/other/file"
  tar -czf - -C "$D/other" . | put_object snapshots other/"$(tip)".tar.gz
  run_gitsync --repo=s3://snapshots/other/main.json --root="$READER" --link=link --one-time
  assert_status 0 # it is the revision that is shown already
  run_gitsync --repo=s3://snapshots/other/main.json --root="$D/fresh" --link=link --one-time
  assert_status 1
  assert_log 'the pointer tells of'
  [[ ! -e $D/fresh/link ]] || fail "a damaged archive was published"
  stop_s3
done
