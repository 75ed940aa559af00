#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The one file that an end-to-end script sources; tests/e2e/README.md lists every function.
#
# It gives the script a fresh directory $T, a private HOME, a clean environment, and a trap that
# kills whatever was started. The directory is removed on success and named on failure.
set -Eeuo pipefail
shopt -s inherit_errexit

E2E_LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROJECT_ROOT=$(cd "$E2E_LIB/../../.." && pwd)
E2E_NAME=$(basename "$0" .sh)
export E2E_LIB PROJECT_ROOT E2E_NAME

# No variable of the caller may steer git, git-sync, ssh or a proxy; the test sets what it means.
for e2e_var in $(compgen -e); do
  case $e2e_var in
    GITSYNC_BIN) ;;
    GIT_* | GITSYNC_* | SSH_* | *_proxy | *_PROXY | XDG_* | LC_*) unset "$e2e_var" ;;
  esac
done
unset e2e_var
export LANG=C.UTF-8 TZ=UTC
# The engine of runs that do not say which.
[[ -z ${E2E_ENGINE:-} ]] || export GITSYNC_ENGINE=$E2E_ENGINE

GITSYNC_BIN=${GITSYNC_BIN:-$PROJECT_ROOT/build/release/git-sync}
export -n GITSYNC_BIN
PYTHON=/usr/bin/python3
[[ -x $PYTHON ]] || PYTHON=python3
# Sanitizer builds and busy machines multiply every limit of wait_for.
E2E_TIME_FACTOR=${E2E_TIME_FACTOR:-1}

T=$(mktemp -d "${TMPDIR:-/tmp}/e2e.$E2E_NAME.XXXXXX")
# Every process that a test starts carries this mark, so that nothing can hide from the cleanup.
export E2E_MARK=$T
export HOME=$T/home TMPDIR=$T/tmp
mkdir -p "$HOME" "$TMPDIR" "$T/log"
cd "$T"

for e2e_part in process assert records gitsync freeze repo sshd https fault recorder reader users; do
  # shellcheck source=/dev/null
  source "$E2E_LIB/$e2e_part.sh"
done
unset e2e_part
[[ ${E2E_GIT:-} != newest ]] || newest_git
