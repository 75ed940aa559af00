#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The disk holds what the configured depth reaches from the current commit, and little more; every
# gc mode works (scenario 32 of docs/contract.md#scenarios; when gc runs, and how, is proved by
# disk_cleanup).
source "$(dirname "$0")/lib/e2e.sh"

kMiB=1048576
usage() { du -sb --apparent-size "$ROOT" | cut -f1; }
# usage_between <MiB> <MiB>
usage_between() { local used; used=$(usage) && ((used >= $1 * kMiB && used <= $2 * kMiB)); }
sync_with() { # <flags…>
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link "$@"
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_no_log '"error"'
}
big_file() { # <path>
  head -c $((4 * kMiB)) /dev/urandom >"$REPO/$1"
  commit_all "$REPO" "add $1"
}

scenario "32: 16 MiB with two random files, 8 with one, below 1 with none"
make_repo usage
big_file one
big_file two
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms
wait_for 20 link_is "$ROOT/link" "$HASH"
wait_for 20 usage_between 16 17
git -C "$REPO" rm -q one
commit_all "$REPO"
wait_for 20 link_is "$ROOT/link" "$HASH"
wait_for 20 usage_between 8 9
git -C "$REPO" rm -q two
commit_all "$REPO"
wait_for 20 link_is "$ROOT/link" "$HASH"
wait_for 20 usage_between 0 1
assert_no_log '"error"'
assert_eq 1 "$(find "$ROOT/.worktrees" -mindepth 1 -maxdepth 1 | wc -l)" "checkouts"
stop_gitsync

for mode in always aggressive auto off; do
  scenario "32: --git-gc=$mode: passes succeed, and the checkouts that are superseded go"
  make_repo "gc-$mode"
  big_file one
  for i in 1 2 3; do
    commit_file "$REPO" file "$i"
    sync_with --git-gc="$mode"
    assert_eq 1 "$(find "$ROOT/.worktrees" -mindepth 1 -maxdepth 1 | wc -l)" "checkouts"
    assert_eq "" "$(git -C "$ROOT/link" status --porcelain)" "git status"
  done
  git -C "$REPO" rm -q one
  commit_all "$REPO"
  sync_with --git-gc="$mode"
  case $mode in
    always | aggressive) usage_between 0 1 || fail "$(usage) bytes are left" ;;
    # The superseded objects stay until git itself, or a run with another mode, collects them.
    *) usage_between 4 5 || fail "$(usage) bytes are left" ;;
  esac
  # Any of the modes can follow another on the same root.
  commit_file "$REPO" file last
  sync_with --git-gc=always
  usage_between 0 1 || fail "$(usage) bytes are left"
done
