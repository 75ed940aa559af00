#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# After many pushes, with the default settings, git-sync holds no more than after few: neither disk, nor memory,
# nor descriptors. engine_endurance_5000.sh has more pushes.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/engines.sh"

PUSHES=${PUSHES:-150}

# make_series <name>: COMMITS, each of which changes one of 100 files, deletes one and adds one.
make_series() {
  make_repo "$1"
  git -C "$REPO" checkout -q --detach
  "$PYTHON" - "$PUSHES" <<'SCRIPT' | git -C "$REPO" fast-import --quiet --force
import sys

def put(path, text):
    data = text.encode()
    print(f"M 644 inline {path}\ndata {len(data)}\n{text}")

for n in range(int(sys.argv[1]) + 1):
    message = f"commit {n}"
    print(f"commit refs/heads/series\ncommitter A <a@example.com> {1700000000 + n} +0000\ndata {len(message)}\n{message}")
    if n == 0:
        print("deleteall")
        for i in range(100):
            put(f"d{i % 10}/f{i}", f"{i}\n" * 200)
    put(f"d{n % 10}/f{n % 100}", f"{n}\n" * 300)
    put(f"new/{n}", f"{n}\n" * 100)
    if n > 0:
        print(f"D new/{n - 1}")
SCRIPT
  mapfile -t COMMITS < <(git -C "$REPO" rev-list --reverse series)
  # The series begins with a commit of its own, without a parent.
  git -C "$REPO" update-ref refs/heads/main "${COMMITS[0]}"
}
resident() { awk '$1 == "Rss:" { print $2 }' "/proc/$GITSYNC_PID/smaps_rollup"; } # kB
descriptors() { find "/proc/$GITSYNC_PID/fd" -mindepth 1 | wc -l; }
usage() { du -sk --apparent-size "$1" | cut -f1; } # kB

scenario "a series of pushes over https"
make_series series
over https series
use_http
start_follower series "${OVER[@]}" --ref=main "${HTTP_FLAGS[@]}"
root=$D/series
await_followers "${COMMITS[0]}"
early=$((PUSHES / 3)) n=0
for commit in "${COMMITS[@]:1}"; do
  git -C "$REPO" update-ref refs/heads/main "$commit"
  sync_followers "$commit"
  n=$((n + 1))
  ((n != early)) || { memory=$(resident) files=$(descriptors); }
done
# Two: the pass that showed the last commit may be counted only now, and tidies up after that.
another_pass() { (($(passes) > before)); }
for _ in 1 2; do
  before=$(passes)
  kill -HUP "$GITSYNC_PID"
  wait_for 20 another_pass
done
# The sanitizers keep what was freed for a while.
((E2E_TIME_FACTOR > 1 || $(resident) <= memory + 3072)) || fail "resident memory grew from $memory to $(resident) kB"
(($(descriptors) <= files + 2)) || fail "descriptors grew from $files to $(descriptors)"
(($(usage "$root/.git/objects") <= 1024)) || fail "$(usage "$root/.git/objects") kB of objects"
(($(find "$root/.git/objects/pack" -name '*.pack' | wc -l) <= 21)) || fail "too many packs"
(($(wc -l <"$root/.git/shallow") <= 25)) || fail "$(wc -l <"$root/.git/shallow") shallow commits"
(($(find "$root/.git/git-sync" -type f -not -path '*/spare/*' | wc -l) <= 12)) || fail "files are left: $(find "$root/.git/git-sync" -type f -not -path '*/spare/*')"
assert_eq "${COMMITS[-1]}" "$(ls -A "$root/.worktrees")" "entries of .worktrees"
assert_eq 1 "$(find "$root/.git/worktrees" -mindepth 1 -maxdepth 1 | wc -l)" "worktrees that git knows"
assert_eq "" "$(git -C "$root" fsck --full --no-dangling 2>&1)" "git fsck"
assert_clean_tree "$REPO" "${COMMITS[-1]}" "$root/link"
for step in fetch build reclaim; do
  assert_metric "git_sync_engine_steps_total{engine=\"git\",step=\"$step\"}" 0
done
assert_metric 'git_sync_engine_steps_total{engine="native",step="fetch"}' "$((PUSHES + 1))"
assert_no_log '"failCount"'
stop_gitsync
