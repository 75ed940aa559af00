// SPDX-License-Identifier: Apache-2.0
#include "hook/exec_blame.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "util/fd.h"
#include "util/files.h"
#include "util/spawn.h"

namespace gitsync::hook {
namespace {

using util::Cause;

// The file that is executed; empty if there is none.
std::string file_of(const std::string& command, const std::string& directory) {
  if (command.find('/') == std::string::npos) return util::find_program(command).value_or("");
  const std::string file = command.starts_with('/') ? command : directory + "/" + command;
  return util::exists(file) ? file : "";
}

// As much as the kernel reads of it: execve(2).
std::string first_line(const std::string& file) {
  std::array<char, 256> buffer{};
  const util::Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd) return "";
  const auto got = ::read(fd.get(), buffer.data(), buffer.size());
  const std::string_view text(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  return std::string(text.substr(0, text.find('\n')));
}

bool has_carriage_return(const std::string& file) {
  const auto line = first_line(file);
  return line.starts_with("#!") && line.ends_with('\r');
}

bool has_arguments(const std::string& command, const std::string& directory) {
  const auto blank = command.find_first_of(" \t");
  if (blank == std::string::npos || blank == 0) return false;
  return !file_of(command.substr(0, blank), directory).empty();
}

}  // namespace

util::Cause why_not_started(const std::string& command, const std::string& directory,
                            const util::Error& error) {
  const bool not_found = error.kind == util::ErrorKind::kNotFound || error.sys_errno == ENOENT ||
                         error.sys_errno == ENOTDIR;
  if (!not_found && error.sys_errno != EACCES && error.sys_errno != ENOEXEC) return Cause::kUnknown;
  // The checkout may have been replaced meanwhile, which is not the command's fault.
  if (!util::is_directory(directory)) return Cause::kUnknown;
  if (error.sys_errno == EACCES) return Cause::kHookNotExecutable;
  if (error.sys_errno == ENOEXEC) return Cause::kHookFormat;
  const auto file = file_of(command, directory);
  if (!file.empty()) {
    return has_carriage_return(file) ? Cause::kHookCarriageReturn : Cause::kHookInterpreter;
  }
  return has_arguments(command, directory) ? Cause::kHookArguments : Cause::kHookMissing;
}

util::Cause why_ended(const std::string& command, const std::string& directory, int exit_status) {
  constexpr int kNotFound = 127;
  const auto file = exit_status == kNotFound ? file_of(command, directory) : "";
  return !file.empty() && has_carriage_return(file) ? Cause::kHookCarriageReturn : Cause::kUnknown;
}

}  // namespace gitsync::hook
