#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A folder of a bucket as --repo: its whole life, with a real S3 server; nothing of git runs.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/s3.sh"

start_s3_seaweed
# Whoever runs git finds none.
NO_GIT=$T/no-git
mkdir "$NO_GIT"

# bucket <name>: a bucket of its own for each scenario; sets BUCKET and REPO_URL.
bucket() {
  BUCKET=$1 REPO_URL=s3://$1/dags/
  make_bucket "$BUCKET"
}
start() {
  PATH=$NO_GIT start_gitsync_here --repo="$REPO_URL" --root="$ROOT" --link=link --period=100ms "$@"
}
start_gitsync_here() { PATH=/usr/bin:/bin GIT_EXEC_PATH=$NO_GIT start_gitsync "$@"; }
once() { run_gitsync --repo="$REPO_URL" --root="$ROOT" --link=link --one-time "$@"; }
shows() { [[ $(cat "$ROOT/link/$1" 2>/dev/null) == "$2" ]]; }
lacks() { [[ -L $ROOT/link && ! -e $ROOT/link/$1 ]]; }
inode() { stat -c %i "$ROOT/link/$1"; }
tree_of() { (cd "$ROOT/link/" && find . -mindepth 1 | sort | tr '\n' ' '); }

scenario "one-time: every object below the prefix is a file; keys are bytes"
bucket once
put_object once dags/a.py "print(1)"
put_object once dags/deep/er/b.py "print(2)"
put_object once dags/empty ""
put_object once "dags/with blank+plus%41=ä" "odd"
put_object once other/c.py "not below the prefix"
once
assert_status 0
assert_eq "./a.py ./deep ./deep/er ./deep/er/b.py ./empty ./with blank+plus%41=ä " "$(tree_of)" "the tree"
assert_file_eq "$ROOT/link/a.py" "print(1)"
assert_eq odd "$(cat "$ROOT/link/with blank+plus%41=ä")" "an odd key's content"
assert_eq 0 "$(stat -c %s "$ROOT/link/empty")" "an empty object's size"
[[ $(link_hash "$ROOT/link") =~ ^[0-9a-f]{64}$ ]] || fail "the revision is $(link_hash "$ROOT/link")"
assert_no_log 'git version'

scenario "a sidecar: objects that come, change and go; what did not change keeps its inode"
bucket sidecar
put_object sidecar dags/same "same"
put_object sidecar dags/changes "1"
put_object sidecar dags/goes/x "x"
start
wait_for 20 shows changes 1
wait_for 10 log_has '"updated successfully"'
SAME=$(inode same)
put_object sidecar dags/changes "2"
wait_for 10 shows changes 2
assert_eq "$SAME" "$(inode same)" "the inode of what did not change"
remove_object sidecar dags/goes/x
wait_for 10 lacks goes
put_object sidecar dags/comes/y "y"
wait_for 10 shows comes/y y
assert_eq "$SAME" "$(inode same)" "the inode of what did not change"
stop_gitsync TERM
assert_status 143
assert_no_gitsync_process

scenario "a restart confirms what is there, without a download; an edit is reverted"
put_object sidecar dags/changes "3"
ROOT=$T/2/root
SHOWN=$(link_hash "$ROOT/link")
echo edited >"$ROOT/link/same"
start
wait_for 10 shows changes 3
wait_for 10 shows same same
[[ $(link_hash "$ROOT/link") != "$SHOWN" ]] || fail "nothing new is shown"
stop_gitsync
echo edited >"$ROOT/link/changes"
start
wait_for 10 shows changes 3
stop_gitsync
start
wait_for 10 log_has '"updated successfully"'
assert_no_log 'building worktree'
stop_gitsync

scenario "what --exclude names is left out, and a change of it is none"
bucket excluding
for key in dags/a.py dags/a.pyc dags/deep/__pycache__/x dags/drafts/b.py dags/teams/drafts/c.py; do
  put_object excluding "$key" 1
done
start --exclude='*.pyc' --exclude=__pycache__ --exclude=/drafts/
wait_for 20 shows a.py 1
for path in a.pyc deep drafts; do lacks "$path" || fail "$path is there"; done
shows teams/drafts/c.py 1 || fail "more is left out than was said"
put_object excluding dags/a.pyc 2
put_object excluding dags/a.py 2
wait_for 20 shows a.py 2
# The record comes behind the link; what names the shown revision is the last one.
told_of_it() { grep -F '"updated successfully"' "$LOG" | grep -F "$(link_hash "$ROOT/link")"; }
wait_for 10 told_of_it
assert_eq 2 "$(log_count '"updated successfully"')" "updates"

scenario "hooks, webhook, readiness, touch-file, metrics and error file are as for git"
bucket life
put_object life dags/a 1
use_http
printf '#!/bin/sh\npwd >>%s\n' "$D/hook.out" >"$D/hook.sh"
chmod +x "$D/hook.sh"
start --exechook-command="$D/hook.sh" --touch-file=touched --error-file=errors "${HTTP_FLAGS[@]}"
wait_for 20 test -s "$D/hook.out"
assert_eq "$ROOT/.worktrees/$(link_hash "$ROOT/link")" "$(cat "$D/hook.out")" "where the hook ran"
wait_for 5 test -e "$ROOT/touched"
wait_for 5 metric_at_least 'git_sync_count_total{status="success"}' 1
wait_for 5 http_status_is / 200
stop_s3
failing() { [[ -s $ROOT/errors ]]; }
wait_for 20 failing
shows a 1 || fail "what was published went with the server"
stop_gitsync

start_s3_seaweed again

scenario "what cannot be a tree is refused by name, and what is published stays"
bucket refused
put_object refused dags/a 1
start --max-failures=-1
wait_for 20 shows a 1
put_object refused dags/a/b 2
wait_for 10 log_has 'is a file, and a folder for'
shows a 1 || fail "what was published is gone"
remove_object refused dags/a/b
put_object refused dags/b 2
wait_for 10 shows b 2
put_object refused dags/.git/config "x"
wait_for 10 log_has 'objects below .git are left out'
stop_gitsync

scenario "nothing below the prefix is an error, a folder of that name an empty tree"
bucket empty
once
assert_status 1
assert_log 'there is nothing at s3://empty/dags/'
put_object empty dags/ ""
once
assert_status 0
assert_eq "" "$(tree_of)" "the tree"
remove_object empty dags/
once
assert_status 1
assert_eq "" "$(tree_of)" "the tree"

scenario "a missing bucket and wrong keys say so"
REPO_URL=s3://no-such-bucket-here/ once
assert_status 1
assert_log 'no-such-bucket-here'
REPO_URL=s3://empty/ AWS_SECRET_ACCESS_KEY=wrong once
assert_status 1
assert_log SignatureDoesNotMatch

scenario "from git to a bucket and back: the link never dangles, and nothing of the other stays"
bucket switch
put_object switch dags/a bucket
make_repo app
run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time
assert_status 0
once
assert_status 0
shows a bucket || fail "the bucket is not shown"
[[ ! -e $ROOT/.git/HEAD && ! -e $ROOT/.git/objects ]] || fail "git's repository stays: $(ls "$ROOT/.git")"
run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --one-time
assert_status 0
assert_link_hash "$ROOT/link" "$HASH"

scenario "a foreign root is cleared, as the contract says"
bucket foreign
put_object foreign dags/a 1
mkdir -p "$ROOT/strange/thing"
echo x >"$ROOT/file"
once
assert_status 0
[[ ! -e $ROOT/strange && ! -e $ROOT/file ]] || fail "strangers stay"

scenario "flags of git are refused for a bucket, and those of buckets for git"
run_gitsync --repo=s3://bucket/p/ --root="$ROOT" --depth=3
assert_status 1
assert_log 'depth has no meaning for a folder of a bucket'
run_gitsync --repo=https://git.example/x --root="$ROOT" --s3-region=x
assert_status 1
assert_log 's3-region has no meaning for a git repository'
run_gitsync --repo=gs://b/p/ --root="$ROOT"
assert_status 1
assert_log 'storage.googleapis.com'
run_gitsync --repo=s3://bucket/object --root="$ROOT"
assert_status 1
assert_log 'with / at its end'
bucket variables
put_object variables dags/a 1
GITSYNC_DEPTH=1 GITSYNC_REF=main once # charts set them whatever --repo is
assert_status 0
