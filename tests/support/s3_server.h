// SPDX-License-Identifier: Apache-2.0
// A real S3 server on the loopback address: SeaweedFS or versitygw (tools/s3-servers.sh).

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "support/child.h"
#include "support/loopback.h"
#include "support/temp_dir.h"
#include "util/environment.h"

namespace gitsync::test {

// To be made while the test has one thread. The server ends with it.
class S3Server {
 public:
  enum class Kind { kSeaweed, kVersity };
  static constexpr auto kAccessKey = "AKIDOFTHETESTS";
  static constexpr auto kSecretKey = "secret/of+the=tests";

  explicit S3Server(Kind kind);
  S3Server(const S3Server&) = delete;
  S3Server& operator=(const S3Server&) = delete;
  ~S3Server();

  // Why there is none here; empty: there is.
  static std::string why_missing(Kind kind);

  int port() const { return port_.number(); }
  std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port()); }
  // AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and nothing else.
  util::Environment environment() const;
  // Waits until the server does it, and takes objects for it.
  void create_bucket(const std::string& name) const;

 private:
  std::vector<std::string> command();

  const Kind kind_;
  const TempDir dir_;
  const ReservedPort port_;
  std::vector<ReservedPort> more_ports_;
  std::unique_ptr<Child> child_;
};

}  // namespace gitsync::test
