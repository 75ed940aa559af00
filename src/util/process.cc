// SPDX-License-Identifier: Apache-2.0
#include "util/process.h"

#include <signal.h>

#include <array>
#include <cctype>
#include <cstring>
#include <string_view>

#include "util/bounded_output.h"
#include "util/child.h"

namespace gitsync::util {
namespace {

// Time between SIGTERM and SIGKILL for a child past its limit: git uses it to remove its locks.
constexpr std::chrono::milliseconds kGrace{300};

// Writes what the child takes now, and tells it the end.
void feed(Child& child, std::string_view& input) {
  while (!input.empty()) {
    const auto written = child.write_some(input);
    if (written && *written == 0) return;
    // Whoever does not read its input does not need it.
    input.remove_prefix(written ? *written : input.size());
  }
  child.close_input();
}

// Not more than some pipes' worth, so that an endless writer meets its deadline.
void collect(Child& child, BoundedOutput& output) {
  std::array<char, 16384> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read below
  for (int round = 0; round < 16; ++round) {
    const std::size_t got = child.read_some(buffer).value_or(std::nullopt).value_or(0);
    if (got == 0) return;
    output.append({buffer.data(), got});
  }
}

// Feeds and reads until the child has ended (true) or the limit is reached (false).
bool pump(Child& child, std::string_view& input, BoundedOutput& output, const Limit& limit) {
  while (true) {
    feed(child, input);
    const auto ready = child.wait_for({.input = true, .output = true, .end = true}, limit);
    collect(child, output);
    if (!ready) return false;
    if (ready->end) return true;
  }
}

bool spares_leftovers(Leftovers leftovers, const ChildEnd& end) {
  return leftovers == Leftovers::kKeep || (leftovers == Leftovers::kKeepOfSuccess && end.ok());
}

}  // namespace

std::string ProcessResult::reason() const {
  if (signal == 0) return "exit status " + std::to_string(exit_status);
  const char* name = ::sigdescr_np(signal);
  std::string text = name != nullptr ? name : std::to_string(signal);
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return "signal: " + text;
}

// Lets kill_all() know the child; to be destroyed before it is.
class SystemProcessRunner::Registration {
 public:
  Registration(SystemProcessRunner& runner, pid_t pid) : runner_(runner), pid_(pid) {
    const MutexLock lock(runner_.mutex_);
    runner_.running_.insert(pid_);
  }
  ~Registration() {
    const MutexLock lock(runner_.mutex_);
    runner_.running_.erase(pid_);
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

 private:
  SystemProcessRunner& runner_;
  const pid_t pid_;
};

std::expected<ProcessResult, ProcessFailure> SystemProcessRunner::run(
    const Command& command, const Environment& environment, const Limit& limit) {
  if (auto open = limit.check(); !open) return std::unexpected(ProcessFailure{open.error(), {}});
  const auto start = SteadyClock::now();
  auto started = Child::start({.argv = command.argv,
                               .environment = environment,
                               .working_directory = command.working_directory,
                               .limits = limits_for(command),
                               .error_limit = command.output_limit});
  if (!started) return std::unexpected(ProcessFailure{std::move(started).error(), {}});
  Child& child = *started;
  const Registration registration(*this, child.pid());
  std::string_view input = command.standard_input;
  BoundedOutput output(command.output_limit);
  const bool done = pump(child, input, output, limit);
  if (!done) {
    child.signal_group(SIGTERM);
    input = {};
    pump(child, input, output, {.deadline = SteadyClock::now() + kGrace});
  }
  // A daemon that was started by a command which hung is not spared.
  const auto ended = child.ended();
  const bool spared = done && ended && spares_leftovers(command.leftovers, *ended);
  if (!spared) child.signal_group(SIGKILL);
  const ChildEnd end = child.wait({}).value();
  collect(child, output);
  ProcessResult result{.exit_status = end.exit_status,
                       .signal = end.signal,
                       .standard_output = output.text(command.scrub),
                       .standard_error = child.collected_error(command.scrub),
                       .duration = SteadyClock::now() - start};
  if (spared && command.leftovers == Leftovers::kKeepOfSuccess) {
    drain_.adopt(child.take_output());
    drain_.adopt(child.take_error());
  }
  if (!done) {
    auto why = limit.check();
    if (!why) return std::unexpected(ProcessFailure{why.error(), std::move(result)});
  }
  return result;
}

ResourceLimits SystemProcessRunner::limits_for(const Command& command) const {
  return command.core_dumps == CoreDumps::kNever ? without_core_dumps(inherited_) : inherited_;
}

void SystemProcessRunner::kill_all() {
  const MutexLock lock(mutex_);
  for (const pid_t pid : running_) ::kill(-pid, SIGKILL);
}

}  // namespace gitsync::util
