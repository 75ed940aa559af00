#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Slow servers, periods and failure limits (scenarios 23, 24, 26 and 27 of
# docs/contract.md#scenarios, #timeouts and #pause-and-signals).
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
start_sshd
start_fault "$SSH_PORT"
add_known_host "$FAULT_PORT"
use_ssh
url=$(ssh_url app "$FAULT_PORT")
use_http
kError='git_sync_count_total{status="error"}'
now() { date +%s%3N; }

scenario "23: a fetch slower than --sync-timeout fails and publishes nothing"
cause timeout
set_fault delay=30
began=$(now)
run_gitsync --one-time --repo="$url" --root="$ROOT" --link=link --sync-timeout=2s \
  --error-file=error "${SSH_FLAGS[@]}"
assert_status 1
(($(now) - began < 15000 * E2E_TIME_FACTOR)) || fail "took $(($(now) - began)) ms"
assert_no_file "$ROOT/link"
assert_log "deadline exceeded"
assert_file_contains "$ROOT/error" "deadline exceeded"
assert_log_json
assert_no_gitsync_process

scenario "23: a server that trickles, or accepts and says nothing, is as slow"
cause timeout
for fault in trickle=10 mode=silent; do
  set_fault "$fault"
  run_gitsync --one-time --repo="$url" --root="$ROOT" --link=link --sync-timeout=2s \
    "${SSH_FLAGS[@]}"
  assert_status 1
  assert_no_file "$ROOT/link"
  assert_no_gitsync_process
done

scenario "24: a slow fetch within the timeout works, repeatedly"
set_fault delay=1
start_gitsync --repo="$url" --root="$ROOT" --link=link --sync-timeout=60s --period=100ms \
  "${SSH_FLAGS[@]}" "${HTTP_FLAGS[@]}"
wait_for 40 link_is "$ROOT/link" "$HASH"
for n in 2 3; do
  commit_file "$REPO" file "app $n"
  wait_for 40 link_is "$ROOT/link" "$HASH"
  assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
done
assert_metric "$kError" 0
stop_gitsync

scenario "a server that turns too slow: passes fail, what is published stays; then it goes on"
cause timeout
set_fault
start_gitsync --repo="$url" --root="$ROOT" --link=link --sync-timeout=5s --period=100ms \
  --max-failures=-1 --engine=git "${SSH_FLAGS[@]}" "${HTTP_FLAGS[@]}" # it connects anew in each pass
wait_for 20 link_is "$ROOT/link" "$HASH"
set_fault mode=silent
old=$HASH
# The pass that was under way ends first: its connection may be older than the fault. A busy machine may have
# been too slow for some pass before.
errors=$(metric "$kError")
wait_for 30 metric_at_least "$kError" $((errors + 1))
commit_file "$REPO" file 'app, unseen'
wait_for 60 metric_at_least "$kError" $((errors + 3))
assert_link_hash "$ROOT/link" "$old"
assert_clean_tree "$REPO" "$old" "$ROOT/link"
set_fault
wait_for 30 link_is "$ROOT/link" "$HASH"
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"
assert_eq "" "$(compgen -G "$ROOT/.git-sync.old-git*" || true)" "repositories set aside"
stop_gitsync

scenario "26: --init-period rules until the first success, then --period does"
cause not-found ref
REPO=$SRV/late
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --init-period=100ms --period=100s \
  --max-failures=-1 "${HTTP_FLAGS[@]}"
wait_for 10 metric_at_least "$kError" 2
make_repo late
wait_for 10 link_is "$ROOT/link" "$HASH"
late=$HASH
commit_file "$REPO" file 'late 2'
stays_true 3 link_is "$ROOT/link" "$late"
assert_metric 'git_sync_count_total{status="success"}' 1
assert_metric 'git_sync_count_total{status="noop"}' 0
stop_gitsync

scenario "27: --init-max-failures counts until the first success, whatever --max-failures says"
cause not-found
run_gitsync --repo="file://$SRV/nowhere" --root="$ROOT" --link=link --init-max-failures=3 \
  --max-failures=-1 --period=100ms
assert_status 1
assert_eq 3 "$(grep -c '"failCount":' "$LOG")" "failed passes"
assert_log '"failCount":3'
assert_log_json

scenario "27: after the first success --max-failures counts, and only failures in a row"
make_repo limited
mkdir "$D/bin"
# The first fetch works; of the later ones two fail, one works, two fail, one works, the rest fail.
cat >"$D/bin/git" <<SCRIPT
#!/bin/sh
if [ "\$1" = fetch ]; then
  echo >>"$D/fetches"
  case \$(grep -c '' "$D/fetches") in 1 | 4 | 7) ;; *) echo "told to fail" >&2; exit 1 ;; esac
fi
exec git "\$@"
SCRIPT
chmod +x "$D/bin/git"
run_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --git="$D/bin/git" \
  --init-max-failures=1 --max-failures=3 --period=100ms
assert_eq 10 "$(grep -c '' "$D/fetches")" "passes until the end"
assert_eq 7 "$(log_count '"failCount":')" "failed passes"
assert_status 1
assert_log '"failCount":3'
assert_link_hash "$ROOT/link" "$HASH"
assert_clean_tree "$REPO" "$HASH" "$ROOT/link"

for limit in 0 1; do
  scenario "a failure limit of $limit: the first failure ends the process"
  cause not-found
  run_gitsync --repo="file://$SRV/nowhere" --root="$ROOT" --link=link --max-failures="$limit" \
    --period=100ms
  assert_status 1
  assert_eq 1 "$(grep -c '"failCount":' "$LOG")" "failed passes"
done

scenario "--init-max-failures=0 is set, too: no success yet, so the first failure ends"
cause not-found
run_gitsync --repo="file://$SRV/nowhere" --root="$ROOT" --link=link --init-max-failures=0 \
  --max-failures=-1 --period=100ms
assert_status 1

scenario "the pause begins when a pass ends: a pass longer than the period is not followed at once"
mkdir "$D/bin"
cat >"$D/bin/git" <<SCRIPT
#!/bin/sh
if [ "\$1" = fetch ]; then date +%s%3N >>"$D/fetches"; sleep 0.5; fi
exec git "\$@"
SCRIPT
chmod +x "$D/bin/git"
start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --git="$D/bin/git" --period=500ms
five_fetches() { (($(grep -c . "$D/fetches") >= 5)); }
wait_for 20 five_fetches
stop_gitsync
awk 'NR > 1 && $1 - last < 1000 { bad = 1 } { last = $1 } END { exit bad }' "$D/fetches" ||
  fail "a pass began less than pass + period after the one before: $(tr '\n' ' ' <"$D/fetches")"
