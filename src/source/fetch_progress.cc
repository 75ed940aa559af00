// SPDX-License-Identifier: Apache-2.0
#include "source/fetch_progress.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace gitsync::source {
namespace {

constexpr std::chrono::seconds kBetweenLines{10};

}  // namespace

FetchProgress::FetchProgress(log::Logger logger)
    : log_(std::move(logger)), next_(start_ + kBetweenLines) {}

void FetchProgress::note(const git::PackReceiver& receiver) {
  const auto now = util::SteadyClock::now();
  if (now < next_) return;
  next_ = now + kBetweenLines;
  log_.info(0, "still fetching",
            {{"objects", std::int64_t{receiver.arrived()}},
             {"ofObjects", std::int64_t{receiver.expected()}},
             {"bytes", static_cast<std::int64_t>(receiver.bytes())}});
}

void FetchProgress::say(std::string_view words) const {
  log_.info(5, "the server says", {{"words", std::string(words)}});
}

void FetchProgress::finish(const git::PackSummary& pack, const git::PackReceiver& receiver) const {
  log_.info(3, "fetched",
            {{"objects", std::int64_t{pack.objects}},
             {"bytes", static_cast<std::int64_t>(receiver.bytes())}});
}

}  // namespace gitsync::source
