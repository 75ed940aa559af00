// SPDX-License-Identifier: Apache-2.0
// Runs a function in a child process, for what would end or change the test's own: signals, exit
// statuses, resource limits, another uid.

#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>

namespace gitsync::test {

// What ends in a moment may take many on a busy machine. Shorter than a test may take.
inline constexpr std::chrono::seconds kPatience{60};

// A forked child that runs `body` and ends with its value as exit status; its stderr is captured.
// To be used while the test has one thread. Killed, if need be, and reaped when destroyed.
class Child {
 public:
  explicit Child(const std::function<int()>& body);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;
  // Waits for the end. Returns what a shell shows in $?: the exit status, or 128 + the signal;
  // -1 if it does not end within kPatience.
  int wait();
  // What it wrote to stderr; to be called after wait().
  std::string standard_error() const;

 private:
  pid_t pid_ = -1;
  int status_ = -1;
  int output_ = -1;  // a file in memory
};

// Waits until `condition` holds, kPatience at most; returns whether it does.
bool eventually(const std::function<bool()>& condition);

// A line's value in /proc/<pid>/status, such as "SigBlk"; empty if there is none.
std::string process_status(pid_t pid, const std::string& key);
// Ends when the kernel reports the process asleep in a wait, not running: R, S, D, Z, T, ...
char process_state(pid_t pid);

}  // namespace gitsync::test
