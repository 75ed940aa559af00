#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What may go wrong with a bucket, an archive, a registry or a snapshot while git-sync runs: a server that goes silent,
# cuts, resets and talks nonsense, signals and kills in the middle of a download, and a full disk. What is published
# stays, nothing half-made is kept beyond the next start, and afterwards the newest is there.
if [[ ${1:-} != in-namespace ]]; then
  unshare --mount true 2>/dev/null || { echo "SKIPPED: the kernel refuses a mount namespace" && exit 77; }
  exec unshare --mount bash "$0" in-namespace
fi
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/s3.sh"
source "$E2E_LIB/registry.sh"
source "$E2E_LIB/fault.sh"

on_exit() { umount -l "$T/disk" 2>/dev/null || true; }

# ---- what the four have in common ----

BYTES=3000000 # that do not compress, so that a download takes its time
make_tree() { # <number>
  mkdir -p "$TREE/folder"
  echo "$1" >"$TREE/number"
  head -c $BYTES /dev/urandom >"$TREE/folder/big"
}
# The number last, so that it tells that all is there.
put_folder() {
  make_tree "$1"
  put_object faults folder/folder/big <"$TREE/folder/big"
  put_object faults folder/number <"$TREE/number"
}
put_archive() {
  make_tree "$1"
  tar -czf "$SITE/.new" -C "$TREE" .
  mv "$SITE/.new" "$SITE/dags.tar.gz"
}
put_artifact() { make_tree "$1" && push_folder org/dags:main "$TREE"; }
# The publisher goes past the faults.
put_snapshot() {
  TREE=$REPO make_tree "$1"
  commit_all "$REPO"
  AWS_ENDPOINT_URL_S3=$S3_ENDPOINT "$GITSYNC_BIN" --repo="file://$REPO" --ref=main --root="$T/publisher" --link=link \
    --one-time --publish-snapshot=s3://faults/snapshots/ 2>"$T/log/publisher.log" || fail "the publisher has failed"
}

follow() { start_gitsync --repo="$URL" --root="$ROOT" --link=link --period=100ms --max-failures=-1 "$@"; }
shows() { [[ $(cat "$ROOT/link/number" 2>/dev/null) == "$1" ]]; }
assert_shows() {
  shows "$1" || fail "what was published went"
  assert_eq $BYTES "$(stat -c %s "$ROOT/link/folder/big")"
}
# Some of the download is on the disk, and more is to come.
is_arriving() { [[ -n $(find "$ROOT/.worktrees" -path '*/.new.*' -type f -size +100k 2>/dev/null) ]]; }
# The proxy's log says which connections the fault has met: a pass of before may fail by the fault of before.
has_failed() { (($(log_count '"failCount"') > failures)) && grep -qE "$met" "$FAULT_LOG"; }
# At least one pass fails, and what is published stays. `put`: what is newer comes behind the fault.
fails() { # mode=MODE|cut=BYTES [put NUMBER]
  local failures met=" ${1#mode=} "
  [[ $1 != cut=* ]] || met=" pass ${1#cut=}\$"
  failures=$(log_count '"failCount"')
  set_fault "$1" old=reset
  "${@:2}"
  wait_for 30 has_failed
  assert_shows "$shown"
}

start_s3_seaweed
make_bucket faults
start_registry
SITE=$T/site TREE=$T/tree
mkdir "$SITE"
WEB_PORT=$(free_port)
spawn "$T/log/web.log" "$PYTHON" "$E2E_LIB/servers/file_server.py" "$WEB_PORT" "$SITE"
wait_for 20 port_is_listening "$WEB_PORT"
make_repo app
mkdir "$T/disk"

for kind in folder archive artifact snapshot; do
  rm -rf "$TREE"
  case $kind in
    folder | snapshot) start_fault "$S3_PORT" ;;
    archive) start_fault "$WEB_PORT" ;;
    artifact) start_fault "$REGISTRY_PORT" ;;
  esac
  export AWS_ENDPOINT_URL_S3=http://127.0.0.1:$FAULT_PORT
  case $kind in
    folder) URL=s3://faults/folder/ ;;
    archive) URL=http://127.0.0.1:$FAULT_PORT/dags.tar.gz ;;
    artifact) URL=oci://127.0.0.1:$FAULT_PORT/org/dags:main ;;
    snapshot) URL=s3://faults/snapshots/main.json ;;
  esac
  put() { AWS_ENDPOINT_URL_S3=$S3_ENDPOINT "put_$kind" "$1"; }

  scenario "$kind: a server that goes silent, resets, closes, talks nonsense and cuts"
  put 1
  follow --sync-timeout=2s
  wait_for 30 shows 1
  shown=1
  for mode in silent reset close nonsense; do fails mode=$mode; done
  assert_log 'deadline exceeded'
  fails cut=1000000 put 2
  set_fault old=reset
  wait_for 30 shows 2
  assert_shows 2
  wait_for 20 nothing_is_half_made
  stop_gitsync

  scenario "$kind: SIGTERM and SIGKILL while it arrives"
  put 1
  follow
  wait_for 30 shows 1
  for signal in TERM KILL; do
    set_fault trickle=300000 old=reset
    put "after-$signal"
    wait_for 30 is_arriving
    stop_gitsync "$signal"
    assert_no_gitsync_process
    shows 1 || fail "what was published went"
    set_fault
    follow
    wait_for 30 shows "after-$signal"
    wait_for 20 nothing_is_half_made
    stop_gitsync
    put 1
    follow
    wait_for 30 shows 1
  done
  stop_gitsync

  scenario "$kind: failures are counted, and the error file tells of them"
  set_fault mode=close
  run_gitsync --repo="$URL" --root="$ROOT" --link=link --period=100ms --max-failures=2 --error-file=error.json
  assert_status 1
  assert_eq 1 "$(log_count 'error syncing repo, will retry')" "failures before the last"
  assert_eq 1 "$(log_count 'too many failures, aborting')" "the last"
  [[ -s $ROOT/error.json ]] || fail "there is no error file"
  set_fault

  scenario "$kind: a full disk"
  mount -t tmpfs -o size=5m none "$T/disk" 2>/dev/null || skip "the kernel refuses a mount"
  ROOT=$T/disk/root
  put 1
  follow
  wait_for 30 shows 1
  put 2
  wait_for 30 log_has 'No space left on device'
  shown=1
  assert_shows 1
  mount -o remount,size=64m "$T/disk"
  wait_for 30 shows 2
  assert_shows 2
  wait_for 20 nothing_is_half_made
  stop_gitsync
  umount "$T/disk"
  stop_process "$FAULT_PID"
done
