// SPDX-License-Identifier: Apache-2.0
#include "support/tcp_relay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>
#include <vector>

namespace gitsync::test {
namespace {

util::Fd connect_to(int port) {
  util::Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fd.reset();
  }
  return fd;
}

// False at the end of the stream.
bool pass(const util::Fd& from, const util::Fd& to, const TcpRelay::Watch& watch = {}) {
  std::array<char, 16384> buffer{};
  const auto got = ::recv(from.get(), buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  if (watch) watch({buffer.data(), static_cast<std::size_t>(got)});
  for (ssize_t sent = 0; sent < got;) {
    const auto n =
        ::send(to.get(), buffer.data() + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
    if (n <= 0) return false;
    sent += n;
  }
  return true;
}

}  // namespace

TcpRelay::TcpRelay(int server_port, Watch watch)
    : server_port_(server_port), watch_(std::move(watch)), listener_(listen_on_loopback()) {
  thread_ = std::thread([this] { run(); });
}

TcpRelay::~TcpRelay() {
  stop_.set();
  thread_.join();
}

void TcpRelay::freeze() {
  freeze_.set();
  const std::array<const util::Event*, 1> done{&frozen_};
  util::wait_for_any(done, util::Deadline::max());
  frozen_.consume();
}

void TcpRelay::accept_one() {
  util::Fd client(::accept4(listener_.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
  util::Fd server = connect_to(server_port_);
  if (!client || !server) return;
  open_.push_back({std::move(client), std::move(server)});
  ++connections_;
}

void TcpRelay::run() {
  while (true) {
    std::vector<pollfd> fds{
        {stop_.fd(), POLLIN, 0}, {freeze_.fd(), POLLIN, 0}, {listener_.fd.get(), POLLIN, 0}};
    for (const auto& c : open_) {
      fds.push_back({c.frozen ? -1 : c.client.get(), POLLIN, 0});
      fds.push_back({c.frozen ? -1 : c.server.get(), POLLIN, 0});
    }
    ::poll(fds.data(), fds.size(), -1);
    if (fds[0].revents != 0) return;
    if (freeze_.consume()) {
      for (auto& c : open_) c.frozen = true;
      frozen_.set();
      continue;
    }
    std::size_t at = 3;
    std::erase_if(open_, [&](const Connection& c) {
      const bool from_client = fds[at++].revents != 0;
      const bool from_server = fds[at++].revents != 0;
      return (from_client && !pass(c.client, c.server, watch_)) ||
             (from_server && !pass(c.server, c.client));
    });
    if (fds[2].revents != 0) accept_one();
  }
}

}  // namespace gitsync::test
