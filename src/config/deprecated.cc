// SPDX-License-Identifier: Apache-2.0
// apply_deprecated: the old flags of v3, one effect each.

#include <cmath>
#include <limits>

#include "config/adjust.h"

namespace gitsync::config {
namespace {

using util::Result;

void note(Parsed& parsed, std::string_view setting, std::string_view deprecated) {
  parsed.notices.push_back({.message = "setting " + std::string(setting) + " from deprecated " +
                                       std::string(deprecated)});
}

// --rev wins if it names a revision. v4 refuses such a pair, but charts written for v3 set both.
void apply_branch_and_rev(Parsed& parsed) {
  Inputs& inputs = parsed.inputs;
  const bool rev_names_one = !inputs.rev.empty() && inputs.rev != "HEAD";
  if (!inputs.branch.empty() && !rev_names_one) {
    inputs.ref = inputs.branch;
    note(parsed, "--ref", "--branch");
  } else if (!inputs.rev.empty()) {
    inputs.ref = inputs.rev;
    note(parsed, "--ref", "--rev");
    if (!inputs.branch.empty() && inputs.branch != inputs.rev) {
      parsed.notices.push_back({"ignoring deprecated --branch, because --rev names a revision",
                                {{"branch", inputs.branch}, {"rev", inputs.rev}}});
    }
  }
}

Result<void> apply_wait(Parsed& parsed) {
  const double seconds = parsed.inputs.wait_seconds;
  if (seconds == 0) return {};
  const double milliseconds = std::trunc(seconds * 1000);
  constexpr auto kLargest = static_cast<double>(std::numeric_limits<std::int64_t>::max()) / 1e6;
  if (!(std::abs(milliseconds) < kLargest)) {  // not a number is too large, too
    return util::fail(util::ErrorKind::kInvalid, "invalid flag: --wait is too large");
  }
  parsed.inputs.period = std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds));
  note(parsed, "--period", "--wait");
  return {};
}

Result<void> apply_timeout(Parsed& parsed) {
  const std::int64_t seconds = parsed.inputs.timeout_seconds;
  if (seconds == 0) return {};
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max() / 1'000'000'000;
  if (seconds > kLargest || seconds < -kLargest) {
    return util::fail(util::ErrorKind::kInvalid, "invalid flag: --timeout is too large");
  }
  parsed.inputs.sync_timeout = std::chrono::seconds(seconds);
  note(parsed, "--sync-timeout", "--timeout");
  return {};
}

void apply_text(Parsed& parsed, const std::string& from, std::string& to, std::string_view setting,
                std::string_view deprecated) {
  if (from.empty()) return;
  to = from;
  note(parsed, setting, deprecated);
}

}  // namespace

Result<void> apply_deprecated(Parsed& parsed) {
  Inputs& inputs = parsed.inputs;
  apply_branch_and_rev(parsed);
  apply_text(parsed, inputs.dest, inputs.link, "--link", "--dest");
  GS_TRY_VOID(apply_wait(parsed));
  GS_TRY_VOID(apply_timeout(parsed));
  if (inputs.max_sync_failures != 0) {
    inputs.max_failures = inputs.max_sync_failures;
    note(parsed, "--max-failures", "--max-sync-failures");
  }
  apply_text(parsed, inputs.sync_hook_command, inputs.exechook_command, "--exechook-command",
             "--sync-hook-command");
  apply_text(parsed, inputs.password_flag, inputs.password, "$GITSYNC_PASSWORD", "--password");
  if (inputs.v >= 0) inputs.verbose = inputs.v;
  return {};
}

}  // namespace gitsync::config
