// SPDX-License-Identifier: Apache-2.0
#include "net/server_wish.h"

#include <algorithm>

#include "util/random.h"

namespace gitsync::net {
namespace {

constexpr std::chrono::seconds kLongestWait = std::chrono::hours(1);

}  // namespace

void ServerWish::note(std::optional<std::chrono::seconds> retry_after) {
  not_before_.reset();
  if (!retry_after) return;
  not_before_ = util::SteadyClock::now() + std::min(*retry_after, kLongestWait);
}

util::Limit ServerWish::longer(const util::Limit& limit) const {
  if (!not_before_ || *not_before_ <= limit.deadline) return limit;
  const auto now = util::SteadyClock::now();
  util::Limit longer = limit;
  // Many may have been told the same moment. Spread over a period they are no more than ever.
  longer.deadline = *not_before_ + util::random_part_of(limit.deadline - now);
  return longer;
}

}  // namespace gitsync::net
