#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A folder of 20,000 objects, which real servers list in 20 pages: all of it is published, one object that is
# replaced, added or removed is seen wherever it stands, and memory stays small.
# label: long
# release only
# timeout: 1800
source "$(dirname "$0")/lib/e2e.sh"
source "$E2E_LIB/s3.sh"

FOLDERS=20
PER_FOLDER=1000
KIB=65536 # of resident memory at most; the list of all objects is in it, and what is fetched ahead

# The files, as they are to be published.
FILES=$T/files
"$PYTHON" - "$FILES" "$FOLDERS" "$PER_FOLDER" <<'PYTHON'
import pathlib, sys

top, folders, count = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
for folder in range(folders):
    place = top / f"team-{folder:02}" / "dags"
    place.mkdir(parents=True)
    for number in range(count):
        (place / f"dag_{number:04}.py").write_text(f"print({folder}, {number})\n" * (number % 50 + 1))
PYTHON

put_all() {
  local pids=() pid folder
  for folder in "$FILES"/*; do
    put_objects many "dags/${folder##*/}/" "$folder" &
    pids+=($!)
    ((${#pids[@]} < 4)) || { wait "${pids[0]}" && pids=("${pids[@]:1}"); }
  done
  for pid in "${pids[@]}"; do wait "$pid"; done
}
same() { diff -rq "$FILES" "$ROOT/link/" >"$D/differences"; }
highest_memory() { awk '/^VmHWM/ { print $2 }' "/proc/$GITSYNC_PID/status"; }
change() { # <path> [text]: without a text it goes
  if (($# > 1)); then
    printf '%s' "$2" >"$FILES/$1"
    put_object many "dags/$1" "$2"
  else
    rm "$FILES/$1"
    remove_object many "dags/$1"
  fi
  wait_for 60 same
}

for server in seaweed versity; do
  scenario "$server: all objects of all pages are published"
  rm -rf "$T/versity/data" # both servers fill the same disk
  "start_s3_$server"
  make_bucket many
  put_all
  start_gitsync --repo=s3://many/dags/ --root="$ROOT" --link=link --period=200ms -v 3
  wait_for 240 same
  pages=$(log_records | jq -r 'select(.msg == "listed") | .pages' | sort -u | tr '\n' ' ')
  [[ $pages =~ ^2[0-9]\ $ ]] || fail "the listing has $pages pages"

  printf -- '--- %s: one object of the first, a middle and the last page\n' "$server"
  kept=$(stat -c %i "$ROOT/link/team-07/dags/dag_0500.py")
  for folder in team-00 team-10 team-19; do
    change "$folder/dags/dag_0000.py" "replaced, and longer than it was before"
    change "$folder/dags/a_new_one.py" "new"
    change "$folder/dags/dag_0999.py"
  done
  assert_eq "$kept" "$(stat -c %i "$ROOT/link/team-07/dags/dag_0500.py")" "the inode of what did not change"
  assert_no_log '"failCount"'
  printf 'memory: %s KiB at the most\n' "$(highest_memory)"
  (($(highest_memory) < KIB)) || fail "uses much memory: $(highest_memory) KiB"
  stop_gitsync
  stop_s3
  for folder in team-00 team-10 team-19; do
    rm "$FILES/$folder/dags/a_new_one.py"
    cp "$FILES/$folder/dags/dag_0998.py" "$FILES/$folder/dags/dag_0999.py"
  done
done
