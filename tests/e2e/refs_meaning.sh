#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What each form of --ref means (docs/contract.md#ref), and that none of them is run. Full hashes
# are proved by refs_switching, and by sync_follow that the process idles on them.
source "$(dirname "$0")/lib/e2e.sh"

make_repo refs
first=$HASH
commit_file "$REPO" file 2
second=$HASH
git -C "$REPO" branch feature/deep
annotate_repo "$REPO" v1
tag_object=$(git -C "$REPO" rev-parse v1)
commit_file "$REPO" file 3
git -C "$REPO" branch both
tag_repo "$REPO" 'light'
third=$HASH
git -C "$REPO" update-ref refs/pull/7/head "$second"
git -C "$REPO" tag both "$first"
commit_file "$REPO" file 4
fourth=$HASH
git -C "$REPO" branch ünïcode

sync_ref() { # <ref> [flags…]
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --ref="$1" \
    --error-file=error "${@:2}"
}
means() { # <ref> <hash>
  sync_ref "$1"
  assert_status 0
  assert_link_hash "$ROOT/link" "$2"
  assert_clean_tree "$REPO" "$2" "$ROOT/link"
}
refused() { # <ref> <words of git>
  sync_ref "$1"
  assert_status 1
  assert_no_file "$ROOT/link"
  assert_log "$2"
  assert_file_contains "$ROOT/error" "$2"
  assert_log_json
}

scenario "names of branches, tags and other refs"
means HEAD "$fourth"
means main "$fourth"
means feature/deep "$second"
means light "$third"
means v1 "$second"
means refs/heads/feature/deep "$second"
means refs/tags/v1 "$second"
means refs/tags/light "$third"
means refs/pull/7/head "$second"
means heads/main "$fourth"
means tags/v1 "$second"
means ünïcode "$fourth"

scenario "a name of both a tag and a branch is the tag"
means both "$first"
means refs/heads/both "$third"
means refs/tags/both "$first"

scenario "the hash of an annotated tag, and a hash in upper case"
means "$tag_object" "$second"
means "${third^^}" "$third"

scenario "the process polls on a hash in upper case or of a tag"
use_http
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms --ref="${third^^}" \
  "${HTTP_FLAGS[@]}"
wait_for 20 metric_at_least 'git_sync_count_total{status="noop"}' 2
assert_link_hash "$ROOT/link" "$third"
stop_gitsync
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=100ms --ref="$tag_object" \
  "${HTTP_FLAGS[@]}"
wait_for 20 metric_at_least 'git_sync_count_total{status="noop"}' 2
assert_link_hash "$ROOT/link" "$second"
stop_gitsync

scenario "abbreviated hashes and unknown names are refused with git's words"
cause ref
refused "${first:0:10}" "couldn't find remote ref"
refused nowhere "couldn't find remote ref"
refused refs/heads/v1 "couldn't find remote ref"

scenario "expressions are refused with git's words"
cause ref
refused 'HEAD~1' "invalid refspec"
refused 'v1^{}' "invalid refspec"
refused "${second}~0" "invalid refspec"
refused 'main..light' "main..light"

scenario "an empty ref is refused before anything is done"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --ref=
assert_status 1
assert_log "--ref"
assert_no_file "$ROOT/.git"

scenario "a ref that looks like an option is refused at once and is none"
for ref in "--upload-pack=touch $D/executed" "-u$D/x" --all --help; do
  sync_ref "$ref"
  assert_status 1
  assert_log "--ref"
  assert_no_file "$D/executed"
  assert_no_file "$ROOT/.git"
done
