#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Both engines publish the same trees, whatever a commit holds and over every transport: each shape follows
# the one before it, and each is synced anew by one more process; then random histories.
# engine_same_trees_all.sh has more of each.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/engines.sh"

TRANSPORTS=${TRANSPORTS:-file https ssh} # of the engine under test
ORACLES=${ORACLES:-file}                 # of git's
SEEDS=${SEEDS:-1 40}
read -ra TRANSPORTS <<<"$TRANSPORTS"
read -ra ORACLES <<<"$ORACLES"
SAME=(--ref=main --submodules=off)

# follow_all <repository's name>: one root for each transport and engine; sets EXPECTED and TREES.
follow_all() {
  local transport
  forget_followers
  TREES=()
  for transport in "${ORACLES[@]}"; do
    over "$transport" "$1"
    start_follower "git-$transport" "${OVER[@]}" "${SAME[@]}" --engine=git
    TREES+=("$D/git-$transport/link")
  done
  for transport in "${TRANSPORTS[@]}"; do
    over "$transport" "$1"
    start_follower "auto-$transport" "${OVER[@]}" "${SAME[@]}" --engine=auto
    TREES+=("$D/auto-$transport/link")
  done
  await_followers "$HASH"
}

# begin_anew <n> <repository's name>: starts a first sync over the n-th transport.
begin_anew() {
  over "${TRANSPORTS[$1 % ${#TRANSPORTS[@]}]}" "$2"
  rm -rf "$D/anew"
  start_gitsync "${OVER[@]}" "${SAME[@]}" --root="$D/anew" --link=link --one-time --engine=auto
}

scenario "each shape after the one before it, and as a first sync"
make_repo shapes
git -C "$REPO" checkout -q --detach
follow_all shapes
python3 "$E2E_LIB/shapes.py" shapes "$REPO" >"$D/shapes"
round=0
while read -r shape commit; do
  E2E_SCENARIO="shape $shape"
  git -C "$REPO" update-ref refs/heads/main "$commit"
  for ((times = 0; times < ${ANEW:-1}; times++)); do
    begin_anew "$((round++))" shapes
    ((times > 0)) || sync_followers "$commit"
    wait_gitsync
    assert_status 0
    assert_same_trees "${TREES[@]}" "$D/anew/link"
  done
done <"$D/shapes"
((round >= 45)) || fail "only $round shapes"

scenario "random histories"
make_repo histories
git -C "$REPO" checkout -q --detach
follow_all histories
read -ra seeds <<<"$SEEDS"
python3 "$E2E_LIB/shapes.py" random "$REPO" "${seeds[@]}" >"$D/seeds"
while read -r seed commit; do
  E2E_SCENARIO="random histories, $seed"
  git -C "$REPO" update-ref refs/heads/main "$commit"
  sync_followers "$commit"
  assert_same_trees "${TREES[@]}"
done <"$D/seeds"
