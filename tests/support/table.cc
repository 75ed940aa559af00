// SPDX-License-Identifier: Apache-2.0
#include "support/table.h"

#include <cstdio>
#include <cstdlib>

#include "util/files.h"
#include "util/text.h"

namespace gitsync::test {
namespace {

std::string unescape(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "\\x") != 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(std::strtol(text.substr(i + 2, 2).c_str(), nullptr, 16));
    i += 3;
  }
  return out;
}

}  // namespace

std::vector<std::vector<std::string>> read_table(const std::string& path) {
  std::vector<std::vector<std::string>> rows;
  const auto content = util::read_file(std::string(GITSYNC_SOURCE_DIR) + "/" + path);
  for (const auto& line : util::split(content.value_or(""), '\n')) {
    if (line.starts_with('#') || !line.contains('\t')) continue;
    auto& row = rows.emplace_back();
    for (const auto& cell : util::split(line, '\t')) row.push_back(unescape(cell));
  }
  if (!rows.empty()) return rows;
  std::fprintf(stderr, "%s: no table\n", path.c_str());
  std::abort();
}

}  // namespace gitsync::test
