// SPDX-License-Identifier: Apache-2.0
#include "support/ssh_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/child.h"
#include "util/files.h"
#include "util/process.h"
#include "util/text.h"

namespace gitsync::test {
namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "ssh server: %s\n", what);
  std::abort();
}

std::string user_name() {
  const passwd* entry = ::getpwuid(::geteuid());  // NOLINT(concurrency-mt-unsafe): one thread
  return entry != nullptr ? entry->pw_name : "root";
}

bool accepts(int port) {
  const util::Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

void append(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::app) << text;
}

std::string public_half(const std::string& key) {
  return std::string(util::trim(util::read_file(key + ".pub").value()));
}

}  // namespace

SshServer::SshServer(const std::string& folder, const std::vector<std::string>& settings)
    : folder_(folder) {
  require(util::make_directories(folder_ + "/bin").has_value(), "cannot make its folder");
  if (::geteuid() == 0) ::mkdir("/run/sshd", 0755);
  make_key(folder_ + "/host");
  make_key(key());
  authorize(key());
  trust_port(port());
  write_config(settings);
  const auto log = util::shell_quote(folder_ + "/starts");
  require(util::write_file(folder_ + "/bin/ssh",
                           "#!/bin/sh\necho \"$*\" >>" + log + "\nexec /usr/bin/ssh \"$@\"\n", 0755)
              .has_value(),
          "cannot write its ssh");
  start();
}

void SshServer::write_config(const std::vector<std::string>& settings) const {
  const std::string config = util::join(settings, "\n") + "\nListenAddress 127.0.0.1\nPort " +
                             std::to_string(port()) + "\nPidFile none\nHostKey " + folder_ +
                             "/host\nAuthorizedKeysFile " + folder_ +
                             "/authorized_keys\nStrictModes no\nUsePAM no\n"
                             "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
                             "PermitRootLogin prohibit-password\nMaxStartups 100\n";
  require(util::write_file(folder_ + "/sshd_config", config).has_value(),
          "cannot write its config");
}

void SshServer::start() {
  auto child = util::Child::start(
      {.argv = {"/usr/sbin/sshd", "-D", "-f", folder_ + "/sshd_config", "-E", folder_ + "/log"},
       .environment = util::Environment::from(environ),
       .input = util::Stdio::kNull,
       .output = util::Stdio::kNull,
       .error = util::Stdio::kNull});
  require(child.has_value(), "cannot be started: is openssh-server installed?");
  child_.push_back(std::move(*child));
  require(eventually([&] { return accepts(port()); }), "does not listen");
}

void SshServer::stop() {
  end_connections();
  child_.clear();
}

void SshServer::end_connections() const {
  for (const auto& server : child_) {
    for (const pid_t connection : children_of(server.pid())) {
      for (const pid_t worker : children_of(connection)) ::kill(worker, SIGKILL);
      ::kill(connection, SIGKILL);
    }
    eventually([&] { return children_of(server.pid()).empty(); });
  }
}

std::string SshServer::url(const std::string& path, int port) const {
  return "ssh://" + user_name() + "@127.0.0.1:" + std::to_string(port) + path;
}

std::string SshServer::command(const std::string& key, const std::string& known_hosts) const {
  return util::shell_quote(folder_ + "/bin/ssh") + " -F /dev/null -o IdentitiesOnly=yes -i " +
         util::shell_quote(key) + " -o StrictHostKeyChecking=yes -o " +
         util::shell_quote("UserKnownHostsFile=" + known_hosts);
}

std::vector<std::string> SshServer::starts() const {
  const auto log = util::read_file(folder_ + "/starts").value_or("");
  if (log.empty()) return {};
  return util::split(util::trim(log), '\n');
}

void SshServer::authorize(const std::string& key, const std::string& options) const {
  append(folder_ + "/authorized_keys",
         options + (options.empty() ? "" : " ") + public_half(key) + "\n");
}

void SshServer::authorize_nobody() const {
  require(util::write_file(folder_ + "/authorized_keys", "").has_value(), "cannot write");
}

void SshServer::make_key(const std::string& path) const {
  ::unlink(path.c_str());
  ::unlink((path + ".pub").c_str());
  util::SystemProcessRunner runner;
  const auto made = runner.run(
      {.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path}},
      util::Environment::from(environ), util::Limit{}.within(kPatience));
  require(made && made->ok(), "ssh-keygen failed");
}

void SshServer::trust_port(int port) const {
  const auto words = util::split(public_half(folder_ + "/host"), ' ');
  append(known_hosts(),
         "[127.0.0.1]:" + std::to_string(port) + " " + words.at(0) + " " + words.at(1) + "\n");
}

std::vector<pid_t> children_of(pid_t process) {
  std::vector<pid_t> children;
  std::error_code error;
  const std::string tasks = "/proc/" + std::to_string(process) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks, error)) {
    std::ifstream list(task.path() / "children");
    for (pid_t child = 0; list >> child;) {
      if (process_state(child) != 'Z') children.push_back(child);
    }
  }
  return children;
}

}  // namespace gitsync::test
