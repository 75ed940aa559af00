#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each kind of ref is followed forwards and backwards, a hash is not, and whatever is not a change
# of that ref causes nothing (scenarios 8 to 10 of docs/contract.md#scenarios).
# newest git
source "$(dirname "$0")/lib/e2e.sh"

kSuccess='git_sync_count_total{status="success"}'
kNoop='git_sync_count_total{status="noop"}'
counters_are() { metric_is "$kSuccess" "$1" && metric_is git_fetch_count_total "$1"; }

follow() { # <ref flags…>
  use_http
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --touch-file=touch \
    --period=100ms "${HTTP_FLAGS[@]}" "$@"
  expect_published 1
}
# expect_published <n>: the n-th update shows $HASH, touches the touch-file and counts once.
expect_published() {
  wait_for 20 test -e "$ROOT/touch"
  assert_link_hash "$ROOT/link" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
  wait_for 5 counters_are "$1"
  rm "$ROOT/touch"
}
# expect_nothing <n>: two whole passes later nothing was touched or counted.
expect_nothing() {
  wait_passes 2
  assert_no_file "$ROOT/touch"
  counters_are "$1" || fail "counters moved: $(http_get /metrics | grep ^git_)"
}
end() {
  assert_metric 'git_sync_count_total{status="error"}' 0
  wait_for 10 metric_at_least "$kNoop" 1
  assert_log_json
  stop_gitsync
}

scenario "8: without --ref the remote's current branch is followed, one step on and one back"
make_repo default some-branch
follow
expect_nothing 1
commit_file "$REPO" file 2
expect_published 2
step_back "$REPO"
expect_published 3
end

scenario "9: HEAD is followed"
make_repo head
follow --ref=HEAD
commit_file "$REPO" file 2
expect_published 2
step_back "$REPO"
expect_published 3
end

scenario "9: a branch is followed while the remote has another one checked out"
make_repo branch
git -C "$REPO" branch other
git -C "$REPO" checkout -q -b feature
commit_file "$REPO" file feature
git -C "$REPO" checkout -q other
follow --ref=feature
commit_file "$REPO" file 'another branch'
expect_nothing 1
git -C "$REPO" checkout -q feature
commit_file "$REPO" file 'feature 2'
git -C "$REPO" checkout -q other
expect_published 2
git -C "$REPO" branch -f feature feature~1
HASH=$(head_of "$REPO" feature)
expect_published 3
end

for kind in tag_repo annotate_repo; do
  scenario "9: a tag ($kind) is followed when it moves; commits after it cause nothing"
  make_repo "$kind"
  $kind "$REPO" stable
  first=$HASH
  follow --ref=stable
  commit_file "$REPO" file 2
  second=$HASH
  HASH=$first
  expect_nothing 1
  HASH=$second
  $kind "$REPO" stable
  expect_published 2
  step_back "$REPO"
  $kind "$REPO" stable
  expect_published 3
  end
done

scenario "10: a full hash is synced once; then the process stays, idle, and serves metrics"
make_repo pinned
follow --ref="$HASH"
pinned=$HASH
commit_file "$REPO" file 2
step_back "$REPO"
commit_file "$REPO" file 3
HASH=$pinned
stays_true 2 counters_are 1
assert_no_file "$ROOT/touch"
assert_link_hash "$ROOT/link" "$pinned"
assert_metric "$kNoop" 0
is_running "$GITSYNC_PID" || fail "git-sync has ended"
assert_log_json

scenario "10: SIGINT ends an idle process with 0"
make_repo idle
follow --ref="$HASH"
wait_for 10 log_has "idling"
stop_gitsync INT
assert_status 0
