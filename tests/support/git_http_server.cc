// SPDX-License-Identifier: Apache-2.0
#include "support/git_http_server.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "util/files.h"
#include "util/text.h"

namespace gitsync::test {
namespace {

constexpr const char* kNginx = "/usr/sbin/nginx";
constexpr const char* kFcgiwrap = "/usr/sbin/fcgiwrap";
constexpr const char* kBackend = "/usr/lib/git-core/git-http-backend";

void write(const std::string& path, const std::string& content) {
  if (!util::write_file(path, content)) std::abort();
}

std::unique_ptr<Child> run(std::vector<std::string> words) {
  return std::make_unique<Child>([words = std::move(words)]() mutable {
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::setpgid(0, 0);  // fcgiwrap has children, which do not end with it
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::execv(argv.front(), argv.data());
    return 127;
  });
}

void end(std::unique_ptr<Child>& child) {
  if (!child) return;
  ::kill(-child->pid(), SIGTERM);
  child->wait();
  child.reset();
}

std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::string hex(int number) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04X", number);
  return text.data();
}

// It is there before anybody listens. /proc/net/unix has __SO_ACCEPTCON in its flags.
bool is_listened_on(const std::string& socket) {
  constexpr auto kListens = " 00010000 ";
  for (const auto& line : lines_of("/proc/net/unix")) {
    if (line.ends_with(" " + socket) && line.contains(kListens)) return true;
  }
  return false;
}

// proc(5), /proc/net/tcp: addresses are in the second and third column, the state in the fourth.
bool has_connection(int to_port, const std::string& state) {
  for (const auto& line : lines_of("/proc/net/tcp")) {
    std::vector<std::string> columns;
    for (auto& word : util::split(line, ' ')) {
      if (!word.empty()) columns.push_back(std::move(word));
    }
    if (columns.size() > 3 && columns[2].ends_with(":" + hex(to_port)) && columns[3] == state) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool GitHttpServer::is_available() {
  return ::access(kNginx, X_OK) == 0 && ::access(kFcgiwrap, X_OK) == 0 &&
         ::access(kBackend, X_OK) == 0;
}

GitHttpServer::GitHttpServer(GitHttpServerOptions options) : options_(std::move(options)) {
  const Authority authority;
  const auto certified = authority.certify_server();
  write(ca_file_, authority.certificate());
  write(dir_ / "server.pem", certified.certificate);
  write(dir_ / "server.key", certified.key);
  ::mkdir((dir_ / "tmp").c_str(), 0700);
  write(dir_ / "nginx.conf", config());
  const auto socket = dir_ / "fcgi";
  fcgiwrap_ = run({kFcgiwrap, "-s", "unix:" + socket});
  EXPECT_TRUE(eventually([&] { return is_listened_on(socket); }));
  start();
}

GitHttpServer::~GitHttpServer() {
  stop();
  end(fcgiwrap_);
}

void GitHttpServer::set_git_protocol(std::string value) {
  options_.git_protocol = std::move(value);
  write(dir_ / "nginx.conf", config());
}

void GitHttpServer::stop() { end(nginx_); }

void GitHttpServer::stop_after(std::size_t count) {
  EXPECT_TRUE(eventually([&] { return requests().size() >= count; }));
  stop();
}

void GitHttpServer::start() {
  nginx_ = run({kNginx, "-p", dir_.path(), "-e", dir_ / "error.log", "-c", dir_ / "nginx.conf"});
  constexpr auto kListens = "0A";
  EXPECT_TRUE(eventually([&] {
    for (const auto& line : lines_of("/proc/net/tcp")) {
      if (line.contains(":" + hex(port_.number()) + " 00000000:0000 " + kListens)) return true;
    }
    return false;
  }));
}

std::string GitHttpServer::url(const std::string& path) const {
  const char* scheme = options_.tls == Tls::kYes ? "https" : "http";
  return std::string(scheme) + "://127.0.0.1:" + std::to_string(port_.number()) + path;
}

void GitHttpServer::set_password(const std::string& path, const std::string& user,
                                 const std::string& password) const {
  write(path + ".new", user + ":{PLAIN}" + password + "\n");
  ::rename((path + ".new").c_str(), path.c_str());
}

std::vector<std::string> GitHttpServer::requests() const { return lines_of(dir_ / "access.log"); }

bool GitHttpServer::wait_until_it_drops_a_connection() const {
  constexpr auto kClosedByTheOther = "08";
  return eventually([&] { return has_connection(port_.number(), kClosedByTheOther); });
}

std::string GitHttpServer::location() const {
  std::string text = options_.git_directives;
  const std::vector<std::pair<std::string, std::string>> parameters{
      {"SCRIPT_FILENAME", kBackend},
      {"PATH_INFO", "$uri"},
      {"QUERY_STRING", "$query_string"},
      {"REQUEST_METHOD", "$request_method"},
      {"CONTENT_TYPE", "$content_type"},
      {"CONTENT_LENGTH", "$content_length"},
      {"HTTP_CONTENT_ENCODING", "$http_content_encoding"},
      {"GIT_PROTOCOL", "\"" + options_.git_protocol + "\""},
      {"GIT_PROJECT_ROOT", options_.root},
      {"GIT_HTTP_EXPORT_ALL", "1"},
      {"GIT_CONFIG_COUNT", "1"},
      {"GIT_CONFIG_KEY_0", "safe.directory"},
      {"GIT_CONFIG_VALUE_0", "*"},
      {"REMOTE_USER", "$remote_user"},
  };
  for (const auto& [name, value] : parameters) {
    text += "fastcgi_param " + name + " " + value + ";\n";
  }
  return text + "fastcgi_pass unix:" + (dir_ / "fcgi") + "; fastcgi_buffering off;\n";
}

std::string GitHttpServer::config() const {
  std::string text = "daemon off; master_process off; pid " + (dir_ / "pid") + ";\n";
  text += "events { worker_connections 64; }\nhttp {\n";
  text +=
      "log_format test '$status $request_method $request_uri user=$remote_user "
      "sent=$bytes_sent got=$request_length connection=$connection "
      "request=$connection_requests';\n";
  text += "access_log " + (dir_ / "access.log") + " test;\n";
  for (const auto* module : {"client_body", "fastcgi", "proxy", "scgi", "uwsgi"}) {
    text += std::string(module) + "_temp_path " + (dir_ / "tmp/") + module + ";\n";
  }
  text += "server {\nlisten 127.0.0.1:" + std::to_string(port_.number());
  if (options_.tls == Tls::kYes) {
    text += " ssl;\nssl_certificate " + (dir_ / "server.pem") + ";\nssl_certificate_key " +
            (dir_ / "server.key");
  }
  text += ";\n" + options_.directives + "\nlocation / {\n" + location() + "}\n}\n}\n";
  return text;
}

}  // namespace gitsync::test
