#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Histories of more than one commit: what is fetched natively is all that there is to them, and a server that
# leaves an object out of its packs, which the tip does not need, changes nothing: neither refs nor their edge.
source "$(dirname "$0")/lib/e2e.sh"

# A server that leaves out of every pack what stands in $D/left-out.
hook() {
  cat >"$D/hook" <<'HOOK'
#!/bin/sh
set -e
unset GIT_CONFIG_GLOBAL
work=$(mktemp -d "$E2E_LEFT_OUT.XXXXXX")
# All of it, and without the repository that it is made from a delta could have its base there.
"$@" >"$work/pack"
unset GIT_DIR
git init -q --bare "$work/git"
git -C "$work/git" index-pack --stdin <"$work/pack" >/dev/null
cat "$work"/git/objects/pack/*.idx | git show-index | cut -d' ' -f2 | grep -vxFf "$E2E_LEFT_OUT" |
  git -C "$work/git" pack-objects -q --stdout
rm -rf "$work"
HOOK
  chmod +x "$D/hook"
  export E2E_LEFT_OUT=$D/left-out
  echo none >"$E2E_LEFT_OUT"
}
follow() { # flags…
  use_http
  start_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --period=50ms --max-failures=-1 \
    --git-config="uploadpack.packObjectsHook:$D/hook" "${HTTP_FLAGS[@]}" "$@"
}
assert_sound() { # <commits>
  wait_for 30 link_is "$ROOT/link" "$HASH"
  wait_passes 2 # it has tidied up, too
  assert_eq "$1" "$(git -C "$ROOT/link" rev-list --count HEAD)" "commits of the history"
  git -C "$ROOT" fsck --connectivity-only --no-dangling >"$D/fsck" 2>&1 || fail "$(cat "$D/fsck")"
  assert_file_eq "$D/fsck" ""
}

for depth in 0 3; do
  make_repo "history-$depth"
  for n in 1 2 3 4 5; do
    mkdir -p "$REPO/deep/$n"
    echo "$n" >"$REPO/deep/$n/file"
    echo "$n" >"$REPO/top"
    commit_file "$REPO" deep/same "version $n"
  done
  tip=$HASH
  scenario "--depth=$depth: all of it is there, also after pushes back and forth"
  hook
  follow --depth="$depth" --engine=native
  assert_sound $((depth == 0 ? 6 : 3))
  for to in "$tip~2" "$tip~1" "$tip~4" "$tip"; do
    HASH=$(head_of "$REPO" "$to")
    git -C "$REPO" update-ref refs/heads/main "$HASH"
    all=$(git -C "$REPO" rev-list --count main)
    assert_sound $((depth == 0 || depth > all ? all : depth))
  done
  stop_gitsync

  for engine in native auto; do
    for what in "$tip~1" "$tip~2" "$tip~1^{tree}" "$tip~2:deep" "$tip~1:top" "$tip~2:deep/same"; do
      scenario "--engine=$engine, --depth=$depth: the server leaves out ${what#"$tip"}"
      cause damage server
      hook
      git -C "$REPO" rev-parse "$what" >"$D/left-out"
      follow --depth="$depth" --engine="$engine"
      wait_for 30 log_has '"failCount":2'
      assert_log "did not send all necessary objects"
      assert_no_file "$ROOT/link"
      assert_no_file "$ROOT/.git/shallow"
      assert_eq "" "$(git -C "$ROOT" for-each-ref)" "refs"
      echo none >"$D/left-out"
      assert_sound $((depth == 0 ? 6 : 3))
      stop_gitsync
    done
  done

  scenario "--depth=$depth: the server leaves out of an update what is not in its tip"
  cause damage server
  hook
  old=$(head_of "$REPO" main~2)
  git -C "$REPO" update-ref refs/heads/main "$old"
  HASH=$old
  follow --depth="$depth" --engine=native
  assert_sound $((depth == 0 ? 4 : 3))
  edge=$(cat "$ROOT/.git/shallow" 2>/dev/null || true)
  git -C "$REPO" rev-parse "$tip~1:top" >"$D/left-out"
  HASH=$tip
  git -C "$REPO" update-ref refs/heads/main "$HASH"
  wait_for 30 log_has '"failCount":2'
  assert_log "did not send all necessary objects"
  assert_link_hash "$ROOT/link" "$old"
  assert_eq "$edge" "$(cat "$ROOT/.git/shallow" 2>/dev/null || true)" "the edge of the history"
  assert_eq "" "$(git -C "$ROOT" fsck --connectivity-only --no-dangling 2>&1)" "git fsck"
  echo none >"$D/left-out"
  assert_sound $((depth == 0 ? 6 : 3))
  stop_gitsync
done
