// SPDX-License-Identifier: Apache-2.0
// The thread, and what it does in each round: new connections, bytes of TLS, HTTP, and clients that
// have to go.
#include "http/snapshot_server.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include "http/clients.h"
#include "http/listener.h"
#include "http/peer_address.h"
#include "http/poller.h"
#include "http/signals_blocked.h"
#include "http/snapshot_daemon.h"
#include "http/snapshot_site.h"
#include "http/tls_front.h"
#include "util/event.h"
#include "util/resource_limits.h"
#include "util/thread.h"

namespace gitsync::http {
namespace {

using util::Result;

// A connection has its socket and the file that it is sent; with TLS also a pair of sockets.
std::size_t bounded(std::size_t wanted, bool has_tls) {
  return std::clamp<std::size_t>(util::open_file_limit() / (has_tls ? 8 : 4), 1, wanted);
}

}  // namespace

class SnapshotServer::Impl {
 public:
  Impl(const SnapshotServerOptions& options, Listener listener, SnapshotSite site,
       std::unique_ptr<Poller> poller)
      : port_(listener.port),
        request_deadline_(options.request_deadline),
        failed_(options.failed),
        listener_(std::move(listener.fd)),
        poller_(std::move(poller)),
        site_(std::move(site)),
        clients_(options.max_connections),
        daemon_(*poller_, clients_, site_,
                {.max_connections = options.max_connections,
                 .stall = options.idle_deadline,
                 .request = options.request_deadline,
                 .pause = options.idle_deadline,
                 .closed = [this](ClientId id) { http_closed(id); }}) {}
  ~Impl() { stop_.set(); }  // then thread_ joins
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void use_tls(std::unique_ptr<TlsIdentity> identity, std::chrono::milliseconds stall) {
    front_.emplace(*poller_, std::move(identity),
                   TlsFrontOptions{.stall = stall,
                                   .opened =
                                       [this](ClientId id, util::Fd plain, const auto& address) {
                                         // If it fails, the front sees the pair's end.
                                         daemon_.add(id, std::move(plain), address);
                                       },
                                   .closed = [this](ClientId id) { clients_.closed(id); }});
  }

  Result<void> start() {
    GS_TRY_VOID(daemon_.start());
    GS_TRY_VOID(poller_->add(listener_.get(), EPOLLIN, [this](std::uint32_t) { accept_some(); }));
    GS_TRY_VOID(poller_->add(stop_.fd(), EPOLLIN, [](std::uint32_t) { /* serve() looks */ }));
    GS_TRY_VOID(poller_->add(changed_.fd(), EPOLLIN, [this](std::uint32_t) {
      changed_.consume();
      daemon_.look();
    }));
    const SignalsBlocked blocked;
    GS_TRY(thread_, util::start_thread("snapshots", [this] { serve(); }));
    return {};
  }

  void changed() const { changed_.set(); }
  std::uint16_t port() const { return port_; }

 private:
  void serve() {
    while (!stop_.is_set()) {
      auto done = round();
      if (done) continue;
      if (failed_) failed_(done.error());
      return;
    }
  }

  Result<void> round() {
    GS_TRY_VOID(poller_->wait(next_deadline()));
    GS_TRY_VOID(daemon_.run());
    const auto now = util::SteadyClock::now();
    while (const auto id = clients_.take_overdue(now)) cut_off(*id);
    if (front_) front_->cut_off_overdue(now);
    return resume_accepting(now);
  }

  util::Deadline next_deadline() const {
    return std::min({daemon_.next_deadline(), clients_.next_deadline(), accepting_again_,
                     front_ ? front_->next_deadline() : util::Deadline::max()});
  }

  // A bounded number, so that a flood does not keep the others waiting.
  void accept_some() {
    constexpr int kMost = 64;
    for (int i = 0; i < kMost; ++i) {
      PeerAddress peer;
      util::Fd socket(
          ::accept4(listener_.get(), peer.get(), &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (socket) {
        welcome(std::move(socket), peer);
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        return;
      } else if (errno != ECONNABORTED && errno != EINTR) {
        pause_accepting();
        return;
      }
    }
  }

  void welcome(util::Fd socket, const PeerAddress& peer) {
    const auto id =
        clients_.opened(address_key(peer.get()), util::SteadyClock::now() + request_deadline_);
    while (const auto victim = clients_.take_one_too_many()) cut_off(*victim);
    if (front_) {
      front_->add(id, std::move(socket), peer);
      return;
    }
    sockets_[id] = socket.get();
    if (!daemon_.add(id, std::move(socket), peer)) forget(id);
  }

  // Without descriptors or memory the next connection stays in the queue, and would wake us at
  // once.
  void pause_accepting() {
    constexpr auto kPause = std::chrono::milliseconds(100);
    if (!poller_->change(listener_.get(), 0)) return;
    accepting_again_ = util::SteadyClock::now() + kPause;
  }

  Result<void> resume_accepting(util::Deadline now) {
    if (accepting_again_ > now) return {};
    accepting_again_ = util::Deadline::max();
    return poller_->change(listener_.get(), EPOLLIN);
  }

  void cut_off(ClientId id) {
    if (front_) {
      front_->cut_off(id);
    } else if (const auto found = sockets_.find(id); found != sockets_.end()) {
      ::shutdown(found->second, SHUT_RDWR);  // libmicrohttpd sees its end, and closes it
    }
  }

  // With TLS a client is there until the front has told it everything.
  void http_closed(ClientId id) {
    if (front_) {
      clients_.idle(id, util::Deadline::max());
    } else {
      forget(id);
    }
  }

  void forget(ClientId id) {
    sockets_.erase(id);
    clients_.closed(id);
  }

  const std::uint16_t port_;
  const std::chrono::milliseconds request_deadline_;
  const std::function<void(const util::Error&)> failed_;
  const util::Event stop_;
  const util::Event changed_;

  // What follows belongs to thread_ while it runs.
  const util::Fd listener_;
  const std::unique_ptr<Poller> poller_;
  SnapshotSite site_;
  Clients clients_;
  std::unordered_map<ClientId, int> sockets_;  // of plain HTTP
  util::Deadline accepting_again_ = util::Deadline::max();
  std::optional<TlsFront> front_;
  SnapshotDaemon daemon_;  // goes before what it tells of the ends of its connections
  std::jthread thread_;
};

SnapshotServer::SnapshotServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SnapshotServer::~SnapshotServer() = default;

Result<std::unique_ptr<SnapshotServer>> SnapshotServer::start(SnapshotServerOptions options,
                                                              const log::Logger& logger) {
  const bool has_tls = !options.tls_certificate.empty();
  std::unique_ptr<TlsIdentity> identity;
  if (has_tls) {
    GS_TRY(identity, TlsIdentity::read(options.tls_certificate, options.tls_key, logger));
  }
  std::unique_ptr<BearerToken> token;
  if (!options.token_file.empty()) {
    GS_TRY(token, BearerToken::read(options.token_file, logger));
  }
  const bool has_token = token != nullptr;
  GS_TRY(auto folder, SnapshotFolder::open(options.folder));
  GS_TRY(auto poller, Poller::make());
  GS_TRY(auto listener, listen_on(options.bind, "--serve-snapshots"));
  const std::string endpoint =
      options.bind.substr(0, options.bind.rfind(':') + 1) + std::to_string(listener.port);
  options.max_connections = bounded(options.max_connections, has_tls);
  auto impl = std::make_unique<Impl>(options, std::move(listener),
                                     SnapshotSite(std::move(folder), std::move(token), logger),
                                     std::move(poller));
  if (has_tls) impl->use_tls(std::move(identity), options.idle_deadline);
  GS_TRY_VOID(impl->start());
  logger.info(0, "serving snapshots",
              {{"endpoint", endpoint}, {"tls", has_tls}, {"token", has_token}});
  return std::make_unique<SnapshotServer>(std::move(impl));
}

void SnapshotServer::changed() { impl_->changed(); }
std::uint16_t SnapshotServer::port() const { return impl_->port(); }

}  // namespace gitsync::http
