// SPDX-License-Identifier: Apache-2.0
// A folder of snapshots, its server, and a real client (libcurl's) of it.

#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "http/snapshot_server.h"
#include "net/session.h"
#include "support/authority.h"
#include "support/captured_log.h"
#include "support/temp_dir.h"
#include "unit/http/client.h"
#include "util/event.h"
#include "util/files.h"

namespace gitsync::http {

// Waits for a condition, with a limit that a loaded machine keeps.
inline bool eventually(const std::function<bool()>& holds) {
  const auto deadline = util::SteadyClock::now() + std::chrono::seconds(30);
  while (!holds()) {
    if (util::SteadyClock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

inline std::size_t open_descriptors() {
  return util::list_directory("/proc/self/fd").value().size();
}

class SnapshotFixture : public testing::Test {
 protected:
  struct Answer {
    int status = 0;
    net::ResponseHead head;
    std::string body;
    std::string operator[](std::string_view name) const { return std::string(head.header(name)); }
  };
  using Headers = std::vector<net::Header>;

  SnapshotFixture() { util::make_directories(folder_).value(); }

  void start(SnapshotServerOptions options = {}) {
    options.bind = "127.0.0.1:0";
    options.folder = folder_;
    options.failed = [](const util::Error& error) { ADD_FAILURE() << error.message; };
    auto server = SnapshotServer::start(std::move(options), log_.logger());
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }
  // The options of a server with a certificate.
  SnapshotServerOptions with_tls() {
    renew_certificate(authority_);
    return {.tls_certificate = certificate_, .tls_key = key_};
  }
  void renew_certificate(const test::Authority& authority) {
    const auto certified = authority.certify_server();
    put(certificate_, certified.certificate);
    put(key_, certified.key);
    util::write_file(ca_, authority.certificate()).value();
    is_tls_ = true;
  }
  static void put(const std::string& path, std::string_view content) {
    util::write_file_atomic(path, ".tmp-", content, 0644).value();
  }
  void publish(const std::string& name, std::string_view content) {
    put(folder_ + "/" + name, content);
  }
  std::uint16_t port() const { return server_->port(); }

  net::Session session() const {
    return net::Session(
        {.curl_trust = {.ca_file = ca_, .ca_directory = ""}, .patience = std::chrono::seconds(60)});
  }
  Answer ask(net::Session& session, const std::string& path, Headers headers = {},
             const std::string& method = "GET") const {
    const net::Request request{.method = method,
                               .url = std::string(is_tls_ ? "https" : "http") +
                                      "://127.0.0.1:" + std::to_string(server_->port()) + path,
                               .headers = std::move(headers),
                               .body_limit = std::size_t{1} << 30};
    Answer answer;
    const auto head =
        session.send(request, net::collect(request, answer.body),
                     {.deadline = util::SteadyClock::now() + std::chrono::seconds(60)});
    EXPECT_TRUE(head) << head.error().message;
    if (head) answer.head = *head;
    answer.status = answer.head.status;
    return answer;
  }
  Answer ask(const std::string& path, Headers headers = {},
             const std::string& method = "GET") const {
    auto once = session();
    return ask(once, path, std::move(headers), method);
  }

  const test::TempDir dir_;
  const std::string folder_ = dir_ / "snapshots";
  const std::string certificate_ = dir_ / "tls.crt";
  const std::string key_ = dir_ / "tls.key";
  const std::string ca_ = dir_ / "ca.pem";
  test::Authority authority_;
  test::CapturedLog log_;
  bool is_tls_ = false;
  std::unique_ptr<SnapshotServer> server_;
};

}  // namespace gitsync::http
