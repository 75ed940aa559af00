// SPDX-License-Identifier: Apache-2.0
#include "config/signal_name.h"

#include <array>
#include <csignal>
#include <cstdint>
#include <limits>
#include <utility>

#include "util/number.h"

namespace gitsync::config {
namespace {

constexpr std::array<std::pair<std::string_view, int>, 34> kSignals{
    {{"ABRT", SIGABRT}, {"ALRM", SIGALRM}, {"BUS", SIGBUS},       {"CHLD", SIGCHLD},
     {"CLD", SIGCHLD},  {"CONT", SIGCONT}, {"FPE", SIGFPE},       {"HUP", SIGHUP},
     {"ILL", SIGILL},   {"INT", SIGINT},   {"IO", SIGIO},         {"IOT", SIGABRT},
     {"KILL", SIGKILL}, {"PIPE", SIGPIPE}, {"POLL", SIGPOLL},     {"PROF", SIGPROF},
     {"PWR", SIGPWR},   {"QUIT", SIGQUIT}, {"SEGV", SIGSEGV},     {"STKFLT", SIGSTKFLT},
     {"STOP", SIGSTOP}, {"SYS", SIGSYS},   {"TERM", SIGTERM},     {"TRAP", SIGTRAP},
     {"TSTP", SIGTSTP}, {"TTIN", SIGTTIN}, {"TTOU", SIGTTOU},     {"URG", SIGURG},
     {"USR1", SIGUSR1}, {"USR2", SIGUSR2}, {"VTALRM", SIGVTALRM}, {"WINCH", SIGWINCH},
     {"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ}}};

}  // namespace

std::optional<int> parse_signal(std::string_view text) {
  if (const auto number = util::parse_int(text)) {
    const bool fits =
        *number >= std::numeric_limits<int>::min() && *number <= std::numeric_limits<int>::max();
    if (*number == 0 || !fits) return std::nullopt;
    return static_cast<int>(*number);
  }
  if (text.starts_with("SIG")) text.remove_prefix(3);
  for (const auto& [name, number] : kSignals) {
    if (name == text) return number;
  }
  return std::nullopt;
}

}  // namespace gitsync::config
