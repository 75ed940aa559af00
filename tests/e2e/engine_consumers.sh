#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Consumers edit, delete and add what they like in the published tree, also as another user, before and during
# updates that make the next tree out of this one: each next tree is just what its commit has.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/engines.sh"
source "$E2E_LIB/numbered.sh"

UPDATES=${UPDATES:-15}
SEED=${SEED:-$$}
printf 'SEED=%s\n' "$SEED"
git config --global safe.directory '*'

# meddle <once|loop> <seed>: in what is published now, as ${AS[@]}.
AS=() FLAGS=()
meddle() {
  ${AS[@]+"${AS[@]}"} "$PYTHON" "$E2E_LIB/meddler.py" "$1" "$(readlink -f "$ROOT/link")" "$2"
  [[ -z $(GIT_OPTIONAL_LOCKS=0 git -C "$ROOT/link/" status --porcelain) ]] || MEDDLED=$((MEDDLED + 1))
}
# assert_exact <commit>: what is published is as a fresh clone, and belongs to whoever published it.
assert_exact() {
  git -C "$D/clone" fetch -q origin "$1"
  git -C "$D/clone" checkout -qf --detach "$1"
  assert_same_trees "$D/clone" "$ROOT/link"
  assert_eq "" "$(find "$ROOT/link/" ! -uid "$OWNER" | head -n 3)" "files of others"
}
push() {
  git -C "$REPO" update-ref refs/heads/main "$1"
  wait_for 30 link_is "$ROOT/link" "$1"
}
follow() { # <name>
  make_numbered "$1" "$((UPDATES + 1))"
  git clone -q --no-local "$REPO" "$D/clone"
  chmod -R a+rX "$SRV"
  install -d -o "$OWNER" "$ROOT"
  start_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --period=50ms --max-failures=-1 \
    --git-config=safe.directory:'*' ${FLAGS[@]+"${FLAGS[@]}"}
  wait_for 20 link_is "$ROOT/link" "${COMMITS[0]}"
  assert_exact "${COMMITS[0]}"
}
# Before each update.
meddle_and_push() {
  local n
  MEDDLED=0
  for ((n = 1; n <= UPDATES; n++)); do
    E2E_SCENARIO="meddled with seed $((SEED + n)) before update $n"
    meddle once "$((SEED + n))"
    push "${COMMITS[n]}"
    assert_exact "${COMMITS[n]}"
  done
  ((MEDDLED > UPDATES / 2)) || fail "hardly anything was meddled with: $MEDDLED of $UPDATES"
}
end() {
  stop_gitsync
  assert_no_log '"failCount"'
  assert_log_json
}
OWNER=$UID

scenario "before each update"
follow before
meddle_and_push
end

scenario "before each update, and before a restart"
follow restarts
MEDDLED=0
for ((n = 1; n <= UPDATES; n += 3)); do
  E2E_SCENARIO="meddled with seed $((SEED + n)) before restart $n"
  meddle once "$((SEED + n))"
  stop_gitsync "$( ((n % 2)) && echo KILL || echo TERM)"
  meddle once "$((SEED + n + 1000))"
  git -C "$REPO" update-ref refs/heads/main "${COMMITS[n]}"
  start_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --period=50ms --max-failures=-1
  wait_for 20 link_is "$ROOT/link" "${COMMITS[n]}"
  assert_exact "${COMMITS[n]}"
done
end

scenario "during each update, in the tree that is replaced"
follow during
for ((n = 1; n <= UPDATES; n++)); do
  E2E_SCENARIO="meddled with seed $((SEED + n)) during update $n"
  spawn "$T/log/meddler" "$PYTHON" "$E2E_LIB/meddler.py" loop "$(readlink -f "$ROOT/link")" "$((SEED + n))"
  meddler=$SPAWNED
  push "${COMMITS[n]}"
  assert_exact "${COMMITS[n]}"
  stop_process "$meddler"
  assert_exact "${COMMITS[n]}"
done
end

((UID == 0)) || skip "only root can be several users"
need_users

scenario "as root, in the trees of a git-sync that is somebody else"
OWNER=65533
as_user $OWNER
follow as-root
meddle_and_push
end
as_root

scenario "as somebody else, in trees that their group may write"
OWNER=0
umask 0002
AS=(setpriv --reuid=65534 --regid=65534 --groups=0)
FLAGS=(--group-write)
follow group
meddle_and_push
end
