#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# --version, --help and --man print to stdout and exit 0, in this order, before any validation.
source "$(dirname "$0")/lib/e2e.sh"

scenario "--version prints one line and nothing else"
run_gitsync --version
assert_status 0
assert_eq 1 "$(wc -l <"$OUT")" "lines of --version"
grep -qE '^v?[0-9]+\.[0-9]+' "$OUT" || fail "no version: $(cat "$OUT")"
assert_eq "" "$(cat "$LOG")" "stderr"
VERSION=$(cat "$OUT")

scenario "--help, -h and -? print the usage"
for flag in --help -h '-?' '--__?'; do
  run_gitsync "$flag"
  assert_status 0
  assert_eq "" "$(cat "$LOG")" "stderr of $flag"
  assert_eq "Usage: git-sync [FLAGS...]" "$(head -n 1 "$OUT")"
  assert_file_contains "$OUT" "--repo string"
  assert_file_contains "$OUT" "(default 10s)"
  assert_file_contains "$OUT" "GITSYNC_PASSWORD"
done

scenario "the flags of --help are sorted, and hidden ones are missing"
run_gitsync --help
sed -n '/^FLAGS:$/,/^$/p' "$OUT" >"$D/block"
grep -oE '^ +(-., )?--[a-z0-9-]+' "$D/block" | grep -oE -- '--[a-z0-9-]+' >"$D/flags"
assert_eq 73 "$(wc -l <"$D/flags")" "flags"
LC_ALL=C sort -c "$D/flags" || fail "not sorted"
for hidden in branch rev dest wait timeout max-sync-failures sync-hook-command password v ssh \
  change-permissions __env__GITSYNC_PASSWORD __env__GITSYNC_GITHUB_APP_PRIVATE_KEY; do
  ! grep -qE -- "^ +(-., )?--$hidden( |\[|\$)" "$D/block" || fail "--$hidden is shown"
done

scenario "--man prints the manual"
run_gitsync --man
assert_status 0
for heading in DESCRIPTION "FLAGS AND VARIABLES" HOOKS AUTHENTICATION "EXIT STATUS" EXAMPLES TROUBLESHOOTING; do
  grep -qx -e "$heading" "$OUT" || fail "the manual lacks $heading"
done

scenario "version comes before help before manual, and all before validation"
run_gitsync --man --help --version --depth=-1
assert_status 0
assert_eq "$VERSION" "$(cat "$OUT")"
run_gitsync --man --help --depth=-1
assert_status 0
assert_eq "Usage: git-sync [FLAGS...]" "$(head -n 1 "$OUT")"

scenario "variables show as defaults; old names print their line, on stderr"
GITSYNC_PERIOD=100s GIT_SYNC_DEPTH=7 GITSYNC_DEPTH=8 run_gitsync --help
assert_status 0
grep -qE -- '--period duration .*\(default 1m40s\)' "$OUT" || fail "period"
grep -qE -- '--depth int .*\(default 7\)' "$OUT" || fail "depth"
assert_eq "env \$GIT_SYNC_DEPTH has been deprecated, use \$GITSYNC_DEPTH instead
env \$GITSYNC_DEPTH was overridden by \$GIT_SYNC_DEPTH" "$(cat "$LOG")"
