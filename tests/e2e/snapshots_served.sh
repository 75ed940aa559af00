#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Snapshots from the publisher's own server, over TLS and with a token: readers show an update at once, whatever
# their period is; what goes wrong is said, and what they show stays.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/engines.sh"

trust_ca
PORT=$(free_port)
URL=https://127.0.0.1:$PORT/main.json
tip() { git -C "$REPO" rev-parse HEAD; }
reader_shows() { [[ $(readlink "$D/reader/link" 2>/dev/null) == ".worktrees/$(tip)" ]]; }
reader_has() { grep -qF -- "$1" "$READER_LOG"; }
publish() {
  start_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --period=100ms \
    --serve-snapshots="127.0.0.1:$PORT" --serve-snapshots-token-file="$D/token" \
    --serve-snapshots-tls-cert="$T/ca/server.pem" --serve-snapshots-tls-key="$T/ca/server.key" "$@"
}
follow() { # [flag…]: sets READER_PID and READER_LOG
  READER_NR=$((${READER_NR:-0} + 1))
  READER_LOG=$T/log/reader-$READER_NR.log
  spawn "$READER_LOG" "$GITSYNC_BIN" --repo="$URL" --root="$D/reader" --link=link --bearer-token-file="$D/token" "$@"
  READER_PID=$SPAWNED
}
make_repo app
mkdir "$REPO/deep"
echo one >"$REPO/deep/one"
commit_all "$REPO"

scenario "a reader with a period of an hour shows an update at once; signals end its waiting"
printf 't0ken-one\n' >"$D/token"
publish
wait_for 20 curl -fsS -o /dev/null -H 'Authorization: Bearer t0ken-one' "$URL"
follow --period=1h --sync-on-signal=SIGHUP --max-failures=-1 -v 3
wait_for 30 reader_shows
wait_for 20 reader_has '"next sync"'
echo two >"$REPO/deep/one"
commit_all "$REPO"
wait_for 20 reader_shows
passes() { grep -c '"next sync"' "$READER_LOG"; }
has_paused_again() { (($(passes) >= 2)); }
wait_for 20 has_paused_again # the link is flipped before
before=$(passes)
kill -HUP "$READER_PID"
more_passes() { (($(passes) > before)); }
wait_for 10 more_passes
kill -TERM "$READER_PID"
wait_for 5 is_gone "$READER_PID"
diff -r --exclude=.git "$ROOT/link/" "$D/reader/link/" || fail "the trees differ"
assert_no_log t0ken-one
! grep -qF t0ken-one "$T"/log/reader-*.log || fail "the token is in a log"

scenario "another token is refused, without a word of it; the right one is read when it is there"
printf t0ken-one >"$D/token"
publish
printf wrong-one >"$D/other"
wait_for 20 curl -fsS -o /dev/null -H 'Authorization: Bearer t0ken-one' "$URL"
follow --period=100ms --max-failures=-1 --bearer-token-file="$D/other"
wait_for 20 reader_has 'status 401'
! reader_has wrong-one || fail "the token is in the log"
printf t0ken-one >"$D/other.new"
mv "$D/other.new" "$D/other"
wait_for 20 reader_shows
# The publisher's is replaced: the reader goes on with what it has until it has the new one, too.
printf t0ken-two >"$D/token.new"
mv "$D/token.new" "$D/token"
wait_for 20 curl -fsS -o /dev/null -H 'Authorization: Bearer t0ken-two' "$URL"
echo three >"$REPO/deep/one"
commit_all "$REPO"
wait_for 20 link_is "$ROOT/link" "$(tip)"
printf t0ken-two >"$D/other.new"
mv "$D/other.new" "$D/other"
wait_for 20 reader_shows
kill -TERM "$READER_PID"
wait_for 5 is_gone "$READER_PID"

scenario "a publisher that is away or starts again: the reader keeps what it shows and goes on"
printf t0ken >"$D/token"
publish
follow --period=100ms --max-failures=-1
wait_for 30 reader_shows
stop_gitsync
wait_for 20 reader_has '"error syncing repo, will retry"'
reader_shows || fail "the reader shows something else"
echo four >"$REPO/deep/one"
commit_all "$REPO"
publish
wait_for 30 reader_shows
assert_file_contains "$D/reader/link/deep/one" four
kill -TERM "$READER_PID"
wait_for 5 is_gone "$READER_PID"

scenario "one-time readers end with 0 and 1; a one-time publisher serves nothing, and says so"
printf t0ken >"$D/token"
publish
wait_for 20 curl -fsS -o /dev/null -H 'Authorization: Bearer t0ken' "$URL"
run_gitsync --repo="$URL" --root="$D/reader" --link=link --bearer-token-file="$D/token" --one-time
assert_status 0
run_gitsync --repo="${URL/main/other}" --root="$D/none" --link=link --bearer-token-file="$D/token" --one-time
assert_status 1
assert_log 'status 404'
stop_gitsync
run_gitsync --repo="file://$REPO" --ref=main --root="$ROOT" --link=link --one-time --serve-snapshots="127.0.0.1:$PORT"
assert_status 0
assert_log 'snapshots are not served by a one-time run'
# The folder of snapshots is nobody's content: the root is not cleared because of it, nor is it.
[[ -f $ROOT/.git-sync.snapshots/main.json ]] || fail "the snapshots were cleared"
