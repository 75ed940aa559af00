#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Resource limits: what we change for ourselves and give back to hooks, and what is said when memory,
# processes or descriptors run out.
# shellcheck disable=SC2016 # hooks are written in single quotes: they expand when they run
source "$(dirname "$0")/lib/e2e.sh"

make_repo app

hook() {
  printf '#!/bin/bash\nD=%s\n%s\n' "$D" "$1" >"$D/hook.sh"
  chmod +x "$D/hook.sh"
}
# wrapped <name> <script>: a program $D/<name> that sets the surroundings, then becomes git-sync.
wrapped() {
  printf '#!/bin/bash\nG=%q\n%s\n' "$GITSYNC_BIN" "$2" >"$D/$1"
  chmod +x "$D/$1"
}
limit_of() { awk -v name="$1" 'index($0, name) == 1 { sub(name, ""); print $1, $2 }' "/proc/$GITSYNC_PID/limits"; }
# Every line is a record; a failure has said why.
assert_clear_end() {
  assert_file_lacks "$LOG" "terminate called"
  ((STATUS == 0 || STATUS == 1)) || fail "exit status $STATUS with $1"
  if ((STATUS == 1)); then
    grep -qE '"error"|"msg":"out of memory"' "$LOG" || fail "nothing was said with $1"
  fi
}
flags=(--repo="file://$REPO" --link=link)
sanitized() { ((E2E_TIME_FACTOR > 1)); }

scenario "no core for us, all descriptors for us; a hook gets the limits that we inherited"
hook 'echo "$(ulimit -S -c) $(ulimit -H -c) $(ulimit -S -n) $(ulimit -H -n)" >$D/limits'
# Sanitizers forbid core dumps on their own.
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:disable_coredump=0" TSAN_OPTIONS="${TSAN_OPTIONS:-}:disable_coredump=0"
wrapped limited 'ulimit -S -c 40; ulimit -H -c 80; ulimit -S -n 100; ulimit -H -n 300; exec "$G" "$@"'
GITSYNC_BIN=$D/limited start_gitsync "${flags[@]}" --root="$ROOT" --period=100ms \
  --exechook-command="$D/hook.sh"
wait_for 10 test -s "$D/limits"
assert_file_eq "$D/limits" "40 80 100 300"
assert_eq "0 81920" "$(limit_of 'Max core file size')" "our core limits"
assert_eq "300 300" "$(limit_of 'Max open files')" "our limits of descriptors"

scenario "a fault of ours leaves no core, whose memory would hold the password"
if [[ $(cat /proc/sys/kernel/core_pattern) != /* && $(cat /proc/sys/kernel/core_pattern) != '|'* ]] && ! sanitized; then
  wrapped dumping "cd $D; ulimit -c unlimited || exit 99; exec \"\$G\" \"\$@\""
  GITSYNC_BIN=$D/dumping start_gitsync "${flags[@]}" --root="$ROOT" --period=100ms
  wait_for 10 link_is "$ROOT/link" "$HASH"
  stop_gitsync SEGV
  assert_status 139
  assert_eq "" "$(find "$D" -maxdepth 1 -name '*core*')" "core dumps"
fi

scenario "what we inherited and did not ask for is not passed on to git and hooks"
hook 'ls /proc/$$/fd >$D/descriptors; readlink /proc/$$/fd/* >$D/targets; exec true'
wrapped crowded 'exec 7>"$0.inherited" 8>"$0.inherited"; exec "$G" "$@"'
GITSYNC_BIN=$D/crowded run_gitsync "${flags[@]}" --root="$ROOT" --one-time --exechook-command="$D/hook.sh"
assert_status 0
assert_file_lacks "$D/targets" "crowded.inherited"

scenario "too little memory ends us with a record and exit 1, however little it is"
if ! sanitized; then
  for kib in 22000 24000 26000 28000 30000 32000 35000 40000 45000 50000 60000 80000 120000; do
    wrapped small "ulimit -v $kib; exec \"\$G\" \"\$@\""
    # What the dynamic loader needs is not ours to report.
    "$D/small" --version >/dev/null 2>&1 || continue
    GITSYNC_BIN=$D/small run_gitsync "${flags[@]}" --root="$ROOT" --one-time --exechook-command=true
    assert_clear_end "$kib KiB"
  done
fi

scenario "too few processes: a record that names the limit, and exit 1"
if ! sanitized && ((UID == 0)) && command -v setpriv >/dev/null &&
  setpriv --reuid=54322 --clear-groups test -x "$GITSYNC_BIN"; then
  chmod 755 "$T"
  chmod 1777 "$TMPDIR"
  chmod 777 "$D"
  git config --global --add safe.directory '*'
  for processes in 1 2 3 4 5; do
    wrapped few "exec setpriv --reuid=54322 --regid=54322 --clear-groups prlimit --nproc=$processes \"\$G\" \"\$@\""
    GITSYNC_BIN=$D/few run_gitsync "${flags[@]}" --root="$D/root.$processes" --one-time \
      --exechook-command=true
    assert_clear_end "$processes processes"
    if ((processes == 1)); then
      assert_status 1
      assert_log '"error":"start thread signals: '
      assert_log '"hint":"raise the limit of processes'
    fi
  done
fi

scenario "1,000 idle connections and a hard limit of 256 descriptors: passes and probes go on"
wrapped narrow 'ulimit -n 256; exec "$G" "$@"'
cat >"$D/idle.py" <<'PYTHON'
import socket, sys, time
clients = []
while True:
    while len(clients) < 1000:
        try:
            clients.append(socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5))
            clients[-1].setblocking(False)
        except OSError:
            break
    if len(clients) >= 1000:
        open(sys.argv[2], "w").close()
    for client in list(clients):
        try:
            if client.recv(1) == b"":
                raise OSError
        except BlockingIOError:
            continue
        except OSError:
            clients.remove(client)
            client.close()
    time.sleep(0.05)
PYTHON
use_http
GITSYNC_BIN=$D/narrow start_gitsync "${flags[@]}" --root="$ROOT" --period=100ms --max-failures=0 \
  "${HTTP_FLAGS[@]}"
wait_for 10 link_is "$ROOT/link" "$HASH"
ulimit -n 4096
spawn "$T/log/idle" "$PYTHON" "$D/idle.py" "$HTTP_PORT" "$D/crowd"
IDLE=$SPAWNED
wait_for 20 test -e "$D/crowd"
for version in 1 2 3; do
  commit_file "$REPO" file "in a crowd $version"
  wait_for 10 link_is "$ROOT/link" "$HASH"
  # Idle connections go by themselves after 10 s, for which a probe must not have to wait.
  assert_eq 200 "$(curl -s --interface 127.0.0.2 -o /dev/null -w '%{http_code}' \
    --max-time $((8 * E2E_TIME_FACTOR)) "http://127.0.0.1:$HTTP_PORT/")" "a probe"
done
is_running "$IDLE" || fail "the idle clients have ended: $(cat "$T/log/idle")"
assert_no_log '"error"'
