// SPDX-License-Identifier: Apache-2.0
// --ref as the native engine reads it: every full name that it may mean is a legal one, is found
// again, and stands on one line of a request.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "git/ref_name.h"
#include "git/ref_query.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gitsync;
  const auto query = git::RefQuery::of({reinterpret_cast<const char*>(data), size});
  if (!query) return 0;
  const auto& candidates = query->candidates();
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const bool holds = git::is_ref_name(candidates[i]) && query->rank(candidates[i]) == i &&
                       candidates[i].find('\n') == std::string_view::npos;
    if (!holds) std::abort();
  }
  return 0;
}
