// SPDX-License-Identifier: Apache-2.0
#include "source/ssh_program.h"

#include <sys/un.h>

#include <utility>

#include "util/paths.h"

namespace gitsync::source {
namespace {

using util::Result;

// ssh listens at the path and some more letters first, and renames that when it is ready.
constexpr std::size_t kSocketSuffix = 17;

std::unexpected<util::Error> not_understood(std::string why) {
  return util::fail(util::ErrorKind::kInvalid, util::Cause::kNotUnderstood, std::move(why));
}

// Follows the shell's quoting, as far as it decides where a word and a command end.
class Quoting {
 public:
  // Whether the character stands for itself: it is quoted in some way.
  bool takes(char c) {
    if (std::exchange(escaped_, false)) return true;
    if (quote_ == '\'') {
      if (c == '\'') quote_ = 0;
      return c != '\'';
    }
    if (c == '\\') {
      escaped_ = true;
      return false;
    }
    if (c == '"' || (c == '\'' && quote_ == 0)) {
      quote_ = quote_ == 0 ? c : '\0';
      return false;
    }
    return quote_ != 0;
  }
  bool open() const { return quote_ != 0 || escaped_; }
  // Whether the last character was a quote or a backslash that only quotes.
  static bool is_mark(char c) { return c == '\\' || c == '"' || c == '\''; }

 private:
  char quote_ = 0;
  bool escaped_ = false;
};

// The first word, and whether more than one simple command follows: both as the shell sees them.
struct FirstWord {
  std::string text;
  std::size_t end = 0;  // where the command goes on after it
  bool simple = true;
};

FirstWord read_command(std::string_view command) {
  constexpr std::string_view kOperators = "|&;<>()#\n";
  FirstWord result;
  Quoting quoting;
  bool in_word = true;
  for (const char c : command) {
    const bool quoted = quoting.takes(c);
    const bool operates = !quoted && kOperators.find(c) != std::string_view::npos;
    if (operates) result.simple = false;
    if (operates || (!quoted && (c == ' ' || c == '\t'))) in_word = false;
    if (in_word) ++result.end;
    if (in_word && (quoted || !Quoting::is_mark(c))) result.text += c;
  }
  if (quoting.open()) result.simple = false;
  return result;
}

// git runs `/bin/sh -c '<value> "$@"' <value> <arguments>`. `exec`, which changes nothing for a
// simple command, lets ssh be our child itself, so that it ends with us even if we are killed.
std::vector<std::string> shell(const std::string& command, std::vector<std::string> arguments) {
  std::vector<std::string> argv{"/bin/sh", "-c", "exec " + command + " \"$@\"", command};
  argv.insert(argv.end(), std::make_move_iterator(arguments.begin()),
              std::make_move_iterator(arguments.end()));
  return argv;
}

void add_destination(std::vector<std::string>& arguments, const git::SshAddress& address) {
  if (!address.port.empty()) arguments.insert(arguments.end(), {"-p", address.port});
  arguments.push_back(address.host);
}

// Of two settings ssh takes the first, and people have ControlPersist in their command, with which
// the master would leave us and live on.
std::string not_persistent(std::string command) {
  return command.insert(read_command(command).end, " -o ControlPersist=no");
}

// ssh_config(5), "TOKENS": ControlPath takes percent tokens.
std::string without_tokens(std::string_view path) {
  std::string result;
  for (const char c : path) result.append(c == '%' ? 2 : 1, c);
  return result;
}

}  // namespace

Result<void> check_ssh_command(std::string_view command) {
  const auto first = read_command(command);
  if (util::base_name(first.text) != "ssh") {
    return not_understood("GIT_SSH_COMMAND does not run ssh");
  }
  if (first.simple) return {};
  return not_understood("GIT_SSH_COMMAND is more than one command");
}

std::vector<std::string> single_ssh(const SshProgram& program, const git::SshAddress& address) {
  std::vector<std::string> arguments{"-o", "SendEnv=GIT_PROTOCOL"};
  add_destination(arguments, address);
  arguments.push_back(git::upload_pack_command(address));
  return shell(program.command, std::move(arguments));
}

std::vector<std::string> master_ssh(const SshProgram& program, const git::SshAddress& address,
                                    const std::string& socket) {
  std::vector<std::string> arguments{"-M", "-N",
                                     "-S", without_tokens(socket),
                                     "-o", "SendEnv=GIT_PROTOCOL",
                                     "-o", "ServerAliveInterval=15"};
  add_destination(arguments, address);
  return shell(not_persistent(program.command), std::move(arguments));
}

bool can_be_control_path(const std::string& path) {
  return path.size() + kSocketSuffix < sizeof(sockaddr_un::sun_path) &&
         path.find("${") == std::string::npos;
}

}  // namespace gitsync::source
