#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One publisher with its own server, and READERS readers that follow it: the git server sees one client, every
# reader shows each commit. Prints what a reader costs (docs/snapshots.md); nothing is asserted of times.
# fan_out_200.sh has more readers.
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/engines.sh"

READERS=${READERS:-12} IDLE=${IDLE:-3} # seconds
scenario "$READERS readers of one publisher"
make_repo app
mkdir "$REPO/dags"
for ((n = 0; n < 300; n++)); do head -c 3000 /dev/urandom | base64 -w 0 >"$REPO/dags/$n.py"; done
commit_all "$REPO"
start_https plain
PORT=$(free_port)
start_gitsync --repo="http://127.0.0.1:$HTTPS_PORT/app" --ref=main --root="$ROOT" --link=link --period=500ms \
  --serve-snapshots="127.0.0.1:$PORT"
URL=http://127.0.0.1:$PORT/main.json
tip() { git -C "$REPO" rev-parse HEAD; }
serves_tip() { [[ $(curl -fsS "$URL" 2>/dev/null | jq -r .commit) == "$(tip)" ]]; }
wait_for 30 serves_tip

pids=()
for ((n = 0; n < READERS; n++)); do
  spawn "$D/reader-$n.log" "$GITSYNC_BIN" --repo="$URL" --root="$D/reader-$n" --link=link --period=10s
  pids+=("$SPAWNED")
done
shown() { find "$D" -maxdepth 2 -path "$D/reader-*" -name link -lname "*/$(tip)" | wc -l; }
all_show() { (($(shown) == READERS)); }
began=$EPOCHREALTIME
seconds() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }'; }
wait_for 120 all_show
printf 'first sync of all: %s s after the last one was started\n' "$(seconds "$began")"

# Processor time of all readers so far, in milliseconds; bytes over loopback.
cpu() {
  local tick
  tick=$(getconf CLK_TCK)
  for pid in "${pids[@]}"; do cut -d' ' -f14,15 "/proc/$pid/stat"; done |
    awk -v tick="$tick" '{ sum += $1 + $2 } END { printf "%d", sum * 1000 / tick }'
}
bytes() { awk '$1 == "lo:" { print $2 }' /proc/net/dev; }

# Idle: each poll is a request that is held for ten seconds.
before=$(cpu) bytes_before=$(bytes)
timeout "$IDLE" tail -f /dev/null || true
cost=$(($(cpu) - before)) traffic=$(($(bytes) - bytes_before))
printf 'idle for %s s: %s ms of CPU and %s bytes over loopback (all that is on this machine) a reader\n' \
  "$IDLE" "$(awk -v a="$cost" -v n="$READERS" 'BEGIN { printf "%.2f", a / n }')" $((traffic / READERS))

for change in 1 2 3; do
  echo "$change" >"$REPO/dags/0.py"
  commit_all "$REPO"
  before=$(cpu) bytes_before=$(bytes)
  wait_for 30 link_is "$ROOT/link" "$(tip)"
  began=$EPOCHREALTIME
  wait_for 60 all_show
  printf 'one changed file: all show it %s s after the publisher; %s ms of CPU and %s bytes a reader\n' \
    "$(seconds "$began")" "$(awk -v a="$(($(cpu) - before))" -v n="$READERS" 'BEGIN { printf "%.2f", a / n }')" \
    $((($(bytes) - bytes_before) / READERS))
done
rss=$(for pid in "${pids[@]}"; do awk '$1 == "Pss:" { print $2 }' "/proc/$pid/smaps_rollup"; done |
  awk '{ sum += $1 } END { printf "%.1f", sum / NR / 1024 }')
printf 'memory: %s MiB (PSS) a reader\n' "$rss"

settle_https
connections=$(awk '{ print $3 }' "$HTTPS_SIZES" | sort -u | wc -l)
printf 'connections that the git server has seen: %s\n' "$connections"
((connections <= 4)) || fail "the git server has seen $connections connections"
! grep -l '"error"' "$D"/reader-*.log || fail "a reader has failed"
diff -r --exclude=.git "$ROOT/link/" "$D/reader-$((READERS - 1))/link/" || fail "the trees differ"
for pid in "${pids[@]}"; do kill -TERM "$pid"; done
for pid in "${pids[@]}"; do wait_for 20 is_gone "$pid"; done
