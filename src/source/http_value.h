// SPDX-License-Identifier: Apache-2.0
// Values of git's configuration as git reads them (git-config(1), "Values"). What is not understood
// is nothing.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/message.h"

namespace gitsync::source {

std::optional<bool> git_bool(std::string_view value);
// Not negative; with a suffix k, m or g.
std::optional<long> git_number(std::string_view value);
// "~/" is `home`, if there is one.
std::optional<std::string> git_path(std::string_view value, std::string_view home);
// "Name: value", or "Name;" for an empty one.
std::optional<net::Header> git_header(std::string_view line);

}  // namespace gitsync::source
