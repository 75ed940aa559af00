#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Local mistakes - addresses of files, a root that cannot be written, no place for temporary files -
# end with one clear error and one line that says what to do.
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
# fails_with <words> <part of the hint> <flags…>
fails_with() {
  RUN_LIMIT=30 run_gitsync --one-time --link=link --error-file="$D/error" "${@:3}"
  assert_status 1
  assert_explained "$1" "$2"
  assert_log_json
}

scenario "repository not found: file:// and path, missing and not a repository"
cause not-found
mkdir "$D/plain"
for place in "$D/missing" "$D/plain"; do
  for repo in "file://$place" "$place"; do
    fails_with "does not appear to be a git repository" "check the path in --repo" --repo="$repo" \
      --root="$ROOT"
    assert_contains "$(jq -r .Err "$D/error")" "does not appear to be a git repository" "error file"
    assert_no_file "$ROOT/link"
  done
done

scenario "ref not found, with at most five names; without any names the hint says so"
cause ref
for i in 1 2 3 4 5 6 7; do git -C "$REPO" branch "release-$i"; done
fails_with "couldn't find remote ref release-0" \
  "offers: release-1, release-2, release-3, release-4, release-5" --repo="file://$REPO" \
  --root="$ROOT" --ref=release-0
assert_not_contains "$(jq -r 'select(.hint) | .hint' <(log_records))" release-6 "hint"
git init -q "$SRV/empty"
fails_with "couldn't find remote ref HEAD" "no branch and no tag" --repo="file://$SRV/empty" --root="$ROOT"

scenario "a commit that the server does not have, and no ref at all"
cause ref
fails_with "not our ref" "does not hand out this commit" --repo="file://$REPO" --root="$ROOT" \
  --ref=1111111111111111111111111111111111111111
fails_with "invalid refspec" "a branch, a tag, a full hash" --repo="file://$REPO" --root="$ROOT" \
  --ref='HEAD~1'

scenario "the file of sparse patterns is missing, or a directory"
cause config
fails_with "$D/patterns: No such file" "--sparse-checkout-file" --repo="file://$REPO" --root="$ROOT" \
  --sparse-checkout-file="$D/patterns"
mkdir "$D/patterns"
fails_with "$D/patterns: Is a directory" "--sparse-checkout-file" --repo="file://$REPO" --root="$ROOT" \
  --sparse-checkout-file="$D/patterns"

scenario "a volume that refuses to change modes, as CIFS does"
cause permission
printf '#!/bin/sh\nexec strace -f -o /dev/null -e trace=chmod,fchmodat -e inject=chmod,fchmodat:error=EPERM git "$@"\n' \
  >"$D/git"
chmod 755 "$D/git"
fails_with "chmod on $ROOT/.git/config.lock failed: Operation not permitted" "change modes of files" \
  --repo="file://$REPO" --root="$ROOT" --git="$D/git"

scenario "no place for temporary files"
cause permission
TMPDIR=$D/nowhere fails_with "$D/nowhere" "TMPDIR" --repo="file://$REPO" --root="$ROOT"

scenario "git is missing"
cause config
fails_with "not found in PATH" "--git" --repo="file://$REPO" --root="$ROOT" --git=no-such-git

need_users
as_user 65534

scenario "root not writable, not creatable, and partly writable, as a user who is not root"
cause permission
mkdir -m 755 "$ROOT"
fails_with "Permission denied" "may not write below --root" --repo="file://$REPO" --root="$ROOT"
fails_with "Permission denied" "fsGroup" --repo="file://$REPO" --root="$D/new/root"
mkdir -m 777 "$D/part"
git init -q "$D/part"
fails_with "Permission denied" "fsGroup" --repo="file://$REPO" --root="$D/part"

scenario "the repository on the local disk is closed to this user"
cause permission
mkdir -m 777 "$ROOT"
chmod 700 "$REPO/.git"
for repo in "file://$REPO" "$REPO"; do
  fails_with "does not appear to be a git repository" "may not read the repository" --repo="$repo" \
    --root="$ROOT"
  assert_no_file "$ROOT/link"
done
chmod 755 "$REPO/.git"

scenario "a file that cannot be written beside a good sync is an error record, no failure"
cause permission
chmod 777 "$D"
RUN_LIMIT=30 run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link \
  --touch-file="$T/no/touch" --error-file="$T/no/error"
assert_status 0
assert_link_hash "$ROOT/link" "$(head_of "$REPO")"
assert_log "$T/no"
