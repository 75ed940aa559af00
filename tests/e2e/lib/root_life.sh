#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What goes on with a root, wherever it lies: shared by the scripts that put it on tmpfs, on the FUSE file
# system of the tests, and on real NFS. Sourced after e2e.sh.
#
#   prepare_source [FLAG…]    the repository $REPO, followed from file://; sets SOURCE
#   life READERS              the whole life of $ROOT, whose link readers see in the folder READERS
#   held_open                 a file of an old tree is open while that tree goes
#   archive_life READERS      the same for an archive behind http
#   two_writers WRITER SECOND READER…   mounts of one volume: two write `both` there, one of them `beside`
#
# STALE is how long an old tree stays (readers may remember it for as long), PERIOD that of polls, WAIT the
# seconds for a change.

STALE=${STALE:-2s} PERIOD=${PERIOD:-100ms} WAIT=${WAIT:-30}
NUMBER=0

prepare_source() {
  make_repo app
  SOURCE=("--repo=file://$REPO" --link=link --max-failures=-1 "$@")
}
next_commit() { commit_uniform "$REPO" "text$((++NUMBER))"; }
follow() { start_gitsync "${SOURCE[@]}" "--stale-worktree-timeout=$STALE" --root="$ROOT" --period="$PERIOD" "$@"; }
one_time() {
  run_gitsync "${SOURCE[@]}" "--stale-worktree-timeout=$STALE" --root="$ROOT" --one-time --max-failures=0
}
shows() { link_is "$ROOT/link" "$HASH" && assert_clean_tree "$REPO" "$HASH" "$ROOT/link"; }
trees() { find "$ROOT/.worktrees" -mindepth 1 -maxdepth 1 ! -name '.nfs*' | wc -l; }
is_alone() { (($(trees) == 1)); }
is_alone_after_one_more() { # a tree is removed by a pass after its time
  is_alone || { one_time && is_alone; }
}
what_is_left() { find "$ROOT" -name '.nfs*' -o -name '.new.*' -o -name '.git-sync.aside' -o -name '.aside.*'; }
nothing_is_left() { [[ -z $(what_is_left) ]]; }

life() { # <readers>
  next_commit
  follow
  wait_for "$WAIT" link_is "$ROOT/link" "$HASH"
  shows
  start_reader "$1/link"
  for _ in 1 2 3; do
    next_commit
    wait_for "$WAIT" link_is "$ROOT/link" "$HASH"
    shows
  done
  wait_for "$WAIT" is_alone
  stop_gitsync
  follow
  wait_for "$WAIT" log_has '"updated successfully"'
  assert_no_log '"building worktree"'
  next_commit
  wait_for "$WAIT" link_is "$ROOT/link" "$HASH"
  shows
  stop_gitsync
  stop_reader
  # Somebody damages what is published; then a one-time run repairs it, and another one updates.
  rm "$ROOT/link/u3"
  echo edited >"$ROOT/link/u4"
  one_time
  assert_status 0
  shows
  next_commit
  one_time
  assert_status 0
  shows
  wait_for "$WAIT" is_alone_after_one_more
  nothing_is_left || fail "something is left: $(what_is_left)"
}

# Only what a client itself has open is renamed to .nfs*, not what another one has.
held_open() {
  local open text STALE=0s
  next_commit
  follow
  wait_for "$WAIT" link_is "$ROOT/link" "$HASH"
  exec {open}<"$ROOT/link/u0"
  text=text$NUMBER
  for _ in 1 2 3; do
    next_commit
    wait_for "$WAIT" link_is "$ROOT/link" "$HASH"
  done
  shows
  assert_eq "$text" "$(cat <&"$open")" "what the reader has open"
  [[ -n $(find "$ROOT" -name '.nfs*') ]] || fail "the volume was not silly"
  assert_no_log 'error syncing'
  exec {open}<&-
  next_commit
  wait_for "$WAIT" link_is "$ROOT/link" "$HASH"
  wait_for "$WAIT" nothing_is_left
  stop_gitsync
}

put_archive() {
  git -C "$REPO" archive -o "$SITE/new.tar.gz" HEAD
  mv "$SITE/new.tar.gz" "$SITE/dags.tar.gz"
}
has_number() { [[ $(cat "$ROOT/link/u0" 2>/dev/null) == "text$NUMBER" ]]; }
archive_life() { # <readers>
  local port archive
  SITE=$D/site
  mkdir "$SITE"
  port=$(free_port)
  spawn "$T/log/web.log" "$PYTHON" "$E2E_LIB/servers/file_server.py" "$port" "$SITE"
  wait_for 20 port_is_listening "$port"
  archive=("--repo=http://127.0.0.1:$port/dags.tar.gz" --link=link "--root=$ROOT"
    "--stale-worktree-timeout=$STALE")
  next_commit && put_archive
  start_gitsync "${archive[@]}" --period="$PERIOD" --max-failures=-1
  wait_for "$WAIT" has_number
  start_reader "$1/link"
  for _ in 1 2 3; do
    next_commit && put_archive
    wait_for "$WAIT" has_number
    assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
  done
  stop_gitsync
  stop_reader
  start_gitsync "${archive[@]}" --period="$PERIOD" --max-failures=-1
  wait_for "$WAIT" log_has '"updated successfully"'
  assert_no_log '"building worktree"'
  stop_gitsync
  echo edited >"$ROOT/link/u4"
  run_gitsync "${archive[@]}" --one-time
  assert_status 0
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
}

two_writers() { # <mount> <mount> <reader's mount…>
  local writer=$1 second=$2 first first_log second_log pids=() reports=() place n && shift 2
  ROOT=$writer/both
  next_commit
  follow
  first=$GITSYNC_PID first_log=$LOG
  wait_for "$WAIT" link_is "$ROOT/link" "$HASH"
  ROOT=$second/both
  follow
  second_log=$LOG
  ROOT=$second/beside
  follow
  for place in "$@"; do
    start_reader "$place/both/link"
    pids+=("$READER_PID") reports+=("$READER_REPORT")
  done
  for _ in 1 2 3 4 5 6 7 8; do
    next_commit
    for place in "$writer/both" "$second/both" "$second/beside"; do
      wait_for "$WAIT" link_is "$place/link" "$HASH"
      assert_clean_tree "$REPO" "$HASH" "$place/link"
    done
  done
  for n in "${!pids[@]}"; do
    READER_PID=${pids[n]} READER_REPORT=${reports[n]}
    stop_reader
  done
  is_running "$first" || fail "the first one has ended"
  for LOG in "$first_log" "$second_log"; do
    assert_no_log 'error syncing'
    assert_no_log 'damaged'
    assert_no_log 'its place is taken' # the tree that is shown, which one of them did not know of
  done
  stop_all_gitsync
}
