// SPDX-License-Identifier: Apache-2.0
// Tables in files: one row a line, columns separated by tabs, lines with # are comments.

#pragma once

#include <string>
#include <vector>

namespace gitsync::test {

// `path` is relative to the repository. \xHH stands for one byte. Never empty: ends the process if
// the file cannot be read or holds no row.
std::vector<std::vector<std::string>> read_table(const std::string& path);

}  // namespace gitsync::test
