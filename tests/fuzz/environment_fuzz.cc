// SPDX-License-Identifier: Apache-2.0
// The environment that we are given and hand on. Input: entries, separated by NUL bytes.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "util/environment.h"
#include "util/text.h"

namespace {

std::vector<const char*> pointers(const std::vector<std::string>& entries) {
  std::vector<const char*> result;
  for (const auto& entry : entries) result.push_back(entry.c_str());
  result.push_back(nullptr);
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gitsync::util;
  const auto entries = split({reinterpret_cast<const char*>(data), size}, '\0');
  const auto environment = Environment::from(pointers(entries).data());
  const auto again = environment.entries();
  if (Environment::from(pointers(again).data()).variables() != environment.variables()) {
    std::abort();
  }
  for (const auto& [name, value] : environment.variables()) {
    if (name.empty() || name.find('=') != std::string::npos) std::abort();
    if (environment.get(name) != value) std::abort();
  }
  return 0;
}
