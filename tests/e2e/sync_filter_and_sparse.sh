#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A partial clone gives complete trees, and sparse patterns restrict them, alone and together
# (scenarios 30 and 31 of docs/contract.md#scenarios).
source "$(dirname "$0")/lib/e2e.sh"

make_tree() { # <name>
  make_repo "$1"
  commit_file "$REPO" wanted/a "wanted a"
  commit_file "$REPO" wanted/deep/b "wanted b"
  commit_file "$REPO" wanted/not/c "not wanted c"
  commit_file "$REPO" other/d "not wanted d"
}
assert_promised() { # the packs say that objects may be missing, and some are
  compgen -G "$ROOT/.git/objects/pack/*.promisor" >/dev/null || fail "no promisor marker"
  local missing
  missing=$(git -C "$ROOT" rev-list --objects --missing=print HEAD)
  grep -q '^?' <<<"$missing" || fail "nothing is missing: the filter had no effect"
}
published() { link_is "$ROOT/link" "$HASH" && [[ -e $ROOT/touch ]]; }
files_are() { # <file…>: of the link, apart from git's own
  assert_eq "$(printf '%s\n' "$@" | sort)" \
    "$(cd "$ROOT/link/" && find . -type f ! -name .git -printf '%P\n' | sort)" "published files"
}

scenario "30: --filter=blob:none --depth=0: content is complete, history is, old blobs are not there"
make_tree partial
# Before the first sync, so that the first text of the file is never needed.
commit_file "$REPO" wanted/a "wanted a 2"
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --touch-file=touch --period=100ms \
  --filter=blob:none --depth=0
wait_for 20 published
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
assert_eq 6 "$(git -C "$ROOT/link" rev-list --count HEAD)" "history"
for text in "wanted a 3" "wanted a 4"; do
  rm "$ROOT/touch"
  commit_file "$REPO" wanted/a "$text"
  wait_for 20 published
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
done
assert_promised
rm "$ROOT/touch"
step_back "$REPO" 3
wait_for 20 published
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
stop_gitsync

scenario "30: a restart on a partial root, and tree:0, work"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --filter=blob:none --depth=0
assert_status 0
commit_file "$REPO" other/d "changed"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --filter=blob:none --depth=0
assert_status 0
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
run_gitsync --one-time --repo="file://$REPO" --root="$D/trees" --link=link --filter=tree:0 --depth=0
assert_status 0
assert_clean_tree "$REPO" "$HASH" "$D/trees/link"

scenario "30: an unknown filter is git's error, in its words"
cause config
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --filter=nonsense
assert_status 1
assert_log "nonsense"
assert_no_file "$ROOT/link"

scenario "31: sparse patterns, with negations as no cone knows them, restrict the checkout"
make_tree sparse
printf '/*\n!/other\n!/wanted/not/\n' >"$D/patterns"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link \
  --sparse-checkout-file="$D/patterns"
assert_status 0
files_are file wanted/a wanted/deep/b

scenario "31: patterns in the form of git's cone mode mean what they mean there"
printf '/*\n!/*/\n/other/\n' >"$D/patterns"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link \
  --sparse-checkout-file="$D/patterns"
assert_status 0
files_are file other/d

scenario "31: the pattern file is relative to the working directory and is read at every update"
printf '/wanted/\n!/wanted/not/\n' >"$D/patterns"
cd "$D"
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --touch-file=touch --period=100ms \
  --sparse-checkout-file=patterns
cd "$T"
wait_for 20 published
files_are wanted/a wanted/deep/b
rm "$ROOT/touch"
printf '/other/*\n' >"$D/patterns"
commit_file "$REPO" wanted/e "wanted e"
wait_for 20 published
files_are other/d
stop_gitsync

scenario "31: patterns added between runs apply to the same hash; dropped ones with the next hash"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
files_are file wanted/a wanted/deep/b wanted/e wanted/not/c other/d
printf '/file\n' >"$D/patterns"
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link \
  --sparse-checkout-file="$D/patterns"
assert_status 0
files_are file
commit_file "$REPO" file 2
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
assert_status 0
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"

scenario "31: a restricted tree that is still there is not taken for a whole one, whatever link shows it"
printf '/file\n' >"$D/patterns"
once() {
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --stale-worktree-timeout=1h "$@"
  assert_status 0
}
once --link=link --sparse-checkout-file="$D/patterns"
files_are file
once --link=other
assert_clean_tree "$REPO" "$HASH" "$ROOT/other"
once --link=link --sparse-checkout-file="$D/patterns"
files_are file
restricted=$HASH
commit_file "$REPO" file 2
once --link=link
once --link=link --ref="$restricted"
assert_link_hash "$ROOT/link" "$restricted"
assert_clean_tree "$REPO" "$restricted" "$ROOT/link"

scenario "31: an unreadable pattern file fails the pass with its name; what is published stays"
cause config permission
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link
commit_file "$REPO" file 3
run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link --error-file=error \
  --sparse-checkout-file="$D/missing"
assert_status 1
assert_log "$D/missing"
assert_file_contains "$ROOT/error" "$D/missing"
assert_link_hash "$ROOT/link" "$(head_of "$REPO" HEAD~1)"

scenario "30, 31: filter and patterns together fetch only the blobs that are checked out"
make_tree both
unwanted=$(git -C "$REPO" rev-parse HEAD:other/d)
printf '/wanted/*\n' >"$D/patterns"
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --touch-file=touch --period=100ms \
  --filter=blob:none --depth=0 --sparse-checkout-file="$D/patterns"
wait_for 20 published
files_are wanted/a wanted/deep/b wanted/not/c
rm "$ROOT/touch"
commit_file "$REPO" wanted/a "wanted a 2"
wait_for 20 published
assert_file_eq "$ROOT/link/wanted/a" "wanted a 2"
assert_promised
missing=$(git -C "$ROOT" rev-list --objects --missing=print HEAD)
assert_contains "$missing" "?$unwanted" "missing objects"
