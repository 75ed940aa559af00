// SPDX-License-Identifier: Apache-2.0
// One HTTP request at a time over libcurl, made for small servers that break the rules: askpass
// and webhook receivers written in a few lines of shell, and APIs (docs/contract.md#http-clients).
// Many requests to one server, or long bodies: session.h.

#pragma once

#include "net/client_options.h"
#include "net/message.h"
#include "net/trust.h"
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

// Thread-safety: send() may be called from any number of threads at once. Holds no connection.
class HttpClient {
 public:
  explicit HttpClient(ClientOptions options)
      : proxies_(std::move(options.proxies)), trust_(std::move(options.trust)) {}

  // Sends the request on a TCP connection of its own and reads the response to its end, all within
  // `limit`. Any status is a success. A broken connection after a complete response is one, too.
  // Errors: kInvalid for an unusable URL, method or proxy, kNetwork (DNS, connect, TLS, cut off),
  // kTimeout ("deadline exceeded"), kStopped, kProtocol (nonsense, too long). Messages hold no part
  // of the URL but host and port.
  util::Result<Response> send(const Request& request, const util::Limit& limit) const;

 private:
  const ProxyVariables proxies_;
  const Trust trust_;
};

}  // namespace gitsync::net
