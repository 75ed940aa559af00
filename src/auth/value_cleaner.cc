// SPDX-License-Identifier: Apache-2.0
#include "auth/value_cleaner.h"

#include "util/line_breaks.h"

namespace gitsync::auth {

util::Result<std::string> ValueCleaner::clean(std::string value, std::string_view setting) {
  if (util::strip_trailing_breaks(value) && warned_.emplace(setting).second) {
    logger_.info(0, util::kTrailingBreak,
                 {{"setting", setting}, {"hint", util::kTrailingBreakHint}});
  }
  if (value.find_first_of("\r\n") != std::string::npos) {
    return util::fail(util::ErrorKind::kInvalid,
                      std::string(setting) + ": the value has more than one line",
                      "a user name, password or token is a single line");
  }
  if (value.find('\0') != std::string::npos) {
    return util::fail(util::ErrorKind::kInvalid,
                      std::string(setting) + ": the value holds a NUL byte",
                      "the secret seems to be binary data or UTF-16 text");
  }
  return value;
}

}  // namespace gitsync::auth
