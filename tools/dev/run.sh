#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./dev run                  build, sync a sample repository, change it, show the published tree
# ./dev run --repo=… --root=… [any flag]    build, then run the program until interrupted
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

program=$PROJECT/build/release/git-sync
start=$(now_ms)
need_packages "${BUILD_PACKAGES[@]}"
packages_done=$(now_ms)
build_release
build_done=$(now_ms)
(($# == 0)) || exec "$program" "$@"

work=$(mktemp -d "${TMPDIR:-/tmp}/git-sync-run.XXXXXX")
repo=$work/airflow-dags root=$work/root link=$work/root/dags
log=$work/git-sync.log
sync_pid=""
stop_sync() { [[ -z $sync_pid ]] || { kill "$sync_pid" && wait "$sync_pid"; } 2>/dev/null || true; }
trap stop_sync EXIT

commit_sample() { # <message>
  git -C "$repo" add -A
  git -C "$repo" -c user.name=sample -c user.email=sample@example.invalid commit -q -m "$1"
  git -C "$repo" rev-parse HEAD
}

# wait_published <hash>: looks at the link until it names the commit.
wait_published() {
  local end=$((SECONDS + 60))
  until [[ $(readlink "$link" 2>/dev/null) == *"$1" ]]; do
    if ((SECONDS > end)) || ! kill -0 "$sync_pid" 2>/dev/null; then
      tail -n 20 "$log" >&2
      die "the commit $1 was not published; the whole log: $log"
    fi
    sleep 0.01
  done
}

say "a sample repository: $repo"
git init -q -b main "$repo"
cp -r "$PROJECT/deploy/sample/." "$repo"
first=$(commit_sample "first DAGs")
sample_done=$(now_ms)

say "$program --repo=file://$repo --root=$root --link=dags --period=200ms"
"$program" --repo="file://$repo" --root="$root" --link=dags --period=200ms 2>"$log" &
sync_pid=$!
wait_published "$first"
first_done=$(now_ms)
printf 'published: dags -> %s\n' "$(readlink "$link")"

say "a change: the DAG hello gets a new greeting"
sed -i 's/Hello/Good morning/' "$repo/dags/hello.py"
second=$(commit_sample "a friendlier greeting")
committed=$(now_ms)
wait_published "$second"
flip_done=$(now_ms)
printf 'published: dags -> %s\n' "$(readlink "$link")"
git -C "$repo" --no-pager diff --unified=0 "$first" "$second" -- dags | sed -n '/^[-+][^-+]/p'
stop_sync
sync_pid=""

say "the published tree ($link)"
(cd "$link/" && find . -name .git -prune -o -type f -printf '%8s  %P\n' | sort -k2)
say "the link"
printf '%s -> %s\n' "$link" "$(readlink "$link")"
say "times"
printf '%-28s %s\n' "install packages" "$(seconds $((packages_done - start)))" \
  "build" "$(seconds $((build_done - packages_done)))" \
  "make the sample repository" "$(seconds $((sample_done - build_done)))" \
  "start and first sync" "$(seconds $((first_done - sample_done)))" \
  "commit to flip (polls: 0.2 s)" "$(seconds $((flip_done - committed)))"
