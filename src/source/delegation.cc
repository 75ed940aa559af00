// SPDX-License-Identifier: Apache-2.0
#include "source/delegation.h"

#include <utility>

namespace gitsync::source {

Delegation::Delegation(Engine engine, metrics::Metrics& metrics, log::Logger logger)
    : engine_(engine), metrics_(metrics), log_(std::move(logger)) {}

util::Result<void> Delegation::to_git(std::string_view step, const util::Error& why) {
  if (engine_ == Engine::kNative) {
    return util::fail(util::ErrorKind::kInvalid, util::Cause::kOnlyGitUnderstands,
                      "the native engine cannot " + std::string(step) + ": " + why.message);
  }
  metrics_.engine_step(step, "git");
  // A server may answer with many reasons in its life; the memory for them is bounded.
  constexpr std::size_t kMostReasons = 100;
  if (said_.size() < kMostReasons && said_.insert(std::string(step) + " " + why.message).second) {
    log_.info(0, "git does a step that the native engine does not fully understand",
              {{"step", std::string(step)}, {"reason", why.message}});
  }
  return {};
}

}  // namespace gitsync::source
