// SPDX-License-Identifier: Apache-2.0
// libmicrohttpd's external event loop is run by our one thread, which so can end connections by its
// own clock.
#include "http/server.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstring>
#include <thread>
#include <utility>

#include "http/connections.h"
#include "http/listener.h"
#include "http/mhd.h"
#include "http/peer_address.h"
#include "http/profiles.h"
#include "http/routes.h"
#include "http/signals_blocked.h"
#include "log/sink.h"
#include "util/event.h"
#include "util/resource_limits.h"
#include "util/thread.h"

namespace gitsync::http {
namespace {

// Of one connection: request line, headers and response head.
constexpr std::size_t kHeaderMemory = std::size_t{32} * 1024;
// Bodies mean nothing here; they are read, so that the client gets to read our response.
constexpr std::uintptr_t kMaxBody = std::uintptr_t{1} << 20;

MHD_Result send(MHD_Connection* connection, const Response& response) {
  const MhdResponse queued(::MHD_create_response_from_buffer(
      response.body.size(), const_cast<char*>(response.body.data()), MHD_RESPMEM_MUST_COPY));
  if (!queued) return MHD_NO;
  const auto header = [&](const char* name, const std::string& value) {
    if (!value.empty()) ::MHD_add_response_header(queued.get(), name, value.c_str());
  };
  header(MHD_HTTP_HEADER_CONTENT_TYPE, response.content_type);
  header(MHD_HTTP_HEADER_LOCATION, response.location);
  // One request a connection: what the lifetime bounds is then simply the connection.
  header(MHD_HTTP_HEADER_CONNECTION, "close");
  return ::MHD_queue_response(connection, response.status, queued.get());
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, std::uint16_t port)
      : port_(port),
        failed_(std::move(options.failed)),
        connections_(options.max_connections, options.lifetime) {
    if (options.metrics) {
      endpoints_.emplace_back("metrics");
      routes_["/metrics"] = [metrics = std::move(options.metrics)] {
        return Response{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                        .body = metrics()};
      };
    }
    if (options.pprof) {
      endpoints_.emplace_back("pprof");
      routes_.merge(profile_routes(options.version, options.command_line));
    }
  }
  ~Impl() { stop_.set(); }  // then thread_ joins
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  util::Result<void> start(util::Fd listening_socket, std::size_t max_connections) {
    daemon_.reset(::MHD_start_daemon(
        MHD_USE_EPOLL, 0, nullptr, nullptr, &Impl::on_request, this,  //
        MHD_OPTION_LISTEN_SOCKET, listening_socket.get(),             //
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, kHeaderMemory,            //
        // Never reached: connections are cut off before.
        MHD_OPTION_CONNECTION_LIMIT, static_cast<unsigned>(2 * max_connections + 16),  //
        MHD_OPTION_NOTIFY_CONNECTION, &Impl::on_connection, this,                      //
        MHD_OPTION_END));
    if (!daemon_) return util::fail(util::ErrorKind::kLocal, "cannot start the HTTP server");
    listening_socket.release();  // the daemon closes it
    const SignalsBlocked blocked;
    GS_TRY(thread_, util::start_thread("http", [this] { serve(); }));
    return {};
  }

  void set_ready() { ready_ = true; }
  const std::vector<std::string>& endpoints() const { return endpoints_; }
  std::uint16_t port() const { return port_; }

 private:
  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* path,
                               const char* /*method*/, const char* /*version*/,
                               const char* /*body*/, std::size_t* body_size, void** seen) {
    // *seen: 0 when only the header has arrived, then 1 + the body's size so far.
    const bool is_header = *seen == nullptr;
    const bool is_complete = !is_header && *body_size == 0;
    if (is_complete) return send(connection, static_cast<Impl*>(self)->response(path));
    const auto total = reinterpret_cast<std::uintptr_t>(*seen) + (is_header ? 1 : *body_size);
    // A number in place of a pointer needs no allocation that something would have to free.
    *seen = reinterpret_cast<void*>(total);  // NOLINT(performance-no-int-to-ptr)
    *body_size = 0;
    return total <= kMaxBody ? MHD_YES : MHD_NO;  // no: the connection is closed
  }

  static void on_connection(void* self, MHD_Connection* connection, void** /*context*/,
                            MHD_ConnectionNotificationCode what) {
    auto& connections = static_cast<Impl*>(self)->connections_;
    const int socket =
        ::MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
      connections.closed(socket);
      return;
    }
    const auto* peer = ::MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    connections.opened(socket, address_key(peer->client_addr));
  }

  Response response(const char* path) const {
    if (const auto route = routes_.find(std::string_view(path)); route != routes_.end()) {
      return route->second();
    }
    if (ready_) return {};
    return {.status = 503, .content_type = kPlainText, .body = "repo is not ready\n"};
  }

  int timeout() const {
    const int ours = util::poll_timeout(connections_.next_deadline());
    MHD_UNSIGNED_LONG_LONG theirs = 0;
    if (::MHD_get_timeout(daemon_.get(), &theirs) != MHD_YES) return ours;
    const int bounded = static_cast<int>(std::min<MHD_UNSIGNED_LONG_LONG>(theirs, INT_MAX));
    return ours < 0 ? bounded : std::min(ours, bounded);
  }

  void serve() {
    const int epoll_fd = ::MHD_get_daemon_info(daemon_.get(), MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    std::array<pollfd, 2> watched{{{.fd = epoll_fd, .events = POLLIN, .revents = 0},
                                   {.fd = stop_.fd(), .events = POLLIN, .revents = 0}}};
    while (!stop_.is_set()) {
      const bool polled = ::poll(watched.data(), watched.size(), timeout()) >= 0;
      const int code = errno;
      if ((!polled && code != EINTR) || ::MHD_run(daemon_.get()) != MHD_YES) {
        if (failed_) failed_(util::sys_error("the HTTP server stopped", polled ? EINVAL : code));
        return;
      }
      connections_.cut_off_overdue(util::SteadyClock::now());
    }
  }

  const std::uint16_t port_;
  const std::function<void(const util::Error&)> failed_;
  std::atomic<bool> ready_ = false;
  std::vector<std::string> endpoints_ = {"liveness"};
  Routes routes_;
  util::Event stop_;
  Connections connections_;  // belongs to thread_
  Daemon daemon_;            // belongs to thread_ while it runs
  std::jthread thread_;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

util::Result<std::unique_ptr<Server>> Server::start(ServerOptions options,
                                                    const log::Logger& logger) {
  GS_TRY(auto listener, listen_on(options.bind));
  for (auto& word : options.command_line) word = logger.sink().redact(word);
  // As given, but with the real port in place of a 0.
  const std::string endpoint =
      options.bind.substr(0, options.bind.rfind(':') + 1) + std::to_string(listener.port);
  // The rest is for git, hooks and files: a flood of connections must not stop the passes.
  options.max_connections =
      std::clamp<std::size_t>(util::open_file_limit() / 4, 1, options.max_connections);
  const std::size_t max_connections = options.max_connections;
  auto impl = std::make_unique<Impl>(std::move(options), listener.port);
  GS_TRY_VOID(impl->start(std::move(listener.fd), max_connections));
  logger.info(0, "serving HTTP", {{"endpoint", endpoint}, {"reasons", impl->endpoints()}});
  return std::make_unique<Server>(std::move(impl));
}

void Server::set_ready() { impl_->set_ready(); }
const std::vector<std::string>& Server::endpoints() const { return impl_->endpoints(); }
std::uint16_t Server::port() const { return impl_->port(); }

}  // namespace gitsync::http
