// SPDX-License-Identifier: Apache-2.0
// A static server of one folder of snapshots, for readers without a bucket. What it answers:
// docs/snapshots.md, "The publisher's own server".

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "log/logger.h"
#include "util/error.h"

namespace gitsync::http {

struct SnapshotServerOptions {
  std::string bind;  // as ServerOptions::bind
  // Absolute, made if it is missing; its files are replaced by rename, never written in place.
  std::string folder;
  std::string token_file;  // the bearer token that clients must show; empty: everybody may read
  std::string tls_certificate;  // PEM, with the chain; empty: plain HTTP
  std::string tls_key;          // PEM; set if and only if the certificate is
  // Called on the server's thread if it has to give up, which nothing is known to cause.
  std::function<void(const util::Error&)> failed;

  // Open connections, and never so many that they could take more than half of the descriptors that
  // the process may have; one more cuts off an idle one of the address that has the most.
  std::size_t max_connections = 2048;
  // TLS handshake, and the first request after it.
  std::chrono::milliseconds request_deadline = std::chrono::seconds(10);
  // A connection is closed when no byte has moved on it for so long (whole seconds) while it is
  // answered, or when no request has come. Long polls do not count.
  std::chrono::seconds idle_deadline{60};
};

// Serves in one thread of its own, which has all signals blocked, until destroyed.
// Thread-safety: all members may be called from any thread.
class SnapshotServer {
  class Impl;

 public:
  // Listens, logs what is served, and serves. Errors: kInvalid for an address, a token, or a
  // certificate that cannot be used, otherwise that of the failed call. The message names the
  // address or the file.
  static util::Result<std::unique_ptr<SnapshotServer>> start(SnapshotServerOptions options,
                                                             const log::Logger& logger);
  explicit SnapshotServer(std::unique_ptr<Impl> impl);
  ~SnapshotServer();
  SnapshotServer(const SnapshotServer&) = delete;
  SnapshotServer& operator=(const SnapshotServer&) = delete;

  // Files in the folder may have changed: long polls are to look. Does not wait.
  void changed();
  std::uint16_t port() const;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace gitsync::http
