// SPDX-License-Identifier: Apache-2.0
#include "cli/ssh_command.h"

#include "util/text.h"

namespace gitsync::cli {
namespace {

// ssh_config(5): percent tokens are expanded in the paths of both settings.
std::string without_tokens(std::string_view path) {
  std::string result;
  for (const char c : path) {
    if (c == '%') result += '%';
    result += c;
  }
  return result;
}

// ssh_config(5): "Arguments may optionally be enclosed in double quotes" to hold spaces.
std::string ssh_argument(std::string_view path) {
  std::string plain = without_tokens(path);
  if (plain.find_first_of(" \t\"'\\#") == std::string::npos) return plain;
  std::string quoted = "\"";
  for (const char c : plain) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

// ssh drops a key whose path it cannot find before percent tokens are expanded; only as a setting
// is the path of -i not looked at too early.
std::string key_argument(const std::string& path) {
  if (path.find('%') == std::string::npos) return " -i " + util::shell_quote(path);
  return " -o " + util::shell_quote("IdentityFile=" + ssh_argument(path));
}

}  // namespace

std::string ssh_command(const SshOptions& options) {
  std::string command = options.inherited.empty() ? "ssh" : options.inherited;
  if (options.verbosity >= 9) {
    command += " -vvv";
  } else if (options.verbosity >= 7) {
    command += " -vv";
  } else if (options.verbosity >= 5) {
    command += " -v";
  }
  for (const auto& key : options.key_files) command += key_argument(key);
  if (!options.known_hosts) return command + " -o StrictHostKeyChecking=no";
  return command + " -o StrictHostKeyChecking=yes -o " +
         util::shell_quote("UserKnownHostsFile=" + ssh_argument(options.known_hosts_file));
}

}  // namespace gitsync::cli
