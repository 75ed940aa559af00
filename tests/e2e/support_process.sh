#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The test library itself: assertions fail when they must, waits end, nothing is left behind.
source "$(dirname "$0")/lib/e2e.sh"

# must_fail <command…>: an assertion that holds although it must not is a broken test library.
must_fail() {
  local output
  if output=$(trap - ERR && "$@" 2>&1); then fail "succeeded although it must not: $*"; fi
  [[ $output == *FAILED:* ]] || fail "no message from: $* ($output)"
}

scenario "each assertion fails on what it must refuse"
printf 'text\n' >"$D/file"
ln -s nowhere/abc "$D/dangling"
ln -s "$D" "$D/absolute"
must_fail assert_eq a b
must_fail assert_ne a a
must_fail assert_contains abc x
must_fail assert_not_contains abc b
must_fail assert_file_eq "$D/file" other
must_fail assert_file_eq "$D/missing" text
must_fail assert_file "$D/missing"
must_fail assert_no_file "$D/file"
must_fail assert_no_file "$D/dangling"
must_fail assert_file_contains "$D/file" other
must_fail assert_file_lacks "$D/file" text
must_fail assert_link_hash "$D/dangling" abc
must_fail assert_link_hash "$D/absolute" "$(basename "$D")"
must_fail assert_exit_code 3 true
must_fail wait_for 0 false
must_fail stays_true 1 false
printf '{"msg":"x"}\n' >"$D/log"
must_fail assert_log_json "$D/log"
printf '{"msg":"\\x00"}\n' >"$D/log"
must_fail assert_log_json "$D/log"

scenario "and holds on what it must accept"
printf 'text\n' >"$D/file"
assert_file_eq "$D/file" text
assert_exit_code 3 bash -c 'exit 3'
mkdir -p "$D/tree/abc"
ln -s tree/abc "$D/link"
assert_link_hash "$D/link" abc
printf 'plain\n{"logger":"","ts":"","caller":{},"level":0,"msg":""}\n' >"$D/log"
assert_log_json "$D/log"

scenario "skip ends a test with ctest's code for it and the reason"
printf 'source "%s/e2e.sh"\nskip "no such privilege"\n' "$E2E_LIB" >"$D/skips.sh"
assert_exit_code 77 bash "$D/skips.sh" >"$D/output"
assert_file_eq "$D/output" "SKIPPED: no such privilege"

scenario "ports differ"
assert_eq 20 "$(for _ in {1..20}; do free_port; done | sort -u | wc -l)"

scenario "a process is found by its mark even when it left its parent and session"
E2E_RUN=$D/run setsid bash -c 'setsid sleep 300 & exit 0'
e2e_found() { [[ -n $(marked_processes "$D/run") ]]; }
wait_for 5 e2e_found

scenario "a frozen run stands still, even caught between vfork and exec, and goes on when thawed"
RUN=$D/run
mkfifo "$D/gate"
# posix_spawn starts its child as vfork does; the child waits at the gate before its exec.
cat >"$D/starts.py" <<'PYTHON'
import os, sys
gate = (os.POSIX_SPAWN_OPEN, 0, sys.argv[1], os.O_RDONLY, 0)
os.posix_spawn("/bin/touch", ["touch", sys.argv[2]], os.environ, file_actions=[gate])
open(sys.argv[3], "w")
PYTHON
E2E_RUN=$RUN spawn "$D/output" "$PYTHON" "$D/starts.py" "$D/gate" "$D/child" "$D/parent"
in_vfork() { grep -qs '^State:.D' "/proc/$SPAWNED/status" && (($(gitsync_processes | wc -l) == 2)); }
wait_for 10 in_vfork
freeze_gitsync
exec {gate}<>"$D/gate" # open to both sides: nothing but the stop holds the child now
e2e_nothing_came() { [[ ! -e $D/child && ! -e $D/parent ]]; }
stays_true 1 e2e_nothing_came
thaw_gitsync
wait_for 10 test -e "$D/child" -a -e "$D/parent"
exec {gate}>&-

scenario "a test that is killed takes everything it started along, whatever that ignores"
cat >"$D/inner.sh" <<SCRIPT
source "$E2E_LIB/e2e.sh"
spawn "\$T/log/x" bash -c 'trap "" TERM INT HUP; while true; do sleep 300; done'
(setsid setsid bash -c 'trap "" TERM; sleep 301' &)
printf '%s\n' "\$T" >"$D/where"
sleep 302
SCRIPT
setsid bash "$D/inner.sh" >"$D/inner.log" 2>&1 &
inner=$!
wait_for 10 test -s "$D/where"
inner_processes() { marked_processes "$(cat "$D/where")"; }
all_started() { (($(inner_processes | wc -l) >= 3)); }
wait_for 10 all_started
kill -TERM -- "-$inner"
wait_for 20 is_gone "$inner"
none_is_left() { [[ -z $(inner_processes) ]]; }
wait_for 5 none_is_left # what was killed takes a moment to die
rm -rf "$(cat "$D/where")"
