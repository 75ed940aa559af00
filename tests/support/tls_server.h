// SPDX-License-Identifier: Apache-2.0
// A small HTTP server over TLS on the loopback address, which keeps its connections.

#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <thread>

#include "support/authority.h"
#include "support/loopback.h"
#include "util/event.h"

namespace gitsync::test {

class TlsServer {
 public:
  // From the text of a request to the bytes of its response; called on threads of the server.
  using Handler = std::function<std::string(const std::string&)>;

  TlsServer(const Certified& certified, Handler handler);
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  ~TlsServer();

  std::string url(std::string_view path = "/") const;
  // Connections accepted so far, whether or not the client liked the certificate.
  int connections() const { return connections_; }

 private:
  struct Deleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  void accept_loop();
  void serve(int fd);

  Handler handler_;
  std::unique_ptr<SSL_CTX, Deleter> context_;
  util::Event stop_;
  const LoopbackListener listener_;
  std::atomic<int> connections_ = 0;
  std::list<std::thread> workers_;  // used by acceptor_ alone until it is joined
  std::thread acceptor_;
};

}  // namespace gitsync::test
