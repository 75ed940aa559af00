// SPDX-License-Identifier: Apache-2.0
#include "support/child.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace gitsync::test {

Child::Child(const std::function<int()>& body) : output_(::memfd_create("stderr", MFD_CLOEXEC)) {
  if (output_ < 0) std::abort();
  std::fflush(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) std::abort();
  if (pid_ > 0) return;
  ::dup2(output_, STDERR_FILENO);
  const int status = body();
  std::fflush(stderr);
  ::_exit(status);
}

Child::~Child() {
  if (status_ < 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(output_);
}

void Child::signal(int number) const { ::kill(pid_, number); }

int Child::wait() {
  int status = 0;
  if (status_ < 0 && eventually([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; })) {
    status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
  return status_;
}

std::string Child::standard_error() const {
  std::string text;
  char buffer[4096];
  while (true) {
    const auto n = ::pread(output_, buffer, sizeof buffer, static_cast<off_t>(text.size()));
    if (n <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(n));
  }
}

bool eventually(const std::function<bool()>& condition) {
  const auto limit = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= limit) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

std::string process_status(pid_t pid, const std::string& key) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(key + ":")) continue;
    const auto value = line.find_first_not_of(" \t", key.size() + 1);
    return value == std::string::npos ? "" : line.substr(value);
  }
  return "";
}

char process_state(pid_t pid) {
  const auto state = process_status(pid, "State");
  return state.empty() ? '\0' : state.front();
}

}  // namespace gitsync::test
