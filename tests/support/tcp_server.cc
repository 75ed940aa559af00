// SPDX-License-Identifier: Apache-2.0
#include "support/tcp_server.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

namespace gitsync::test {
namespace {

std::size_t announced_length(std::string_view head) {
  constexpr std::string_view kName = "\r\nContent-Length: ";
  const auto at = head.find(kName);
  if (at == std::string_view::npos) return 0;
  return std::strtoul(std::string(head.substr(at + kName.size())).c_str(), nullptr, 10);
}

}  // namespace

bool Peer::wait(short events, util::Deadline deadline) const {
  std::array<pollfd, 2> fds{{{fd_.get(), events, 0}, {server_.stop_.fd(), POLLIN, 0}}};
  while (::poll(fds.data(), fds.size(), util::poll_timeout(deadline)) < 0) {
  }
  return fds[1].revents == 0 && fds[0].revents != 0;
}

std::string Peer::read_request() {
  std::string text;
  std::array<char, 4096> buffer{};
  while (wait(POLLIN)) {
    const auto n = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (n <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(n));
    const auto end = text.find("\r\n\r\n");
    if (end != std::string::npos && text.size() >= end + 4 + announced_length(text)) break;
  }
  server_.record(text);
  return text;
}

bool Peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!wait(POLLOUT)) return false;
    const auto n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

void Peer::shutdown_write() { ::shutdown(fd_.get(), SHUT_WR); }

void Peer::reset() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  fd_.reset();
}

bool Peer::wait_until_closed() { return wait_until_closed_by(util::Deadline::max()); }

bool Peer::wait_until_closed_for(std::chrono::milliseconds time) {
  return wait_until_closed_by(util::SteadyClock::now() + time);
}

bool Peer::wait_until_closed_by(util::Deadline deadline) {
  std::array<char, 4096> buffer{};
  while (wait(POLLIN, deadline)) {
    if (::recv(fd_.get(), buffer.data(), buffer.size(), 0) <= 0) return true;
  }
  return false;
}

void answer_all(Peer& peer, std::string_view answer) {
  while (!peer.read_request().empty() && peer.send(answer)) {
  }
}

TcpServer::TcpServer(Handler handler)
    : handler_(std::move(handler)), listener_(listen_on_loopback()) {
  acceptor_ = std::thread([this] { accept_loop(); });
}

TcpServer::~TcpServer() {
  stop_.set();
  acceptor_.join();
  for (auto& worker : workers_) worker.join();
}

TcpServer::Handler TcpServer::answering(std::string answer) {
  return [answer = std::move(answer)](Peer& peer) {
    peer.read_request();
    peer.send(answer);
  };
}

TcpServer::Handler TcpServer::hanging() {
  return [](Peer& peer) { peer.wait_until_closed(); };
}

std::string TcpServer::url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(listener_.port) + std::string(path);
}

int TcpServer::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

std::vector<std::string> TcpServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

bool TcpServer::wait_for_connections(int count, std::chrono::seconds limit) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return connections_ >= count; });
}

void TcpServer::record(std::string request) {
  if (request.empty()) return;  // the end of a connection, which comes whenever it comes
  const std::lock_guard lock(mutex_);
  requests_.push_back(std::move(request));
}

void TcpServer::accept_loop() {
  std::array<pollfd, 2> fds{{{listener_.fd.get(), POLLIN, 0}, {stop_.fd(), POLLIN, 0}}};
  while (true) {
    ::poll(fds.data(), fds.size(), -1);
    if (fds[1].revents != 0) return;
    util::Fd fd(::accept4(listener_.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!fd) continue;
    {
      const std::lock_guard lock(mutex_);
      ++connections_;
    }
    changed_.notify_all();
    workers_.emplace_back([this, fd = std::move(fd)]() mutable {
      Peer peer(std::move(fd), *this);
      handler_(peer);
    });
  }
}

}  // namespace gitsync::test
