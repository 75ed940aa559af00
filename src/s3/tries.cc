// SPDX-License-Identifier: Apache-2.0
#include "s3/tries.h"

#include <algorithm>

#include "util/number.h"
#include "util/pause.h"
#include "util/random.h"

namespace gitsync::s3 {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kFirst = 200ms;
constexpr std::chrono::milliseconds kLongest = 10s;
// Who is told more asks again at its next period.
constexpr std::chrono::seconds kMostObeyed = 5min;

}  // namespace

util::SteadyClock::duration Tries::pause(std::string_view retry_after) const {
  const auto seconds = util::read_decimal(retry_after);
  if (seconds && *seconds >= 0) {
    return std::min(std::chrono::seconds(std::min<std::int64_t>(*seconds, 1 << 20)), kMostObeyed);
  }
  const auto longest = std::min(kFirst * (1 << (done_ - 1)), kLongest);
  // Clients that were refused together do not come back together.
  return longest / 2 + util::random_part_of(longest / 2);
}

util::Result<bool> Tries::wait(std::string_view retry_after, const util::Limit& limit) {
  const auto until = util::SteadyClock::now() + pause(retry_after);
  if (done_ == kMost || until >= limit.deadline) return false;
  ++done_;
  util::pause_until(until, limit);
  if (limit.stopped()) GS_TRY_VOID(limit.check());
  return true;
}

}  // namespace gitsync::s3
