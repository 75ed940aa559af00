#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A publisher that is killed at random moments of publishing: all that the pointer names is there, and is what it
# says; the next process publishes the tip; a reader follows all the while. And what a snapshot of submodules is.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/engines.sh"
source "$E2E_LIB/s3.sh"

MOMENTS=${MOMENTS:-20}
RANDOM=${SEED:=$$}
printf 'SEED=%s\n' "$SEED"
start_s3_seaweed
make_bucket killed
pointer() { get_object killed main.json; }
tip() { git -C "$REPO" rev-parse HEAD; }
shows_tip() { [[ $(pointer 2>/dev/null | jq -r .commit) == "$(tip)" ]]; }
follow() { start_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --period=20ms \
  --publish-snapshot=s3://killed/; }
# What the pointer names is there, by its digest.
assert_all_there() {
  local key digest
  pointer >"$D/pointer"
  while read -r key digest; do
    assert_eq "$digest" "$(get_object killed "$key" | sha256sum | cut -d' ' -f1)" "the digest of $key"
  done < <(jq -r '.archive, .steps[].file | "\(.key) \(.sha256)"' "$D/pointer")
}

scenario "killed at $MOMENTS random moments"
make_repo app
head -c 3000000 /dev/urandom >"$REPO/large"
commit_all "$REPO"
follow
wait_for 30 shows_tip
spawn "$T/log/reader.log" "$GITSYNC_BIN" --repo=s3://killed/main.json --root="$D/reader" --link=link --period=20ms
READER=$SPAWNED
wait_for 30 link_is "$D/reader/link" "$(tip)"
unseen=0
for ((moment = 0; moment < MOMENTS; moment++)); do
  before=$(tip)
  head -c $((RANDOM * 60)) /dev/urandom >"$REPO/changing"
  commit_all "$REPO"
  # From the flip, which begins what is to be interrupted, up to some tenths of a second.
  wait_for 20 link_is "$ROOT/link" "$(tip)"
  [[ $((RANDOM % 8)) == 0 ]] || sleep "0.$(printf '%03d' $((RANDOM % 600)))"
  stop_gitsync KILL
  assert_all_there
  [[ $(jq -r .commit "$D/pointer") != "$before" ]] || unseen=$((unseen + 1))
  wait_for 20 link_is "$D/reader/link" "$(jq -r .commit "$D/pointer")"
  follow
  wait_for 30 shows_tip
done
printf '%s of %s were killed before the pointer moved\n' "$unseen" "$MOMENTS"
wait_for 20 link_is "$D/reader/link" "$(tip)"
diff -r --exclude=.git "$ROOT/link/" "$D/reader/link/" || fail "the trees differ"
! grep '"error"' "$T/log/reader.log" || fail "the reader has failed"
kill -TERM "$READER"
stop_gitsync
assert_eq "" "$(find "$ROOT" -name '.git-sync.unnamed*')" "what is left of archives"

scenario "with submodules: what is published is what is shown, member by member"
make_repo sub
sub=$REPO
# shellcheck disable=SC2016 # git's own word
printf 'kept $Id$\n' >"$sub/ident"
printf 'ident ident\nleft-out export-ignore\nsubst export-subst\n' >"$sub/.gitattributes"
echo left >"$sub/left-out"
# shellcheck disable=SC2016 # git's own word
echo '$Format:%H$' >"$sub/subst"
commit_all "$sub"
make_repo outer
add_submodule "$REPO" "file://$sub" sub
cp "$sub"/{.gitattributes,left-out,subst} "$REPO"
commit_all "$REPO"
run_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --one-time --publish-snapshot=s3://killed/outer/ \
  --git-config=protocol.file.allow:always
assert_status 0
run_gitsync --repo=s3://killed/outer/main.json --root="$D/copy" --link=link --one-time
assert_status 0
find "$D/copy/link/" -type f | grep -q sub/ident || fail "the submodule is missing"
diff -r --no-dereference --exclude=.git "$ROOT/link/" "$D/copy/link/" || fail "the trees differ"
assert_no_file "$D/copy/link/sub/.git"
