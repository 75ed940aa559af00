#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a poll looks at when nothing has happened for seconds is little; whatever somebody does to the
# root then is noticed all the same, at the next poll.
source "$(dirname "$0")/lib/e2e.sh"
# shellcheck source=lib/damage.sh
source "$E2E_LIB/damage.sh"

scenario "a root of which all is old"
make_repo settled
commit_uniform "$REPO" one
trust_ca
start_https plain plain
use_http
start_gitsync --repo="$HTTPS_URL/settled" --ref=main --root="$ROOT" --link=link --period=50ms \
  --max-failures=-1 --stale-worktree-timeout=0 -v 1 "${HTTP_FLAGS[@]}"
wait_for 20 link_is "$ROOT/link" "$HASH"

# Nothing in the root is younger than what git-sync trusts, and a poll has seen it so.
is_old() { [[ -z $(find "$ROOT" -newerct '2.2 seconds ago' -not -path "$ROOT/.worktrees/*/*" 2>/dev/null) ]]; }
settle() {
  wait_for 20 is_old
  wait_passes 3
}
store=$ROOT/.git
tree() { echo "$ROOT/.worktrees/$HASH"; }

# noticed <words of the log> <command…>: once more than before.
noticed() {
  local words=$1 before
  shift
  settle
  before=$(log_count "$words")
  "$@"
  more_of_it() { (($(log_count "$words") > before)); }
  wait_for 20 more_of_it
  wait_passes 2
  assert_link_hash "$ROOT/link" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
}

noticed 'repository is not ours' touch "$store/commondir"
noticed 'repository is not ours' sh -c "echo /elsewhere >'$store/objects/info/alternates'"
noticed 'have no effect on it' git -C "$ROOT" config core.fsmonitor /bin/false
# In one step: a slow deletion would go on in what is being repaired.
vanish() { mv "$1" "$(mktemp -d "$D/vanished.XXXXXX")"; }
noticed 'git checks the repository' vanish "$store/refs"
noticed 'git checks the repository' sh -c "echo ref: refs/heads/other >'$store/HEAD'"
damage_pack() { # one of them: the next could be gone by then
  local packs=("$store"/objects/pack/*.pack)
  chmod u+w "${packs[0]}"
  echo >>"${packs[0]}"
}
noticed 'git checks the repository' damage_pack
if [[ $(id -u) == 0 ]]; then
  noticed 'repository is not ours' chown 12345 "$store/config"
fi

# The published tree's own files.
noticed 'git checks the published tree' sh -c "echo gitdir: /elsewhere >'$(tree)/.git'"
noticed 'git checks the published tree' rm "$store/worktrees/$HASH/HEAD"
noticed 'git checks the published tree' sh -c ": >'$store/worktrees/$HASH/index'"
noticed 'update required' vanish "$(tree)"
noticed 'update required' rm "$ROOT/link"

# What comes beside the published tree.
settle
mkdir "$ROOT/.worktrees/0123456789012345678901234567890123456789"
wait_for 20 test ! -e "$ROOT/.worktrees/0123456789012345678901234567890123456789"
mkdir -p "$D/aside/rest"
mv -T "$D/aside" "$ROOT/.git-sync.aside"
wait_for 20 test ! -e "$ROOT/.git-sync.aside"
settle
mkdir "$ROOT/.aside.rest"
wait_for 20 test ! -e "$ROOT/.aside.rest"

settle
commit_uniform "$REPO" two
wait_for 20 link_is "$ROOT/link" "$HASH"
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
stop_gitsync
