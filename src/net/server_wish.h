// SPDX-License-Identifier: Apache-2.0
// What a server has asked for by Retry-After: to be left alone for some time.

#pragma once

#include <chrono>
#include <optional>

#include "util/event.h"

namespace gitsync::net {

// Thread-safety: none; belongs to the loop of one repository.
class ServerWish {
 public:
  // After each question. Nothing: the server has no such wish, or no longer.
  void note(std::optional<std::chrono::seconds> retry_after);
  bool is_there() const { return not_before_.has_value(); }

  // Before a pause until the deadline of `limit`: returns how long it is to be, which is more if
  // the server wants to be left alone for longer, but not for over an hour.
  util::Limit longer(const util::Limit& limit) const;

 private:
  std::optional<util::Deadline> not_before_;  // when the server may be asked again
};

}  // namespace gitsync::net
