// SPDX-License-Identifier: Apache-2.0
// Tree objects: what is accepted gives the same bytes when written again, but for the mode that
// stands for another; and a commit or tag of any bytes is read or refused.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "git/commit_object.h"
#include "git/tag_object.h"
#include "git/tree_object.h"

namespace {

using namespace gitsync::git;

std::string written(const TreeEntry& entry) {
  std::array<char, 16> mode{};
  std::snprintf(mode.data(), mode.size(), "%o ", to_number(entry.mode));
  return mode.data() + std::string(entry.name) + '\0' + std::string(entry.id.view());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)parse_commit(bytes);
  (void)parse_tag(bytes);
  TreeReader reader(bytes);
  std::string again;
  while (true) {
    const auto entry = reader.next();
    if (!entry) return 0;
    if (!*entry) break;
    again += written(**entry);
  }
  if (again.size() != bytes.size()) std::abort();
  if (bytes.find("100664") == std::string_view::npos && again != bytes) std::abort();
  return 0;
}
