// SPDX-License-Identifier: Apache-2.0
#include "support/tls_server.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace gitsync::test {
namespace {

// Waits for `fd` or the end of the server; false at the latter.
bool readable(int fd, const util::Event& stop) {
  std::array<pollfd, 2> fds{{{fd, POLLIN, 0}, {stop.fd(), POLLIN, 0}}};
  while (::poll(fds.data(), fds.size(), -1) < 0) {
  }
  return fds[1].revents == 0;
}

void use(SSL_CTX* context, const Certified& certified) {
  BIO* bio = BIO_new_mem_buf(certified.certificate.data(), -1);
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  bio = BIO_new_mem_buf(certified.key.data(), -1);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  if (SSL_CTX_use_certificate(context, certificate) != 1) std::abort();
  if (SSL_CTX_use_PrivateKey(context, key) != 1) std::abort();
  X509_free(certificate);
  EVP_PKEY_free(key);
}

}  // namespace

TlsServer::TlsServer(const Certified& certified, Handler handler)
    : handler_(std::move(handler)),
      context_(SSL_CTX_new(TLS_server_method())),
      listener_(listen_on_loopback()) {
  // OpenSSL writes without MSG_NOSIGNAL, perhaps to a client that is gone.
  std::signal(SIGPIPE, SIG_IGN);
  use(context_.get(), certified);
  acceptor_ = std::thread([this] { accept_loop(); });
}

TlsServer::~TlsServer() {
  stop_.set();
  acceptor_.join();
  for (auto& worker : workers_) worker.join();
}

std::string TlsServer::url(std::string_view path) const {
  return "https://127.0.0.1:" + std::to_string(listener_.port) + std::string(path);
}

void TlsServer::accept_loop() {
  while (readable(listener_.fd.get(), stop_)) {
    util::Fd fd(::accept4(listener_.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!fd) continue;
    ++connections_;
    workers_.emplace_back([this, fd = std::move(fd)] { serve(fd.get()); });
  }
}

// Requests without a body, one after the other.
void TlsServer::serve(int fd) {
  const std::unique_ptr<SSL, Deleter> ssl(SSL_new(context_.get()));
  SSL_set_fd(ssl.get(), fd);
  if (!readable(fd, stop_) || SSL_accept(ssl.get()) != 1) return;
  std::string request;
  std::array<char, 4096> buffer{};
  while (SSL_pending(ssl.get()) > 0 || readable(fd, stop_)) {
    const int n = SSL_read(ssl.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (n <= 0) return;
    request.append(buffer.data(), static_cast<std::size_t>(n));
    if (!request.ends_with("\r\n\r\n")) continue;
    const std::string response = handler_(std::exchange(request, {}));
    if (SSL_write(ssl.get(), response.data(), static_cast<int>(response.size())) <= 0) return;
  }
}

}  // namespace gitsync::test
