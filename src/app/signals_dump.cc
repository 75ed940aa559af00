// SPDX-License-Identifier: Apache-2.0
#include "app/signals_dump.h"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>

#include "app/signals.h"
#include "util/files.h"
#include "util/paths.h"
#include "util/text.h"

namespace gitsync::app {
namespace {

std::string first_line(const std::string& file) {
  const auto content = util::read_file(file).value_or("");
  return content.substr(0, content.find('\n'));
}

// The state's letter and word in /proc/<pid>/task/<tid>/status: "S (sleeping)".
std::string thread_state(const std::string& status_file) {
  for (const auto& line : util::split(util::read_file(status_file).value_or(""), '\n')) {
    if (line.starts_with("State:")) return std::string(util::trim(line.substr(6)));
  }
  return "?";
}

}  // namespace

std::string describe_threads() {
  const std::string tasks = "/proc/self/task";
  std::string text;
  for (const auto& thread : util::list_directory(tasks).value_or(std::vector<std::string>{})) {
    const std::string task = util::absolute_path(tasks, thread);
    text.append("thread ").append(thread).append(" ").append(first_line(task + "/comm"));
    text.append(": ").append(thread_state(task + "/status")).append(" ");
    text.append(first_line(task + "/wchan")).append("\n");
  }
  return text;
}

void write_dump(int signal) {
  std::string text = signal_name(signal) + ": git-sync process " + std::to_string(::getpid()) +
                     " was told to dump and exit\n" + describe_threads();
  text.resize(std::min(text.size(), std::size_t{PIPE_BUF}));
  // A reader that is stuck must not keep us from ending: a ready pipe takes PIPE_BUF bytes at once.
  pollfd ready{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
  if (::poll(&ready, 1, 100) == 1) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
  }
}

}  // namespace gitsync::app
