// SPDX-License-Identifier: Apache-2.0
// Real git over http on the loopback address: nginx, fcgiwrap and `git http-backend`.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "support/authority.h"
#include "support/child.h"
#include "support/loopback.h"
#include "support/temp_dir.h"

namespace gitsync::test {

enum class Tls { kNo, kYes };

struct GitHttpServerOptions {
  std::string root;  // of the repositories
  Tls tls = Tls::kYes;
  std::string directives = {};  // nginx's, for all of the server: "keepalive_requests 1;"
  // Of the location that git answers: "auth_basic x; auth_basic_user_file /path;".
  std::string git_directives = {};
  std::string git_protocol = "$http_git_protocol";  // that git is told; "": none
};

// To be made while the test has one thread. nginx and fcgiwrap end with it.
class GitHttpServer {
 public:
  explicit GitHttpServer(GitHttpServerOptions options);
  GitHttpServer(const GitHttpServer&) = delete;
  GitHttpServer& operator=(const GitHttpServer&) = delete;
  ~GitHttpServer();

  // False: nginx or fcgiwrap is missing here.
  static bool is_available();

  // "https://127.0.0.1:PORT" and `path`.
  std::string url(const std::string& path = "") const;
  const std::string& ca_file() const { return ca_file_; }
  // A file for auth_basic_user_file that holds this pair only.
  void set_password(const std::string& path, const std::string& user,
                    const std::string& password) const;

  // One line a request, written at its end: "STATUS METHOD URI user=USER sent=BYTES got=BYTES
  // connection=N request=N".
  std::vector<std::string> requests() const;
  // Waits until the server has closed a connection that the other side still holds.
  bool wait_until_it_drops_a_connection() const;
  // The server goes away, and its connections with it; then it comes back.
  void stop();
  // The same once requests() has `count` lines: nginx writes them after its answers, and one that
  // it has not written when it ends is lost.
  void stop_after(std::size_t count);
  void start();
  // From the next start on; as in the options.
  void set_git_protocol(std::string value);

 private:
  std::string config() const;
  std::string location() const;

  GitHttpServerOptions options_;
  const TempDir dir_;
  const std::string ca_file_ = dir_ / "ca.pem";
  const ReservedPort port_;
  std::unique_ptr<Child> fcgiwrap_;
  std::unique_ptr<Child> nginx_;
};

}  // namespace gitsync::test
