#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Both engines follow whatever happens to a ref alike: merges, force pushes back and forth, a branch that is
# deleted and made again, tags that move, a tag of a tag; and commits with submodules.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/engines.sh"

# follow_both flags…: one root by git's engine, and one over each transport by ours.
follow_both() {
  local transport
  forget_followers
  over file "$(basename "$REPO")"
  start_follower git "${OVER[@]}" --engine=git "$@"
  TREES=("$D/git/link")
  for transport in ${TRANSPORTS:-file https ssh}; do
    over "$transport" "$(basename "$REPO")"
    start_follower "auto-$transport" "${OVER[@]}" --engine=auto "$@"
    TREES+=("$D/auto-$transport/link")
  done
}
expect_same() { # <hash>: published, and whole
  await_followers "$1"
  assert_same_trees "${TREES[@]}"
}
pushed() { # [hash]: it is there to be seen
  sync_followers "${1:-$HASH}"
  assert_same_trees "${TREES[@]}"
}
in_repo() { git -C "$REPO" "$@" >/dev/null 2>&1; }
merge() { # branches…: whatever the conflicts, both sides' files stay
  in_repo merge -q --no-ff -X ours -m merge --allow-unrelated-histories "$@"
  HASH=$(head_of "$REPO")
}

scenario "merges: of a branch, of two at once, of a history without a common commit"
make_repo merges
follow_both --ref=main
expect_same "$HASH"
for branch in one two three; do
  in_repo checkout -q -b "$branch" main
  commit_file "$REPO" "on/$branch" "$branch"
done
in_repo checkout -q main
commit_file "$REPO" file "main goes on"
merge one
pushed
merge two three
pushed
in_repo checkout -q --orphan alone
in_repo rm -rqf .
commit_file "$REPO" file "another history"
commit_file "$REPO" more/file "another history"
in_repo checkout -q main
merge alone
pushed
in_repo revert -m 1 --no-edit HEAD
pushed "$(head_of "$REPO")"

scenario "force pushes back and forth, also to a history without a common commit"
make_repo forced
follow_both --ref=main
expect_same "$HASH"
first=$HASH
commit_file "$REPO" dir/a "one way"
one=$HASH
in_repo checkout -q --orphan other
in_repo rm -rqf .
commit_file "$REPO" dir "a file where a folder was"
other=$HASH
for commit in "$one" "$other" "$first" "$one" "$first" "$other" "$one"; do
  in_repo update-ref refs/heads/main "$commit"
  pushed "$commit"
done
in_repo reflog expire --expire=now --all
in_repo update-ref -d refs/heads/other
in_repo gc -q --prune=now
in_repo update-ref refs/heads/main "$first"
pushed "$first"

scenario "a branch is deleted, and made again: in between the last tree stays"
make_repo again
in_repo checkout -q -b topic
commit_file "$REPO" file topic
follow_both --ref=topic
expect_same "$HASH"
old=$HASH
in_repo checkout -q main
in_repo branch -D topic
failed() { grep -qF '"failCount"' "$1"; }
kill -HUP "${FOLLOWERS[@]}"
for log in "${FOLLOWER_LOGS[@]}"; do wait_for 30 failed "$log"; done
expect_same "$old"
in_repo checkout -q -b topic
commit_file "$REPO" file "topic again"
pushed
in_repo checkout -q main
in_repo branch -D topic
in_repo branch topic "$old"
in_repo pack-refs --all
pushed "$old"

for how in tag_repo annotate_repo; do
  scenario "a tag moves on and back ($how)"
  make_repo "moving-$how"
  $how "$REPO" v1
  follow_both --ref=v1
  expect_same "$HASH"
  first=$HASH
  commit_file "$REPO" file "moved"
  $how "$REPO" v1
  pushed
  in_repo checkout -q "$first"
  $how "$REPO" v1
  in_repo pack-refs --all
  pushed "$first"
  # A tag of the other kind, and a branch of the same name, which git looks at after the tag.
  commit_file "$REPO" file "the other kind"
  annotate_repo "$REPO" v1
  in_repo branch v1 "$first"
  pushed
  tag_repo "$REPO" v1
  commit_file "$REPO" file "after it"
  tag_repo "$REPO" v1
  pushed
done

scenario "a tag of a tag of a tag"
make_repo nested
nest() { # <hash>: outer leads to it over two tags
  in_repo tag -f -a -m inner inner "$1"
  in_repo tag -f -a -m middle middle inner
  in_repo tag -f -a -m outer outer middle
}
nest "$HASH"
follow_both --ref=outer
expect_same "$HASH"
commit_file "$REPO" file "moved"
nest "$HASH"
pushed
in_repo pack-refs --all
commit_file "$REPO" file "moved, after the refs were packed"
nest "$HASH"
pushed

for kind in recursive shallow off; do
  scenario "submodules come, move, nest and go (--submodules=$kind)"
  make_repo "inner-$kind"
  inner=$REPO
  make_repo "library-$kind"
  library=$REPO
  add_submodule "$library" "../inner-$kind" deep/inner
  make_repo "app-$kind"
  follow_both --ref=main "--submodules=$kind" --git-config=protocol.file.allow:always
  expect_same "$HASH"
  add_submodule "$REPO" "../library-$kind" lib
  pushed
  commit_file "$REPO" file "beside the submodule"
  pushed
  commit_file "$inner" file "inner moves"
  update_submodule "$library" deep/inner
  update_submodule "$REPO" lib
  pushed
  remove_submodule "$REPO" lib
  pushed
  commit_file "$REPO" lib "a file where the submodule was"
  pushed
done
