// SPDX-License-Identifier: Apache-2.0
#include "git/config_truth.h"

#include "util/text.h"

namespace gitsync::git {

std::optional<bool> config_truth(const std::optional<std::string>& value) {
  if (!value) return true;
  const std::string word = util::to_lower(*value);
  if (word == "true" || word == "yes" || word == "on" || word == "1") return true;
  if (word == "false" || word == "no" || word == "off" || word == "0" || word.empty()) return false;
  return std::nullopt;
}

}  // namespace gitsync::git
