// SPDX-License-Identifier: Apache-2.0
// A user name and a password in the header Authorization: RFC 7617, section 2.

#pragma once

#include <string>
#include <string_view>

#include "util/base64.h"

namespace gitsync::net {

// The header's value. The user name holds no ':', which nobody could tell from the one between.
inline std::string basic_authorization(std::string_view username, std::string_view password) {
  return "Basic " + util::base64_encode(std::string(username) + ":" + std::string(password));
}

}  // namespace gitsync::net
