// SPDX-License-Identifier: Apache-2.0
// --add-user: gives the current uid an entry in the user database, which ssh insists on.
// Contract: docs/contract.md#add-user. Format: passwd(5).

#pragma once

#include <sys/types.h>

#include <string>

#include "util/error.h"

namespace gitsync::app {

struct UserEntry {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string home;
};

// Whether the user database (nsswitch.conf(5)) knows `uid`.
bool user_exists(uid_t uid);

// Appends "git-sync:x:<uid>:<gid>::<home>:/sbin/nologin" to `file` by one write and under
// flock(2), so that several processes may do it at once; a last line without newline is completed
// first. Errors: kInvalid if `home` cannot stand in such a line (a colon or a control character),
// kLocal with sys_errno (EACCES, EROFS, ...) if the file cannot be written.
util::Result<void> append_user(const std::string& file, const UserEntry& entry);

}  // namespace gitsync::app
