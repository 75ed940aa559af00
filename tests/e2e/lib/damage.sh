# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the scripts about damage share: a run that never gives up, and what must not be left of it.

kError='git_sync_count_total{status="error"}'
use_http
start() {
  start_gitsync --repo="file://$REPO" --root="$ROOT" --link=link --period=10ms \
    --max-failures=-1 --stale-worktree-timeout=1h "${HTTP_FLAGS[@]}" "$@"
  wait_for 20 http_status_is / 200
}
new_repo() {
  make_repo "$1"
  commit_uniform "$REPO" one
}
more_errors() { # <n>: that many further passes fail
  local goal
  goal=$(($(metric "$kError") + $1))
  wait_for 30 metric_at_least "$kError" "$goal"
}
old_repositories() { find "$ROOT" -maxdepth 1 -name '.git-sync.old-git.*' | grep -c . || true; }
assert_nothing_left() {
  wait_passes 1
  assert_eq 0 "$(old_repositories)" "damaged repositories that are left"
  assert_eq "" "$(compgen -G "$ROOT/tmp-link*" || true)" "temporary links"
}
