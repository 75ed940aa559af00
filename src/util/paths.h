// SPDX-License-Identifier: Apache-2.0
// Lexical path arithmetic, and the few calls that ask the disk.

#pragma once

#include <string>
#include <string_view>

#include "util/error.h"

namespace gitsync::util {

// Joins and cleans: "a/" + "../b" is "b". An absolute `path` stands alone.
std::string absolute_path(std::string_view base, std::string_view path);
// Removes ".", "..", and doubled slashes without looking at the disk; "" becomes ".".
std::string clean_path(std::string_view path);
// The path from directory `base` to `target`, both absolute and clean.
std::string relative_path(std::string_view base, std::string_view target);
std::string_view base_name(std::string_view path);
std::string dir_name(std::string_view path);
// Whether `path` is `directory` or lies below it, lexically.
bool is_within(std::string_view directory, std::string_view path);

// Resolves symlinks; the path must exist.
Result<std::string> real_path(const std::string& path);
Result<std::string> current_directory();

}  // namespace gitsync::util
