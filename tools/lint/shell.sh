#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Our scripts are clean for shellcheck. Skipped where it is not installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

command -v shellcheck >/dev/null || { echo "SKIPPED: shellcheck is not installed"; exit 77; }
mapfile -t scripts < <(git ls-files --cached --others --exclude-standard -- '*.sh' dev .ci/run)
shellcheck -x --severity=warning "${scripts[@]}"
echo "${#scripts[@]} scripts are clean"
