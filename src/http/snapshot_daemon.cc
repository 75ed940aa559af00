// SPDX-License-Identifier: Apache-2.0
#include "http/snapshot_daemon.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "util/text.h"

namespace gitsync::http {
namespace {

// Of one connection: request line, headers and response head.
constexpr std::size_t kHeaderMemory = std::size_t{16} * 1024;
// Bodies mean nothing here; they are read, so that the client gets to read our response.
constexpr std::size_t kMaxBody = std::size_t{1} << 20;

ClientId client_of(MHD_Connection* connection) {
  const auto* info = ::MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return reinterpret_cast<std::uintptr_t>(info->socket_context);
}

int socket_of(MHD_Connection* connection) {
  return ::MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

MHD_Result collect(void* request, MHD_ValueKind /*kind*/, const char* name, const char* value) {
  auto& wanted = *static_cast<SnapshotRequest*>(request);
  using Field = std::pair<std::string_view, std::string*>;
  const std::array fields{Field{"authorization", &wanted.authorization},
                          Field{"if-none-match", &wanted.if_none_match},
                          Field{"if-range", &wanted.if_range}, Field{"range", &wanted.range},
                          Field{"prefer", &wanted.prefer}};
  const std::string lower = util::to_lower(name);
  for (const auto& [field, target] : fields) {
    if (lower != field) continue;
    if (!target->empty()) *target += ", ";
    *target += value == nullptr ? "" : value;
  }
  return MHD_YES;
}

MHD_Result queue(MHD_Connection* connection, SnapshotAnswer answer) {
  const MhdResponse response(
      answer.file
          ? ::MHD_create_response_from_fd_at_offset64(answer.size, answer.file.get(), answer.first)
          : ::MHD_create_response_from_buffer(answer.body.size(), answer.body.data(),
                                              MHD_RESPMEM_MUST_COPY));
  if (!response) return MHD_NO;
  answer.file.release();  // the response closes it
  for (const auto& [name, value] : answer.headers) {
    ::MHD_add_response_header(response.get(), name.c_str(), value.c_str());
  }
  return ::MHD_queue_response(connection, answer.status, response.get());
}

}  // namespace

SnapshotDaemon::SnapshotDaemon(Poller& poller, Clients& clients, SnapshotSite& site,
                               SnapshotDaemonOptions options)
    : poller_(poller),
      clients_(clients),
      site_(site),
      options_(std::move(options)),
      polls_(poller, [](MHD_Connection* connection) { ::MHD_resume_connection(connection); }) {}

// libmicrohttpd must not be stopped while connections are suspended.
SnapshotDaemon::~SnapshotDaemon() {
  polls_.release_all();
  if (epoll_fd_ >= 0) poller_.remove(epoll_fd_);
  daemon_.reset();
}

util::Result<void> SnapshotDaemon::start() {
  daemon_.reset(::MHD_start_daemon(
      MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0,  //
      nullptr, nullptr, &SnapshotDaemon::on_request, this,                     //
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, kHeaderMemory,                       //
      // Never reached: clients are cut off before.
      MHD_OPTION_CONNECTION_LIMIT, static_cast<unsigned>(2 * options_.max_connections + 16),  //
      // All signals are blocked in our thread; without this no file is sent by sendfile(2).
      MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,                                          //
      MHD_OPTION_CONNECTION_TIMEOUT, static_cast<unsigned>(options_.stall.count()),  //
      MHD_OPTION_NOTIFY_COMPLETED, &SnapshotDaemon::on_completed, this,              //
      MHD_OPTION_NOTIFY_CONNECTION, &SnapshotDaemon::on_connection, this,            //
      MHD_OPTION_END));
  if (!daemon_) return util::fail(util::ErrorKind::kLocal, "cannot start the snapshot server");
  epoll_fd_ = ::MHD_get_daemon_info(daemon_.get(), MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
  return poller_.add(epoll_fd_, EPOLLIN, [](std::uint32_t) { /* run() does the work */ });
}

bool SnapshotDaemon::add(ClientId id, util::Fd socket, const PeerAddress& address) {
  const int fd = socket.release();  // closed by libmicrohttpd, in any case
  arriving_[fd] = id;
  if (::MHD_add_connection(daemon_.get(), fd, address.get(), address.length) == MHD_YES) {
    return true;
  }
  arriving_.erase(fd);
  return false;
}

util::Result<void> SnapshotDaemon::run() {
  polls_.release_overdue(util::SteadyClock::now());
  if (::MHD_run(daemon_.get()) == MHD_YES) return {};
  return util::fail(util::sys_error("the snapshot server stopped", EINVAL));
}

void SnapshotDaemon::look() {
  polls_.look([this](const std::string& name) { return site_.state_of(name); });
}

util::Deadline SnapshotDaemon::next_deadline() const {
  MHD_UNSIGNED_LONG_LONG theirs = 0;
  if (::MHD_get_timeout(daemon_.get(), &theirs) != MHD_YES) return polls_.next_deadline();
  constexpr MHD_UNSIGNED_LONG_LONG kMost = 3'600'000;
  const auto wait = std::chrono::milliseconds(std::min(theirs, kMost));
  return std::min(polls_.next_deadline(), util::SteadyClock::now() + wait);
}

MHD_Result SnapshotDaemon::on_request(void* self, MHD_Connection* connection, const char* path,
                                      const char* method, const char* /*version*/,
                                      const char* /*body*/, std::size_t* body_size, void** seen) {
  auto& daemon = *static_cast<SnapshotDaemon*>(self);
  Exchange& exchange = daemon.exchanges_[connection];
  const bool is_header = *seen == nullptr;
  *seen = &exchange;
  if (!is_header && *body_size == 0) return daemon.answer(connection, path, method, exchange);
  exchange.body += *body_size;
  *body_size = 0;
  return exchange.body <= kMaxBody ? MHD_YES : MHD_NO;  // no: the connection is closed
}

MHD_Result SnapshotDaemon::answer(MHD_Connection* connection, const char* path, const char* method,
                                  Exchange& exchange) {
  clients_.busy(client_of(connection));
  SnapshotRequest request{.method = method, .path = path};
  ::MHD_get_connection_values(connection, MHD_HEADER_KIND, &collect, &request);
  auto answer = site_.answer(request);
  const bool may_hold = answer.hold && !exchange.was_held;
  exchange.was_held = true;
  if (may_hold && hold(connection, *answer.hold)) {
    ::MHD_suspend_connection(connection);
    return MHD_YES;
  }
  return queue(connection, std::move(answer));
}

bool SnapshotDaemon::hold(MHD_Connection* connection, const SnapshotAnswer::Hold& wanted) {
  return polls_.hold(connection, {.socket = socket_of(connection),
                                  .name = wanted.name,
                                  .state = wanted.state,
                                  .deadline = util::SteadyClock::now() + wanted.wait});
}

void SnapshotDaemon::on_completed(void* self, MHD_Connection* connection, void** /*seen*/,
                                  MHD_RequestTerminationCode /*code*/) {
  auto& daemon = *static_cast<SnapshotDaemon*>(self);
  daemon.exchanges_.erase(connection);
  daemon.clients_.idle(client_of(connection), util::SteadyClock::now() + daemon.options_.pause);
}

void SnapshotDaemon::on_connection(void* self, MHD_Connection* connection, void** context,
                                   MHD_ConnectionNotificationCode what) {
  auto& daemon = *static_cast<SnapshotDaemon*>(self);
  if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
    daemon.options_.closed(client_of(connection));
    return;
  }
  const auto arrived = daemon.arriving_.extract(socket_of(connection));
  const ClientId id = arrived.empty() ? 0 : arrived.mapped();
  // A number in place of a pointer needs no allocation that something would have to free.
  *context = reinterpret_cast<void*>(std::uintptr_t{id});  // NOLINT(performance-no-int-to-ptr)
  daemon.clients_.idle(id, util::SteadyClock::now() + daemon.options_.request);
}

}  // namespace gitsync::http
