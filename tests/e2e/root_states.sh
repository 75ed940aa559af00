#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# --root and what lies in it: start-up, modes, what is wiped and what is never wiped
# (docs/contract.md#root-and-logging and #sanity; the forms in which it may be given are proved by
# sync_first).
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
sync_once() {
  run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link "$@"
}
assert_synced() {
  assert_status 0
  assert_link_hash "$ROOT/link" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
  assert_log_json
}
mode() { stat -c %a "$1"; }

scenario "the umask is ours, whatever was inherited: 0755 and 0644"
for inherited in 000 077; do
  ROOT=$D/parents/$inherited
  (umask "$inherited" && sync_once && declare -p STATUS LOG OUT >"$D/run")
  LOG=$(sed -n 's/^declare -- LOG="\(.*\)"/\1/p' "$D/run")
  assert_link_hash "$ROOT/link" "$HASH"
  assert_eq 755 "$(mode "$ROOT")" "mode of root"
  assert_eq 755 "$(mode "$ROOT/link/")" "mode of the tree"
  assert_eq 644 "$(mode "$ROOT/link/file")" "mode of a file"
  assert_eq 644 "$(mode "$ROOT/link/.git")" "mode of the .git file"
done

scenario "--group-write: 0775 and 0664, also for root's parents, the link's and the touch-file's"
ROOT=$D/parent/root
sync_once --group-write --link=a/link --touch-file=b/touch
assert_status 0
for path in "$D/parent" "$ROOT" "$ROOT/a/link/" "$ROOT/.worktrees" "$ROOT/a" "$ROOT/b"; do
  assert_eq 775 "$(mode "$path")" "mode of $path"
done
for path in a/link/file b/touch; do
  assert_eq 664 "$(mode "$ROOT/$path")" "mode of $path"
done

scenario "the start-up record names version, process, user, home and the flags that were set"
printf 'secret-of-file\n' >"$D/password"
sync_once --credential='{"url":"https://a.invalid","username":"u","password":"hidden-1"}' \
  --period=5s
assert_synced
record=$(jq -c 'select(.msg == "starting up")' <(log_records))
assert_eq "$(id -u) $(id -g) $HOME 0" \
  "$(jq -r '"\(.uid) \(.gid) \(.home) \(.level)"' <<<"$record")" "start-up record"
assert_eq "--credential --link --one-time --period --repo --root" \
  "$(jq -r '[.flags[] | split("=")[0]] | join(" ")' <<<"$record")" "flags of the record"
assert_contains "$record" "--period=5s"
assert_contains "$record" REDACTED
assert_no_log hidden-1

scenario "a root that cannot be made, is a file, or may not be written: one clear error, exit 1"
cause config
printf 'mine\n' >"$D/file"
for bad in "$D/file" "$D/file/below" /proc/nowhere; do
  [[ $bad != /proc/* ]] || cause config permission
  run_gitsync --one-time --repo="file://$REPO" --root="$bad" --link=link
  assert_status 1
  assert_log "$bad"
  assert_log_json
done
assert_file_eq "$D/file" mine

scenario "a git that cannot be found, or fails, is fatal at the start"
cause config
for bad in no-such-git "$D/no/such/git" "$D" /bin/false; do
  sync_once --git="$bad"
  assert_status 1
  assert_log_json
  assert_no_file "$ROOT/.git"
done

scenario "a usable repository keeps foreign files, whatever its branch; a repeated run changes nothing"
git init -q "$ROOT"
printf 'mine\n' >"$ROOT/foreign"
sync_once
assert_synced
assert_file_eq "$ROOT/foreign" mine
commit_file "$REPO" file 'app, next'
sync_once
assert_synced
assert_file_eq "$ROOT/foreign" mine

scenario "root's own index stays empty: it would keep objects alive"
sync_once
assert_synced
assert_eq "" "$(git -C "$ROOT" ls-files)" "index of root"
assert_eq "refs/heads/git-sync" "$(git -C "$ROOT" symbolic-ref HEAD)" "private branch"

scenario "error file and touch-file inside a root that is wiped do no harm"
mkdir "$ROOT"
printf 'x\n' >"$ROOT/error"
printf 'x\n' >"$ROOT/other"
sync_once --error-file=error --touch-file=touch
assert_synced
assert_no_file "$ROOT/error"
assert_no_file "$ROOT/other"
assert_file "$ROOT/touch"

scenario "a new volume with lost+found counts as empty, and lost+found is left alone"
mkdir -p "$ROOT/lost+found/inner"
chmod 700 "$ROOT/lost+found"
printf 'x\n' >"$ROOT/lost+found/inner/file"
sync_once
assert_synced
assert_file "$ROOT/lost+found/inner/file"
commit_file "$REPO" file 'app, on the volume'
sync_once
assert_synced
assert_file "$ROOT/lost+found/inner/file"

scenario "a mount point's own lost+found beside foreign content: only the content goes"
mkdir -p "$ROOT/lost+found" "$ROOT/folder"
printf 'x\n' >"$ROOT/folder/file"
sync_once
assert_synced
assert_file "$ROOT/lost+found"
assert_no_file "$ROOT/folder"

scenario "names of any byte in a root that is wiped"
mkdir -p "$ROOT/"$'new\nline' "$ROOT/-rf" "$ROOT/ blank " "$ROOT/"$'\xff\xfe'
printf 'x\n' >"$ROOT/-rf/--help"
mkdir -p "$ROOT/deep/$(printf 'd/%.0s' {1..300})"
chmod 000 "$ROOT/ blank "
sync_once
assert_synced
assert_eq ".git .git-sync.lock .worktrees link" "$(ls -A "$ROOT" | sort | tr '\n' ' ' | sed 's/ $//')"

scenario "origin is always the repository's address"
sync_once
git -C "$ROOT" remote set-url origin https://elsewhere.invalid/x
sync_once
assert_eq "file://$REPO" "$(git -C "$ROOT" remote get-url origin)"
git -C "$ROOT" remote remove origin
LC_ALL=C.UTF-8 LANGUAGE=de sync_once
assert_synced
assert_eq "file://$REPO" "$(git -C "$ROOT" remote get-url origin)"

scenario "something of another kind in the link's place goes with all else in a root that is not ours"
for kind in file directory; do
  ROOT=$D/$kind
  mkdir "$ROOT"
  case $kind in
    file) echo foreign >"$ROOT/link" ;;
    directory) mkdir "$ROOT/link" && echo foreign >"$ROOT/link/file" ;;
  esac
  sync_once
  assert_synced
done

scenario "in a root of ours it stays, and the error says what is there"
sync_once
assert_synced
rm "$ROOT/link"
mkdir "$ROOT/link"
echo mine >"$ROOT/link/file"
sync_once
assert_status 1
assert_log "exists but is not a symlink"
assert_file_eq "$ROOT/link/file" mine

scenario "a root that holds the repository to sync is refused before anything is removed"
cause config
mkdir "$ROOT"
git clone -q "$REPO" "$ROOT/source"
for repo in "$ROOT/source" "file://$ROOT/source"; do
  run_gitsync --one-time --repo="$repo" --root="$ROOT" --link=link
  assert_status 1
  assert_log "holds the repository to sync"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/source"
done
run_gitsync --one-time --repo="$ROOT/source" --root="$ROOT/source" --link=link
assert_status 1
assert_log "holds the repository to sync"
run_gitsync --one-time --repo="file://$REPO" --root=/ --link="$D/link"
assert_status 1
assert_log "must not be the root of the file system"
