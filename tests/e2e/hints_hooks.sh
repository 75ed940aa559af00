#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Hooks that cannot be started: the system's words name the file that was asked for, whatever was missing.
source "$(dirname "$0")/lib/e2e.sh"

make_repo app
# fails_with <words> <part of the hint> <command> [setting]
fails_with() {
  RUN_LIMIT=30 run_gitsync --one-time --repo="file://$REPO" --root="$ROOT" --link=link \
    --"${4:-exechook-command}"="$3"
  local record
  record=$(log_records | jq -c 'select(.msg == "hook failed")')
  assert_contains "$(jq -r .error <<<"$record")" "$1" "error"
  assert_contains "$(jq -r .hint <<<"$record")" "$2" "hint"
  assert_contains "$(jq -r .hint <<<"$record")" "--${4:-exechook-command}" "hint"
  assert_log_json
  rm -rf "$ROOT"
}
# script <name> <text>
script() {
  printf '%b' "$2" >"$D/$1"
  chmod 755 "$D/$1"
}

scenario "named with arguments"
cause hook
script works '#!/bin/sh\nexit 0\n'
fails_with "No such file or directory" "without arguments" "$D/works --arg"
fails_with "No such file or directory" "without arguments" "$D/works --arg" pre-publish-exechook-command
fails_with "not found in PATH" "without arguments" "echo done"

scenario "with a carriage return in the script's first line"
cause hook
script crlf '#!/bin/sh\r\nexit 0\r\n'
fails_with "No such file or directory" "carriage return" "$D/crlf"
script env-crlf '#!/usr/bin/env bash\r\nexit 0\r\n'
fails_with "exit status 127" "carriage return" "$D/env-crlf"

scenario "with an interpreter that is not there, without one, without mode x, and missing"
cause hook
script other '#!/usr/bin/no-such-python\nexit 0\n'
fails_with "No such file or directory" "interpreter of its first line" "$D/other"
script none 'exit 0\n'
fails_with "Exec format error" "first line such as #!/bin/sh" "$D/none"
script plain "#!/bin/sh\n"
chmod 644 "$D/plain"
fails_with "Permission denied" "chmod +x" "$D/plain"
fails_with "No such file or directory" "no such program" "$D/missing"
