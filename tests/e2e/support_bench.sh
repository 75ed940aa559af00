#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# label: long
# timeout: 1800
# `./dev bench` runs to its end with tiny repositories, compares all sides, and leaves nothing behind.
# No time is judged.
source "$(dirname "$0")/lib/e2e.sh"
need_commands nginx fcgiwrap sshd openssl findmnt

BENCH=(bash "$PROJECT_ROOT/dev" bench --quick --rounds=1 "--work=$T/work" "--cache=$T/cache" "--out=$T/results")
# bench <program> <row…>: the output goes to $D/out.
bench() {
  local program=$1 && shift
  env GITSYNC_BIN="$program" PEER="$program" "${BENCH[@]}" "$@" >"$D/out" 2>&1
}
# tool <script of tools/> [argument]: from the home where the tests' programs are kept.
tool() { HOME=$(getent passwd "$UID" | cut -d: -f6) "$PROJECT_ROOT/tools/$1" --cached "${@:2}"; }
figures() { grep -F "| $1 | $2 |" "$T/results/latest.md"; }

scenario "each kind of work and of server gives figures for every side"
rows=(idle/ssh-v0/small idle/file/small start/https/small first/https/small update/https/small
  update/https/medium update-disk/https/large)
bench "$GITSYNC_BIN" "${rows[@]}" || fail "it fails: $(tail -n 20 "$D/out")"
for row in "${rows[@]}"; do
  for side in git-sync peer git; do
    [[ $(figures "$row" "$side") =~ \|\ [1-9][0-9.e+]*\ (s|ms|µs)(\ \([0-9,]+\ polls\))?\ \|.*\ MiB\ \| ]] ||
      fail "$row, $side: $(figures "$row" "$side")"
  done
done
assert_contains "$(figures update/https/small peer)" "("
assert_file_contains "$T/results/latest.md" "](latest.svg)"

scenario "the plot is well-formed and has a line for each side"
"$PYTHON" - "$T/results/latest.svg" <<'CHECK'
import sys
import xml.etree.ElementTree as tree
lines = tree.parse(sys.argv[1]).findall(".//{http://www.w3.org/2000/svg}polyline")
assert len(lines) % 2 == 0 and len(lines) >= 6, len(lines)
assert all(len(line.get("points").split()) == 2 for line in lines)
CHECK

scenario "an S3 folder is compared with rclone and awscli, a snapshot with plain git"
if command -v rclone >"$D/rclone" && GITSYNC_WEED=$(tool s3-servers.sh weed) && GITSYNC_AWSCLI=$(tool awscli.sh); then
  export GITSYNC_WEED GITSYNC_AWSCLI
  rows=(idle/s3/small first/s3/small update/s3/small idle/snapshot/large update/snapshot/large)
  bench "$GITSYNC_BIN" "${rows[@]}" || fail "it fails: $(tail -n 20 "$D/out")"
  for row in "${rows[@]}"; do
    others=(rclone "rclone tuned" awscli)
    [[ $row == */s3/* ]] || others=(git)
    for side in git-sync peer "${others[@]}"; do
      assert_contains "$(figures "$row" "$side")" MiB "$row, $side"
    done
  done
  assert_contains "$(figures update/s3/small git-sync)" "("
  assert_eq "" "$(figures first/s3/small git)"
else
  printf 'left out: rclone, SeaweedFS or awscli is not there\n'
fi

scenario "nothing stays but the results and the repositories"
assert_eq "" "$(ls -A "$T/work")"
assert_eq "" "$(grep -F "$T/work" /proc/mounts || true)"
assert_eq "" "$(losetup -a 2>/dev/null | grep -F "$T/work" || true)"
none_is_left() { [[ -z $(pgrep -f "$T/work") ]]; }
wait_for 20 none_is_left

scenario "a row that does not exist is named"
assert_exit_code 1 bench "$GITSYNC_BIN" idle/pigeon/small
assert_file_contains "$D/out" "no row is called idle/pigeon/small"

scenario "a program that fails ends the run, with its words"
printf '#!/bin/sh\necho broken on purpose >&2\nexit 3\n' >"$D/broken"
chmod +x "$D/broken"
for row in first/https/small idle/file/small; do
  assert_exit_code 1 bench "$D/broken" "$row"
  assert_file_contains "$D/out" "broken on purpose"
done
assert_eq "" "$(ls -A "$T/work")"
