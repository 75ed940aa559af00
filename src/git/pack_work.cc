// SPDX-License-Identifier: Apache-2.0
#include "git/pack_work.h"

#include <algorithm>
#include <limits>
#include <string>

namespace gitsync::git {

using util::Result;

namespace {

constexpr std::uint64_t kStep = 256;  // bytes; what it costs to make none
constexpr std::uint64_t kBetweenChecks = std::uint64_t{4} << 20;  // bytes

std::unexpected<util::Error> too_much(std::uint64_t bound, const std::string& of_what) {
  return util::fail(util::ErrorKind::kProtocol,
                    "pack: more than " + std::to_string(bound) + " " + of_what);
}

}  // namespace

const util::Limit PackWork::kNoLimit{};

Result<void> PackWork::receive(std::uint64_t bytes) {
  if (bytes > bounds_.stream - std::min(bounds_.stream, received_)) {
    return too_much(bounds_.stream, "bytes");
  }
  received_ += bytes;
  return {};
}

Result<void> PackWork::expect(std::uint32_t objects) const {
  if (objects > bounds_.objects) return too_much(bounds_.objects, "objects");
  return {};
}

Result<void> PackWork::make(std::uint64_t bytes) {
  constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max() / 2;
  const std::uint64_t ratio = std::max<std::uint64_t>(bounds_.made_of_one, 1);
  const std::uint64_t by_ratio = received_ > kAll / ratio ? kAll : received_ * ratio;
  const std::uint64_t most = std::min(bounds_.made, kAll) + by_ratio;
  const std::uint64_t step = bytes > kAll ? kAll : bytes + kStep;
  if (made_ > most || step > most - made_) return too_much(most, "bytes to be inflated");
  made_ += step;
  if (made_ - checked_ < kBetweenChecks) return {};
  checked_ = made_;
  return limit_->check();
}

}  // namespace gitsync::git
