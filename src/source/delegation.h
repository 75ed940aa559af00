// SPDX-License-Identifier: Apache-2.0
// Which engine does a step of a pass, and why not the native one: said once in the log, counted in
// git_sync_engine_steps_total.

#pragma once

#include <set>
#include <string>
#include <string_view>

#include "git/not_understood.h"
#include "log/logger.h"
#include "metrics/metrics.h"
#include "util/error.h"

namespace gitsync::source {

// --engine
enum class Engine {
  kAuto,    // what is not fully understood is done by git
  kNative,  // and fails here; only a hash is git's to fetch in any case
  kGit,
};

// Thread-safety: none; belongs to the loop of one repository.
class Delegation {
 public:
  // `metrics` outlives this.
  Delegation(Engine engine, metrics::Metrics& metrics, log::Logger logger);

  void did_natively(std::string_view step) { metrics_.engine_step(step, "native"); }
  // Before git is to do `step`. `why`: an error with Cause::kNotUnderstood.
  // Errors: kInvalid if the engine must not delegate.
  util::Result<void> to_git(std::string_view step, const util::Error& why);
  // The same where git does the step for every engine.
  void always_to_git(std::string_view step) { metrics_.engine_step(step, "git"); }

 private:
  const Engine engine_;
  metrics::Metrics& metrics_;
  const log::Logger log_;
  std::set<std::string> said_;  // step and reason
};

// Whether the native engine has given a step up, so that git is to do it.
inline bool is_not_understood(const util::Error& error) {
  return error.cause == util::Cause::kNotUnderstood;
}
using git::not_understood;

}  // namespace gitsync::source
