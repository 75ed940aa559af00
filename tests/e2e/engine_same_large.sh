#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Both engines publish the same of what is large: a file of 300 MB, 20,000 files in one folder, a server with
# 20,000 tags and 60,000 refs.
# label: long
# release only
# timeout: 1800
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/engines.sh"
FOLLOWER_LIMIT=300

follow_all() { # flags…
  local transport
  forget_followers
  over file "$(basename "$REPO")"
  start_follower git "${OVER[@]}" --engine=git "$@"
  TREES=("$D/git/link")
  for transport in "${TRANSPORTS[@]}"; do
    over "$transport" "$(basename "$REPO")"
    start_follower "auto-$transport" "${OVER[@]}" --engine=auto "$@"
    TREES+=("$D/auto-$transport/link")
  done
  await_followers "$HASH"
  assert_same_trees "${TREES[@]}"
}
pushed() {
  commit_all "$REPO"
  sync_followers "$HASH"
  assert_same_trees "${TREES[@]}"
}

scenario "a file of 300 MB is made, changed in the middle, made executable, moved, doubled and cut"
TRANSPORTS=(file https ssh)
make_repo blob
git -C "$REPO" config core.compression 1
# Ten megabytes of noise, the rest of it text: what is compressed is a twentieth of that.
"$PYTHON" - "$REPO/large" <<'SCRIPT'
import random
import sys
with open(sys.argv[1], "wb") as file:
    noise = random.Random(1)
    for megabyte in range(300):
        file.write(noise.randbytes(1 << 20) if megabyte % 30 == 0 else b"%07d\n" % megabyte * (1 << 17))
SCRIPT
commit_all "$REPO"
follow_all --ref=main
printf changed | dd of="$REPO/large" bs=1M seek=150 conv=notrunc status=none
pushed
chmod +x "$REPO/large"
pushed
mkdir "$REPO/dir"
git -C "$REPO" mv large dir/moved
pushed
cp "$REPO/dir/moved" "$REPO/copy"
pushed
truncate -s 299M "$REPO/copy"
pushed
stop_all_gitsync
rm -rf "${D:?}" "$REPO"

scenario "20,000 files in one folder: one changes, goes, comes; half of them change; the folder moves"
make_repo many
mkdir "$REPO/many"
"$PYTHON" -c 'import sys
for i in range(20000): open(f"{sys.argv[1]}/many/file-{i:05d}", "w").write(f"{i}\n")' "$REPO"
commit_all "$REPO"
follow_all --ref=main
echo changed >"$REPO/many/file-10000"
pushed
rm "$REPO/many/file-00000" "$REPO/many/file-19999"
pushed
echo new >"$REPO/many/file-"
pushed
for file in "$REPO"/many/file-*[02468]; do echo changed >>"$file"; done
pushed
git -C "$REPO" mv many moved
pushed
git -C "$REPO" rm -rq moved
pushed

scenario "20,000 tags and 60,000 refs beside the one that is wanted"
TRANSPORTS=(file https ssh ssh-v0)
make_repo refs
annotated=$(git -C "$REPO" hash-object -t tag -w --stdin < <(
  printf 'object %s\ntype commit\ntag any\ntagger E <e@example.invalid> 1700000000 +0000\n\nany\n' "$HASH"
))
# 80,000 files of refs would take git longer than all the rest.
{
  echo '# pack-refs with: peeled fully-peeled sorted '
  seq -f "$HASH refs/heads/b/%06.0f" 1 40000
  seq -f "$HASH refs/pull/%06.0f/head" 1 20000
  seq -f "$annotated refs/tags/v%06.0f" 1 20000 | sed "s/\$/\n^$HASH/"
} >"$REPO/.git/packed-refs"
assert_eq 80000 "$(git -C "$REPO" for-each-ref refs/heads/b refs/pull refs/tags | wc -l)" "refs"
follow_all --ref=main
for n in 1 2; do
  echo "$n" >"$REPO/file"
  pushed
done
git -C "$REPO" update-ref refs/heads/b/040000 "$HASH"
for ref in b/040000 v020000 refs/pull/010000/head; do
  stop_all_gitsync
  rm -rf "${D:?}"/*
  HASH=$(head_of "$REPO" "$ref^{commit}")
  follow_all --ref="$ref"
done
