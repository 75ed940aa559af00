#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every source file of ours carries the licence tag in its first three lines.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

status=0 count=0
while IFS= read -r -d '' file; do
  [[ -s $file ]] || continue
  count=$((count + 1))
  if ! head -n 3 "$file" | grep -q 'SPDX-License-Identifier: Apache-2\.0'; then
    echo "$file: no line 'SPDX-License-Identifier: Apache-2.0' at its top"
    status=1
  fi
done < <(git ls-files -z --cached --others --exclude-standard -- '*.cc' '*.h' '*.sh' '*.py' '*.cmake' \
  '*CMakeLists.txt' '*Dockerfile' dev .ci/run tools/sizes)
echo "$count files looked at"
((count > 0)) || exit 1
exit "$status"
