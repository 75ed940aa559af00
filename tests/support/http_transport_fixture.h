// SPDX-License-Identifier: Apache-2.0
// What tests of the HTTP transport have in common: credentials that are read before each question,
// as a pass reads them, and a server that a test writes down as a function.

#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "auth/credentials.h"
#include "metrics/metrics.h"
#include "source/http_transport.h"
#include "support/captured_log.h"
#include "support/tcp_server.h"
#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::test {

inline util::Limit in_time() { return util::Limit{}.within(std::chrono::seconds(20)); }

// A response with this body.
inline std::string response(const std::string& status, const std::string& type,
                            const std::string& body, const std::string& headers = "") {
  return "HTTP/1.1 " + status + "\r\n" + (type.empty() ? "" : "Content-Type: " + type + "\r\n") +
         headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline std::string packet(const std::string& text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const std::size_t size = text.size() + 4;
  return std::string{kDigits[size >> 12U & 15U], kDigits[size >> 8U & 15U],
                     kDigits[size >> 4U & 15U], kDigits[size & 15U]} +
         text;
}

inline const std::string kTip(40, 'a');

inline std::string advertisement_v2() {
  return response("200 OK", "application/x-git-upload-pack-advertisement",
                  packet("# service=git-upload-pack\n") + "0000" + packet("version 2\n") +
                      packet("agent=git/2.39.5\n") + packet("ls-refs=unborn\n") +
                      packet("fetch=shallow\n") + packet("object-format=sha1\n") + "0000");
}
inline std::string refs_v2() {
  return response("200 OK", "application/x-git-upload-pack-result",
                  packet(kTip + " refs/heads/main\n") + "0000");
}
inline std::string answer_v2(const std::string& request) {
  return request.starts_with("GET ") ? advertisement_v2() : refs_v2();
}

// What a test says and a server's thread repeats.
class SharedText {
 public:
  SharedText& operator=(std::string text) {
    const std::lock_guard lock(mutex_);
    text_ = std::move(text);
    return *this;
  }
  std::string get() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

// Answers each request by a function of its text; "" closes the connection instead.
class AnsweringServer {
 public:
  using Answer = std::function<std::string(const std::string&)>;
  explicit AnsweringServer(Answer answer)
      : server_([answer = std::move(answer)](Peer& peer) {
          for (auto request = peer.read_request(); !request.empty();
               request = peer.read_request()) {
            const auto text = answer(request);
            if (text.empty() || !peer.send(text)) return;
          }
        }) {}

  std::string url(const std::string& path = "/") const { return server_.url(path); }
  std::size_t count() const { return requests().size(); }
  std::vector<std::string> requests() const { return server_.requests(); }
  int connections() const { return server_.connections(); }
  // Method and address of each request.
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const auto& request : requests()) {
      lines.push_back(request.substr(0, request.find(" HTTP/")));
    }
    return lines;
  }

 private:
  TcpServer server_;
};

class HttpTransportTest : public testing::Test {
 protected:
  // For the server of `url`; replaces those before. The passwords are in files, see
  // rotate_password().
  void set_credentials(const std::string& url,
                       const std::vector<std::pair<std::string, std::string>>& logins) {
    auth::CredentialOptions options;
    for (const auto& [user, password] : logins) {
      rotate_password(password, options.credentials.size());
      options.credentials.push_back({.url = url,
                                     .username = user,
                                     .password_file = password_file(options.credentials.size()),
                                     .username_setting = "--username",
                                     .password_setting = "GITSYNC_PASSWORD"});
    }
    credentials_options_ = std::move(options);
  }
  void rotate_password(const std::string& password, std::size_t number = 0) {
    EXPECT_TRUE(util::write_file(password_file(number), password));
  }
  std::string password_file(std::size_t number) const {
    return dir / ("password" + std::to_string(number));
  }
  // The transport keeps pointing at `credentials`, so that what one pass reads is what it sees.
  source::HttpTransport& transport_to(const std::string& url,
                                      const source::HttpSettings& settings = {}) {
    credentials = std::make_unique<auth::Credentials>(credentials_options_, log.logger(), metrics);
    transport = std::make_unique<source::HttpTransport>(
        source::HttpTransportOptions{.url = url, .settings = settings}, *credentials, log.logger());
    return *transport;
  }
  // As a pass does it.
  util::Result<git::RemoteAnswer> ask(const std::string& ref = "main",
                                      const util::Limit& limit = in_time()) {
    EXPECT_TRUE(credentials->for_pass(limit));
    return transport->ask(git::RefQuery::of(ref).value(), limit);
  }
  // "" for none.
  std::string tip_of(const std::string& ref = "main") {
    const auto answer = ask(ref);
    EXPECT_TRUE(answer) << answer.error().message;
    return answer && answer->tip ? answer->tip->id.hex() : "";
  }
  util::Error error_of(const std::string& ref = "main") {
    auto answer = ask(ref);
    EXPECT_FALSE(answer);
    return answer ? util::Error() : std::move(answer).error();
  }

  TempDir dir;
  CapturedLog log;
  metrics::Metrics metrics;
  std::unique_ptr<auth::Credentials> credentials;
  std::unique_ptr<source::HttpTransport> transport;

 private:
  auth::CredentialOptions credentials_options_;
};

}  // namespace gitsync::test
