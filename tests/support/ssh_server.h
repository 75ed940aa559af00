// SPDX-License-Identifier: Apache-2.0
// A real OpenSSH server on the loopback address, run by this user, with keys and a known_hosts file
// of its own, and an ssh command that fits it.

#pragma once

#include <string>
#include <vector>

#include "support/loopback.h"
#include "util/child.h"
#include "util/environment.h"

namespace gitsync::test {

// Runs until destroyed. Its files are in a folder that is made. Ends the test program if it cannot
// be started.
class SshServer {
 public:
  // `settings`: more lines for sshd_config(5), before ours. A server as people install it takes no
  // variables; "AcceptEnv GIT_PROTOCOL" is what lets git speak version 2.
  explicit SshServer(const std::string& folder, const std::vector<std::string>& settings = {});

  // What it runs on.
  const std::string& folder() const { return folder_; }
  int port() const { return port_.number(); }
  std::string key() const { return folder_ + "/key"; }
  std::string known_hosts() const { return folder_ + "/known_hosts"; }
  // ssh://user@127.0.0.1:port/path, of the server or of something before it.
  std::string url(const std::string& path) const { return url(path, port()); }
  std::string url(const std::string& path, int port) const;

  // For GIT_SSH_COMMAND: a program named ssh that logs each start, with key and known_hosts.
  std::string command() const { return command(key(), known_hosts()); }
  std::string command(const std::string& key, const std::string& known_hosts) const;
  // How often that was started, and with what, a line each.
  std::vector<std::string> starts() const;

  // Lets the key pair log in, with options of authorized_keys(5) such as command="...".
  void authorize(const std::string& key, const std::string& options = "") const;
  void authorize_nobody() const;
  // A new key pair, which may not log in yet, in place of what is there.
  void make_key(const std::string& path) const;
  // Trusts the host key under another port as well.
  void trust_port(int port) const;

  // Ends the server and all connections, as a crash does, and starts it again.
  void stop();
  void start();
  // Ends the connections only.
  void end_connections() const;

 private:
  void write_config(const std::vector<std::string>& settings) const;

  std::string folder_;
  ReservedPort port_;
  std::vector<util::Child> child_;  // none or one
};

// The processes that a process has started and that run; zombies do not count.
std::vector<pid_t> children_of(pid_t process);

}  // namespace gitsync::test
