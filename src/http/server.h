// SPDX-License-Identifier: Apache-2.0
// The HTTP server for probes, metrics and profiles. Contract: docs/contract.md#http-start and
// #http.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "log/logger.h"
#include "util/error.h"

namespace gitsync::http {

struct ServerOptions {
  std::string bind;  // :1234, 127.0.0.1:1234, [::1]:1234, localhost:1234; port 0: any free one
  std::string version;
  // The text of /metrics, called on the server's thread; empty: /metrics is not special.
  std::function<std::string()> metrics;
  bool pprof = false;  // whether /debug/pprof/ is served
  // For /debug/pprof/cmdline: without secrets, as in the start-up record.
  std::vector<std::string> command_line;
  // Called on the server's thread if it has to give up, which nothing is known to cause.
  std::function<void(const util::Error&)> failed;

  // A connection carries one request, and is cut off this long after it was accepted, whatever
  // the client does.
  std::chrono::milliseconds lifetime = std::chrono::seconds(10);
  // Open connections, and never more than a quarter of the descriptors that the process may have;
  // one more cuts off the oldest one of the address that has the most.
  std::size_t max_connections = 256;
};

// Serves in one thread of its own, which has all signals blocked, until destroyed.
// Thread-safety: all members may be called from any thread.
class Server {
  class Impl;

 public:
  // Listens, logs what is served, and serves. Errors: kInvalid for an address that cannot be
  // understood, otherwise that of the failed call; the message names the address.
  static util::Result<std::unique_ptr<Server>> start(ServerOptions options,
                                                     const log::Logger& logger);
  explicit Server(std::unique_ptr<Impl> impl);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // From now on / answers 200. Never reverts.
  void set_ready();
  // What is served: liveness, metrics, pprof.
  const std::vector<std::string>& endpoints() const;
  std::uint16_t port() const;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace gitsync::http
