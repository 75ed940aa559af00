// SPDX-License-Identifier: Apache-2.0
// A TLS client of the server under test, in every stage of a connection that a test wants.

#pragma once

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "unit/http/client.h"

namespace gitsync::http {

class TlsClient {
 public:
  // Connected, but with nothing said. `version`: the only one it speaks; 0: any.
  explicit TlsClient(std::uint16_t port, int version = 0)
      : tcp_(port), context_(SSL_CTX_new(TLS_client_method())), tls_(SSL_new(context_.get())) {
    if (version != 0) {
      SSL_set_security_level(tls_.get(), 0);
      SSL_set_min_proto_version(tls_.get(), version);
      SSL_set_max_proto_version(tls_.get(), version);
    }
    SSL_set_fd(tls_.get(), tcp_.fd());
  }

  bool shake_hands() const { return SSL_connect(tls_.get()) == 1; }
  void send(std::string_view text) const {
    EXPECT_EQ(SSL_write(tls_.get(), text.data(), static_cast<int>(text.size())),
              static_cast<int>(text.size()));
  }
  // Says that nothing more will come, and still reads.
  void finish_sending() const { SSL_shutdown(tls_.get()); }
  // Everything until the server's close_notify, without which `ended` stays false.
  std::string read_all(bool* ended = nullptr) const {
    std::string text;
    std::string buffer(16384, '\0');
    int got = 0;
    while ((got = SSL_read(tls_.get(), buffer.data(), static_cast<int>(buffer.size()))) > 0) {
      text.append(buffer, 0, static_cast<std::size_t>(got));
    }
    if (ended != nullptr) *ended = SSL_get_error(tls_.get(), got) == SSL_ERROR_ZERO_RETURN;
    return text;
  }
  const Client& tcp() const { return tcp_; }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* connection) const { SSL_free(connection); }
  };
  Client tcp_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> tls_;
};

}  // namespace gitsync::http
