// SPDX-License-Identifier: Apache-2.0
// A real registry (Debian's docker-registry) on the loopback address, open, with passwords, or with
// tokens of token_server.py.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "support/child.h"
#include "support/loopback.h"
#include "support/temp_dir.h"

namespace gitsync::test {

// To be made while the test has one thread. What was started ends with it.
class Registry {
 public:
  enum class Login { kNone, kBasic, kToken };
  static constexpr const char* kUser = "reader";
  static constexpr const char* kPassword = "s3cret word";
  static constexpr const char* kIdentityToken = "re+fresh/token=";

  explicit Registry(Login login);
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;
  ~Registry();

  // False: docker-registry is not installed.
  static bool is_available();

  // "127.0.0.1:PORT".
  std::string host() const { return "127.0.0.1:" + std::to_string(port_.number()); }
  // What the token server was asked: "GET reader repository:org/dags:pull".
  std::vector<std::string> token_requests() const;

 private:
  std::string config() const;
  void start_token_server();

  const Login login_;
  const TempDir dir_;
  const ReservedPort port_;
  std::string realm_;
  std::unique_ptr<Child> token_server_;
  std::unique_ptr<Child> registry_;
};

}  // namespace gitsync::test
