#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# git-sync as another user than the one who runs the test, which takes root.

E2E_OWN_BIN=""

# need_users: else the test ends as skipped. Others may then enter $T and use TMPDIR.
need_users() {
  ((UID == 0)) || skip "only root can be several users"
  need_commands setpriv
  E2E_OWN_BIN=$GITSYNC_BIN
  chmod 755 "$T"
  chmod 1777 "$TMPDIR"
  setpriv --reuid=65533 --regid=65533 --clear-groups test -x "$GITSYNC_BIN" ||
    skip "another user may not run $GITSYNC_BIN"
}

# as_user <uid> [gid [group]]: git-sync runs so from now on, with a home that is not there. `group` is
# one more that it belongs to.
as_user() {
  local more=--clear-groups
  (($# < 3)) || more=--groups=$3
  printf '#!/bin/sh\nexport HOME=/nonexistent\nexec setpriv --reuid=%s --regid=%s %s %q "$@"\n' \
    "$1" "${2:-$1}" "$more" "$E2E_OWN_BIN" >"$T/as-user"
  chmod 755 "$T/as-user"
  GITSYNC_BIN=$T/as-user
}
# as_root: git-sync runs as the user of the test again.
as_root() { GITSYNC_BIN=$E2E_OWN_BIN; }
