// SPDX-License-Identifier: Apache-2.0
#include "support/registry.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "util/fd.h"
#include "util/files.h"

namespace gitsync::test {
namespace {

constexpr const char* kProgram = "/usr/bin/docker-registry";
constexpr const char* kTokenServer = GITSYNC_SOURCE_DIR "/tests/support/token_server.py";
// bcrypt of Registry::kPassword.
constexpr const char* kHash = "$2b$04$XiR2wU2czqtE2qp3usAQE.GRy/QADeC2elnhSBmO/VOPwjb25Cq6y";

std::unique_ptr<Child> run(std::vector<std::string> words, const std::string& log) {
  return std::make_unique<Child>([words = std::move(words), log]() mutable {
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::execvp(argv.front(), argv.data());
    return 127;
  });
}

bool listens(int port) {
  const util::Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

void write(const std::string& path, const std::string& content) {
  if (!util::write_file(path, content)) std::abort();
}

}  // namespace

bool Registry::is_available() { return ::access(kProgram, X_OK) == 0; }

Registry::Registry(Login login) : login_(login) {
  if (login == Login::kToken) start_token_server();
  write(dir_ / "htpasswd", std::string(kUser) + ":" + kHash + "\n");
  write(dir_ / "config.yml", config());
  registry_ = run({kProgram, "serve", dir_ / "config.yml"}, dir_ / "registry.log");
  EXPECT_TRUE(eventually([&] { return listens(port_.number()); }))
      << util::read_file(dir_ / "registry.log").value_or("");
}

Registry::~Registry() = default;

void Registry::start_token_server() {
  token_server_ =
      run({"python3", kTokenServer, dir_.path(), "registry.test", kUser, kPassword, kIdentityToken},
          dir_ / "token.log");
  std::string port;
  const auto is_there = [&] {
    port = util::read_file(dir_ / "port").value_or("");
    return !port.empty();
  };
  // It makes a key first.
  EXPECT_TRUE(eventually(is_there)) << util::read_file(dir_ / "token.log").value_or("");
  if (!port.empty()) port.pop_back();
  realm_ = "http://127.0.0.1:" + port + "/token";
}

std::vector<std::string> Registry::token_requests() const {
  std::vector<std::string> lines;
  std::ifstream file(dir_ / "requests");
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::string Registry::config() const {
  std::string text =
      "version: 0.1\nlog: {level: warn}\n"
      "storage: {filesystem: {rootdirectory: " +
      (dir_ / "data") +
      "}}\n"
      "http: {addr: \"" +
      host() + "\"}\n";
  if (login_ == Login::kBasic) {
    text += "auth: {htpasswd: {realm: test, path: " + (dir_ / "htpasswd") + "}}\n";
  } else if (login_ == Login::kToken) {
    text += "auth: {token: {realm: \"" + realm_ +
            "\", service: registry.test, issuer: test, rootcertbundle: " + (dir_ / "cert.pem") +
            "}}\n";
  }
  return text;
}

}  // namespace gitsync::test
