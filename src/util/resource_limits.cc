// SPDX-License-Identifier: Apache-2.0
#include "util/resource_limits.h"

#include <limits>
#include <utility>
#include <vector>

namespace gitsync::util {

ResourceLimits harden_limits() {
  ResourceLimits inherited;
  const auto change = [&inherited](auto resource, auto soft_limit) {
    rlimit limit = {};
    if (::getrlimit(resource, &limit) != 0) return;
    inherited.push_back({static_cast<int>(resource), limit});
    limit.rlim_cur = soft_limit(limit);
    ::setrlimit(resource, &limit);
  };
  change(RLIMIT_CORE, [](const rlimit&) { return rlim_t{0}; });
  change(RLIMIT_NOFILE, [](const rlimit& limit) { return limit.rlim_max; });
  return inherited;
}

ResourceLimits without_core_dumps(ResourceLimits limits) {
  std::erase_if(limits, [](const ResourceLimit& limit) { return limit.resource == RLIMIT_CORE; });
  return limits;
}

void apply(const ResourceLimits& limits) noexcept {
  for (const auto& [resource, value] : limits) {
    ::setrlimit(static_cast<__rlimit_resource_t>(resource), &value);
  }
}

std::size_t open_file_limit() noexcept {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return std::numeric_limits<std::size_t>::max();
  }
  return limit.rlim_cur;
}

}  // namespace gitsync::util
