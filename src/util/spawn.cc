// SPDX-License-Identifier: Apache-2.0
#include "util/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "util/close_descriptors.h"
#include "util/fd.h"
#include "util/text.h"

namespace gitsync::util {
namespace {

// What the child uses, made ready before fork(2): after it memory must not be allocated.
struct Plan {
  std::string program;
  std::vector<std::string> argv;
  std::vector<std::string> entries;
  std::vector<char*> argv_pointers;
  std::vector<char*> entry_pointers;
};

// How far the child got; sent to the parent with errno if it got no further.
enum class Step : int { kDirectory, kProgram };
struct Failure {
  Step step = Step::kProgram;
  int code = 0;
};

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (auto& s : strings) result.push_back(s.data());
  result.push_back(nullptr);
  return result;
}

[[noreturn]] void give_up(int report, Step step) {
  const Failure failure{step, errno};
  [[maybe_unused]] const auto written = ::write(report, &failure, sizeof failure);
  ::_exit(127);
}

void reset_signals() {
  struct sigaction by_default = {};
  by_default.sa_handler = SIG_DFL;
  for (int signal = 1; signal <= SIGRTMAX; ++signal) ::sigaction(signal, &by_default, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

// Moves the pipe that reports a failure out of the way, and closes all else above standard error.
int keep_only(int report) {
  constexpr int kKept = STDERR_FILENO + 1;
  if (report != kKept) ::dup3(report, kKept, O_CLOEXEC);
  close_descriptors_from(kKept + 1);
  return kKept;
}

// Only calls of signal-safety(7), and system calls that glibc adds nothing to.
[[noreturn]] void run_child(const Plan& plan, const SpawnOptions& options, pid_t parent,
                            int report) {
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);  // it died before the line above
  ::dup2(options.standard_input, STDIN_FILENO);
  ::dup2(options.standard_output, STDOUT_FILENO);
  ::dup2(options.standard_error, STDERR_FILENO);
  report = keep_only(report);
  if (!options.working_directory.empty() && ::chdir(options.working_directory.c_str()) != 0) {
    give_up(report, Step::kDirectory);
  }
  reset_signals();
  apply(options.limits);
  ::execve(plan.program.c_str(), plan.argv_pointers.data(), plan.entry_pointers.data());
  give_up(report, Step::kProgram);
}

bool is_executable(const std::string& path) {
  struct stat info = {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

Result<std::string> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody changes it
  bool seen = false;
  for (const auto& directory :
       split(path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin", ':')) {
    if (name.empty() || !directory.starts_with('/')) continue;
    std::string candidate = directory;
    candidate.append("/").append(name);
    if (is_executable(candidate)) return candidate;
    seen = seen || ::access(candidate.c_str(), F_OK) == 0;
  }
  if (seen) return fail(sys_error("start " + name, EACCES));
  return fail(ErrorKind::kNotFound, "start " + name + ": not found in PATH");
}

Result<pid_t> spawn(const SpawnOptions& options) {
  Plan plan;
  GS_TRY(plan.program, find_program(options.argv.at(0)));
  plan.argv = options.argv;
  plan.entries = options.environment.entries();
  plan.argv_pointers = pointers(plan.argv);
  plan.entry_pointers = pointers(plan.entries);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(sys_error("pipe"));
  const Fd reader(ends[0]);
  Fd writer(ends[1]);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return fail(sys_error("start " + options.argv[0]));
  if (child == 0) run_child(plan, options, parent, writer.get());
  writer.reset();
  // The pipe closes by itself when the program runs; else it carries the reason.
  Failure failure;
  ssize_t got = 0;
  while ((got = ::read(reader.get(), &failure, sizeof failure)) < 0 && errno == EINTR) {
  }
  if (got != static_cast<ssize_t>(sizeof failure)) return child;
  ::waitpid(child, nullptr, 0);
  std::string what = "start " + options.argv[0];
  if (failure.step == Step::kDirectory) what += " in " + options.working_directory;
  return fail(sys_error(what, failure.code));
}

}  // namespace gitsync::util
