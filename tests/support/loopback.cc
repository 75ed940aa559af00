// SPDX-License-Identifier: Apache-2.0
#include "support/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>
#include <utility>

namespace gitsync::test {
namespace {

util::Fd make_socket() { return util::Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

// To a port that is free, which it returns.
int bind_to_loopback(const util::Fd& socket) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket.get(), generic, size) != 0 ||
      ::getsockname(socket.get(), generic, &size) != 0) {
    std::abort();
  }
  return ntohs(address.sin_port);
}

}  // namespace

LoopbackListener listen_on_loopback() {
  auto listener = make_socket();
  const int port = bind_to_loopback(listener);
  if (::listen(listener.get(), 16) != 0) std::abort();
  return {.fd = std::move(listener), .port = port};
}

ReservedPort::ReservedPort() : holder_(make_socket()) {
  const int on = 1;
  if (::setsockopt(holder_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) std::abort();
  number_ = bind_to_loopback(holder_);
}

}  // namespace gitsync::test
