// SPDX-License-Identifier: Apache-2.0
// One HTTP request at a time over libcurl, made for small servers that break the rules: askpass
// and webhook receivers written in a few lines of shell, and APIs (git-sync-compat.md 5.3).

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "util/environment.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::net {

// libcurl's process-wide state. One lives in main(), made before any thread.
class Global {
 public:
  Global();
  Global(const Global&) = delete;
  Global& operator=(const Global&) = delete;
  ~Global();
};

// What the environment says about proxies and trust. Empty: none, or the system's store.
struct ClientOptions {
  std::string http_proxy;
  std::string https_proxy;
  std::string no_proxy;
  std::string ca_file;
  std::string ca_directories;  // separated by ':'

  // Reads {http,https,no}_proxy in both cases (lower case wins), SSL_CERT_FILE and SSL_CERT_DIR.
  static ClientOptions from(const util::Environment& environment);
};

enum class Redirects {
  kReturn,  // a redirect is an answer like any other
  kFollow,  // up to ten; credentials in headers stay with the first host
};

enum class Excess {
  kFail,  // a body over the limit is an error
  kDrop,  // it is read to its end, but only its beginning is kept
};

using Header = std::pair<std::string, std::string>;

struct Request {
  std::string method = "GET";
  std::string url;
  std::vector<Header> headers = {};
  std::string body = {};
  Redirects redirects = Redirects::kReturn;
  std::size_t body_limit = std::size_t{1} << 20;  // of the answer
  Excess excess = Excess::kFail;
};

struct Response {
  int status = 0;  // 0: the server answered without a status line (HTTP/0.9)
  std::string body;
};

// Thread-safety: send() may be called from any number of threads at once. Holds no connection.
class HttpClient {
 public:
  explicit HttpClient(ClientOptions options) : options_(std::move(options)) {}

  // Sends the request on a TCP connection of its own and reads the answer to its end, all within
  // `limit`. Any status is a success. A broken connection after a complete answer is one, too.
  // Errors: kInvalid for an unusable URL or method, kNetwork (DNS, connect, TLS, cut off), kTimeout
  // ("deadline exceeded"), kStopped, kProtocol (nonsense, too long). Messages hold no part of the
  // URL but host and port.
  util::Result<Response> send(const Request& request, const util::Limit& limit) const;

 private:
  ClientOptions options_;
};

}  // namespace gitsync::net
