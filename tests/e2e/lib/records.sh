#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What every git-sync of a script logged as an error, for `./dev hints`: one JSON object a record, in
# $E2E_RECORDS/<script>.jsonl. Nothing is collected when E2E_RECORDS is unset.

E2E_CAUSE=""

# cause <word…>: what goes wrong in the runs that follow, up to the next scenario: a hint that blames
# something else is reported. Several words: any of these may be blamed. README.md lists the words.
cause() {
  local word
  for word in "$@"; do
    [[ " $E2E_CAUSES " == *" $word "* ]] || fail "no such cause: $word (one of: $E2E_CAUSES)"
  done
  E2E_CAUSE=$*
}
E2E_CAUSES='auth host-key secret tls dns network proxy server timeout not-found ref disk permission
killed signal config hook damage turn'
E2E_CAUSES=${E2E_CAUSES//$'\n'/ }

# e2e_note_run: remembers beside the log what is being proved. A log of the same name, of a run in a
# subshell that did not count it, is collected before it is overwritten.
e2e_note_run() {
  [[ -n ${E2E_RECORDS:-} ]] || return 0
  [[ ! -f $LOG.note ]] || e2e_collect_log "$LOG"
  jq -nc --arg script "$E2E_NAME" --arg scenario "$E2E_SCENARIO" --arg cause "$E2E_CAUSE" \
    '{$script, $scenario, $cause}' >"$LOG.note"
}

# Lines that are no JSON, or cut in the middle when git-sync was killed, are passed over.
e2e_collect_log() {
  grep '^{' "$1" 2>/dev/null | jq -Rc --slurpfile note "$1.note" 'fromjson? |
    select(type == "object" and has("error")) | $note[0] + {msg, error, hint}' \
    >>"$E2E_RECORDS/$E2E_NAME.jsonl" || true
  rm -f "$1.note"
}

# e2e_collect_records: at the end of a script, before its directory goes.
e2e_collect_records() {
  [[ -n ${E2E_RECORDS:-} ]] || return 0
  local note
  for note in "$T"/log/git-sync.*.log.note; do
    [[ ! -f $note ]] || e2e_collect_log "${note%.note}"
  done
}
