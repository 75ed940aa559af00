// SPDX-License-Identifier: Apache-2.0
// HTTP requests over kept connections, their responses streamed: for what asks one server again and
// again (git's smart HTTP, buckets, registries).

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "net/client_options.h"
#include "net/connection.h"
#include "net/message.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::net {

struct SessionOptions {
  HttpVersion version = HttpVersion::k1;
  ProxyVariables proxies = {};
  // By Go's rule, shared between sessions so that it is read once; null: curl_trust counts.
  std::shared_ptr<const Trust> trust = {};
  CurlTrust curl_trust = {};
  // With a proxy in it, `proxies` does not count.
  CurlSettings curl = {};
  // How long a kept connection may stay silent before it counts as dead. A translator of addresses
  // on the way that forgot it answers nothing at all. Twice as long as the slowest answer so far
  // took to begin, if that is more; a request may have its own.
  std::chrono::milliseconds patience{3000};

  // As the environment says, with a trust of its own.
  static SessionOptions from(const ClientOptions& options) {
    return {.proxies = options.proxies, .trust = std::make_shared<const Trust>(options.trust)};
  }
};

// What went over the network since a session was made, in bytes of HTTP: TLS, and what a proxy is
// told before a tunnel stands, and the framing of chunks, are not in it.
struct Traffic {
  std::uint64_t requests = 0;  // those that were repeated count twice
  std::uint64_t connections = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;  // as they came, compressed
};

// Keeps a few connections, of which one is in use. Those that either side closes meanwhile are no
// error: a request that finds its kept connection closed, or silent for `patience` (or for half of
// what its limit leaves, if that is less), is repeated once on a fresh one, as long as nothing of
// the response has arrived. So a server may see a request twice: send only what may be repeated.
//
// Thread-safety: none; one thread at a time. Memory: some ten KiB beside TLS, whatever the bodies.
class Session {
 public:
  explicit Session(SessionOptions options);
  Session(Session&& other) noexcept;
  Session& operator=(Session&& other) noexcept;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  // Sends the request and streams the response into `sink`, all within `limit`. Any status is a
  // success. `request.body_limit` and `excess` do not count here. With redirects followed, the
  // sink sees the last response only. Returns the head that the sink was given.
  // Errors: the sink's own (with host and port before the message); else as HttpClient::send(),
  // but a response without a status line is kProtocol, and there is a cause where it is known. What
  // a failed transfer gave to the sink before is not taken back.
  util::Result<ResponseHead> send(const Request& request, const Sink& sink,
                                  const util::Limit& limit);

  // The same with the whole body in memory, up to `request.body_limit`.
  util::Result<Response> send(const Request& request, const util::Limit& limit);

  // Closes the connections; the next request opens one.
  void disconnect();
  // Forgets all cookies; the next request reads the file again.
  void forget_cookies();
  const Traffic& traffic() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gitsync::net
