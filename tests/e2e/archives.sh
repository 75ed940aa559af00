#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An archive as --repo, in a bucket and behind https: published whole, refused whole.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/s3.sh"

start_s3_seaweed
make_bucket archives
SITE=$T/site
mkdir "$SITE"
WEB_PORT=$(free_port)
spawn "$T/log/web.log" "$PYTHON" "$E2E_LIB/servers/file_server.py" "$WEB_PORT" "$SITE"
web_answers() { curl -fsS -o /dev/null "http://127.0.0.1:$WEB_PORT/"; }
wait_for 20 web_answers

# Each of the two: where to put an archive, and its address.
put_archive() { # <s3|web> <name> <file>
  if [[ $1 == s3 ]]; then
    put_object archives "$2" <"$3"
  else
    cp "$3" "$SITE/.new"
    mv "$SITE/.new" "$SITE/$2"
  fi
}
address() { if [[ $1 == s3 ]]; then echo "s3://archives/$2"; else echo "http://127.0.0.1:$WEB_PORT/$2"; fi; }
make_tree() { # <folder> <number>
  mkdir -p "$1/deep/er"
  echo "$2" >"$1/number"
  echo same >"$1/deep/same"
  printf '#!/bin/sh\n' >"$1/deep/er/run"
  chmod +x "$1/deep/er/run"
  ln -sfn deep/same "$1/link-to-same"
  mkdir -p "$1/empty"
}
shows() { [[ $(cat "$ROOT/link/$1" 2>/dev/null) == "$2" ]]; }
inode() { stat -c %i "$ROOT/link/$1"; }

for over in s3 web; do
  for kind in tar tar.gz tar.zst; do
    scenario "$over, .$kind: all that is in it, modes and symlinks included"
    make_tree "$D/tree" 1
    tar --auto-compress -cf "$D/a.$kind" -C "$D/tree" .
    put_archive "$over" "once.$kind" "$D/a.$kind"
    run_gitsync --repo="$(address "$over" "once.$kind")" --root="$ROOT" --link=link --one-time
    assert_status 0
    diff -r --no-dereference "$D/tree" "$ROOT/link/" || fail "the trees differ"
    [[ -x $ROOT/link/deep/er/run && ! -x $ROOT/link/number ]] || fail "modes"
    assert_eq deep/same "$(readlink "$ROOT/link/link-to-same")" "a symlink"
    assert_no_log 'git version'
  done

  scenario "$over: a sidecar follows; what did not change keeps its inode; restarts cost no download"
  make_tree "$D/tree" 1
  tar -czf "$D/a.tgz" -C "$D/tree" .
  put_archive "$over" follow.tgz "$D/a.tgz"
  URL=$(address "$over" follow.tgz)
  start_gitsync --repo="$URL" --root="$ROOT" --link=link --period=100ms
  wait_for 20 shows number 1
  SAME=$(inode deep/same)
  make_tree "$D/tree" 22
  tar -czf "$D/a.tgz" -C "$D/tree" .
  put_archive "$over" follow.tgz "$D/a.tgz"
  wait_for 20 shows number 22
  assert_eq "$SAME" "$(inode deep/same)" "the inode of what did not change"
  stop_gitsync
  start_gitsync --repo="$URL" --root="$ROOT" --link=link --period=100ms
  wait_for 20 log_has '"updated successfully"'
  assert_no_log 'building worktree'
  stop_gitsync
  echo edited >"$ROOT/link/deep/same"
  run_gitsync --repo="$URL" --root="$ROOT" --link=link --one-time
  assert_status 0
  shows deep/same same || fail "an edit stays"

  scenario "$over: what is no whole archive is refused, and what is published stays"
  make_tree "$D/tree" 1
  tar -czf "$D/good.tgz" -C "$D/tree" .
  put_archive "$over" bad.tgz "$D/good.tgz"
  URL=$(address "$over" bad.tgz)
  start_gitsync --repo="$URL" --root="$ROOT" --link=link --period=100ms --max-failures=-1 --max-tree-size=1MiB
  wait_for 20 shows number 1
  refused() { # <what the log says>
    put_archive "$over" bad.tgz "$D/bad.tgz"
    wait_for 20 log_has "$1"
    shows number 1 || fail "what was published went"
  }
  head -c 100 "$D/good.tgz" >"$D/bad.tgz"
  refused 'cut off'
  "$PYTHON" "$E2E_LIB/servers/hostile_tar.py" up >"$D/bad.tgz"
  refused '../up'
  "$PYTHON" "$E2E_LIB/servers/hostile_tar.py" through-link >"$D/bad.tgz"
  refused 'way/through'
  "$PYTHON" "$E2E_LIB/servers/hostile_tar.py" git >"$D/bad.tgz"
  refused '.Git'
  "$PYTHON" "$E2E_LIB/servers/hostile_tar.py" bomb >"$D/bad.tgz"
  refused '--max-tree-size'
  wait_for 20 log_has 'not gotten again, since it did not change'
  put_archive "$over" bad.tgz "$D/good.tgz"
  wait_for 20 nothing_is_half_made # a pass may still be at the bad one
  make_tree "$D/tree" 2
  tar -czf "$D/good.tgz" -C "$D/tree" .
  put_archive "$over" bad.tgz "$D/good.tgz"
  wait_for 20 shows number 2
  stop_gitsync
done

scenario "an archive that is not there, and a server without anything to tell versions by"
run_gitsync --repo="$(address web nowhere.tar.gz)" --root="$ROOT" --link=link --one-time
assert_status 1
assert_log 'status 404'
run_gitsync --repo="$(address s3 nowhere.tar.gz)" --root="$ROOT" --link=link --one-time
assert_status 1
assert_log 'there is no object s3://archives/nowhere.tar.gz'
cp "$T/1/a.tar" "$SITE/no-stamp.tar"
run_gitsync --repo="$(address web no-stamp.tar)" --root="$ROOT" --link=link --one-time
assert_status 1
assert_log 'neither an ETag nor a Last-Modified'

scenario "a password goes to the server, and a signature in the address to no log"
cp "$T/1/a.tar" "$SITE/private.tar"
run_gitsync --repo="$(address web private.tar)" --root="$ROOT" --link=link --one-time
assert_status 1
assert_log 'status 401'
GITSYNC_PASSWORD=secret-of-the-test run_gitsync --repo="$(address web private.tar)?signature=very-secret" \
  --username=u --root="$ROOT" --link=link --one-time
assert_status 0
assert_no_log very-secret
assert_no_log secret-of-the-test
