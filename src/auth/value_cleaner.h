// SPDX-License-Identifier: Apache-2.0
// User names, passwords and tokens as people store them: with a line break at the end
// (docs/charts.md#line-breaks).

#pragma once

#include <set>
#include <string>
#include <string_view>

#include "log/logger.h"
#include "util/error.h"

namespace gitsync::auth {

// Thread-safety: none; belongs to one Credentials.
class ValueCleaner {
 public:
  explicit ValueCleaner(log::Logger logger) : logger_(std::move(logger)) {}

  // Takes trailing CR and LF off, with a warning the first time for each `setting`.
  // kInvalid if a line break or a NUL is left: git reads credentials line by line, so that a
  // second line would be an attribute of its own.
  util::Result<std::string> clean(std::string value, std::string_view setting);

 private:
  const log::Logger logger_;
  std::set<std::string, std::less<>> warned_;
};

}  // namespace gitsync::auth
