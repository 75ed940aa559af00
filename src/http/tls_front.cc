// SPDX-License-Identifier: Apache-2.0
#include "http/tls_front.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <optional>
#include <utility>

namespace gitsync::http {
namespace {

// In the kernel, of each direction; it doubles the number.
constexpr int kPairBytes = 32 * 1024;

struct Pair {
  util::Fd ours;
  util::Fd theirs;
};

std::optional<Pair> make_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0) {
    return std::nullopt;
  }
  for (const int end : ends) {
    ::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &kPairBytes, sizeof kPairBytes);
  }
  return Pair{util::Fd(ends[0]), util::Fd(ends[1])};
}

}  // namespace

TlsFront::~TlsFront() {
  while (!clients_.empty()) cut_off(clients_.begin()->first);
}

void TlsFront::add(ClientId id, util::Fd socket, const PeerAddress& address) {
  // Records are whole when they are written, and nothing comes after the last one of an answer.
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  auto connection = identity_->accept_on(socket.get());
  if (!connection) {
    options_.closed(id);
    return;
  }
  TlsLink link(std::move(socket), std::move(connection));
  const auto& client =
      clients_.emplace(id, Client{.link = std::move(link), .address = address}).first->second;
  if (!watch(id, client.link.socket())) {
    end(id);
    return;
  }
  step(id);
}

util::Result<void> TlsFront::watch(ClientId id, int fd) {
  return poller_.add(fd, 0, [this, id](std::uint32_t /*events*/) { step(id); });
}

void TlsFront::step(ClientId id) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  Client& client = found->second;
  bool moved = client.link.step(scratch_.data());
  if (client.link.phase() == TlsLink::Phase::kOpen && client.link.plain() < 0) {
    if (!is_connected(id, client)) {
      end(id);
      return;
    }
    moved = client.link.step(scratch_.data());
  }
  if (client.link.phase() == TlsLink::Phase::kOver || !is_watched(client)) {
    end(id);
  } else {
    set_deadline(id, client.link, moved);
  }
}

bool TlsFront::is_connected(ClientId id, Client& client) {
  auto pair = make_pair();
  if (!pair || !watch(id, pair->ours.get())) return false;
  client.link.connect(std::move(pair->ours));
  options_.opened(id, std::move(pair->theirs), client.address);
  return true;
}

bool TlsFront::is_watched(Client& client) {
  const TlsLink& link = client.link;
  return poller_.change(link.socket(), link.socket_events()) &&
         (link.plain() < 0 || poller_.change(link.plain(), link.plain_events()));
}

// While an answer is waited for nothing is due here.
void TlsFront::set_deadline(ClientId id, const TlsLink& link, bool moved) {
  const auto now = util::SteadyClock::now();
  if (link.phase() == TlsLink::Phase::kClosing) {
    if (!deadlines_.has(id)) deadlines_.set(id, now + options_.farewell);
  } else if (!link.is_stalled()) {
    deadlines_.clear(id);
  } else if (moved || !deadlines_.has(id)) {
    deadlines_.set(id, now + options_.stall);
  }
}

void TlsFront::cut_off_overdue(util::Deadline now) {
  while (const auto id = deadlines_.take_due(now)) end(*id);
}

void TlsFront::end(ClientId id) {
  cut_off(id);
  options_.closed(id);
}

void TlsFront::cut_off(ClientId id) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  const TlsLink& link = found->second.link;
  poller_.remove(link.socket());
  if (link.plain() >= 0) poller_.remove(link.plain());
  deadlines_.clear(id);
  clients_.erase(found);
}

}  // namespace gitsync::http
