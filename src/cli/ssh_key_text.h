// SPDX-License-Identifier: Apache-2.0
// What a file that ssh is to take a private key from holds. ssh insists on the exact form of RFC
// 7468, "strict", and says of all else only that it cannot load the key.

#pragma once

#include <string>
#include <string_view>

#include "util/cause.h"

namespace gitsync::cli {

struct KeyText {
  // Why ssh will not use it, if that is known; else kUnknown.
  util::Cause flaw = util::Cause::kUnknown;
  // The same key as ssh takes it, if only blanks and line breaks are not as they should be: it is a
  // secret. Empty if there is nothing to repair.
  std::string repaired = {};
  // For people: what was repaired.
  std::string_view damage = {};
};

// Of `content` of any kind. Decides by form only: a key that is damaged otherwise is left to ssh.
KeyText read_key_text(std::string_view content);

}  // namespace gitsync::cli
