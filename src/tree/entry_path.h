// SPDX-License-Identifier: Apache-2.0
// Paths of a tree as bytes from somebody else: what may become names on our disk.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.h"

namespace gitsync::tree {

// 2,000 levels of the longest names are half of it.
inline constexpr std::size_t kMostPathBytes = std::size_t{1} << 20;
// NAME_MAX of Linux's file systems.
inline constexpr std::size_t kMostNameBytes = 255;

// Fails with kProtocol, and the path, unless it is one to kMostPathBytes bytes of components, each
// of one to kMostNameBytes bytes, with single slashes between them and no NUL, "." or "..".
util::Result<void> check_entry_path(std::string_view path);

// Fails with kProtocol, and the path, if its first component is one of `names`.
util::Result<void> check_first_name(std::string_view path, const std::vector<std::string>& names);

// Whether `path` is in the folder `folder` or below; "" is the top, and holds everything.
bool is_below(std::string_view path, std::string_view folder);

// The folder that holds the entry `path`; "" is the top.
std::string_view folder_of(std::string_view path);

// For messages: what cannot be shown is escaped, and the middle of a very long path left out.
std::string printable_path(std::string_view path);

}  // namespace gitsync::tree
