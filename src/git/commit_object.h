// SPDX-License-Identifier: Apache-2.0
// What we need of a commit: headers, one a line, a blank line, and the message. Tolerant as git is
// of what old or odd programs have written.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "git/object_id.h"
#include "util/error.h"

namespace gitsync::git {

struct Commit {
  ObjectId tree;
  std::vector<ObjectId> parents;
  // Without the address, and with nothing done about its encoding; empty if it is not told.
  std::string author;
  std::int64_t committer_time = 0;  // seconds since 1970; 0 if it is not told
  // The first paragraph of the message as one line, as git-log(1) prints %s.
  std::string subject;
  std::string encoding;  // of author and message; empty: UTF-8, as far as one may hope
  bool is_signed = false;
};

// Errors: kCorrupt if the tree or a parent is not told as it must be.
util::Result<Commit> parse_commit(std::string_view bytes);

}  // namespace gitsync::git
