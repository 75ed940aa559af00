// SPDX-License-Identifier: Apache-2.0
#include "auth/value_cleaner.h"

namespace gitsync::auth {

util::Result<std::string> ValueCleaner::clean(std::string value, std::string_view setting) {
  const auto end = value.find_last_not_of("\r\n") + 1;  // 0 if there is nothing else
  if (end != value.size()) {
    value.resize(end);
    if (warned_.emplace(setting).second) {
      logger_.info(0, "ignoring a trailing line break in a credential",
                   {{"setting", setting},
                    {"hint", "a secret made with `echo` ends in a line break; use `printf %s`"}});
    }
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
