// SPDX-License-Identifier: Apache-2.0
// HTTP on connections that somebody else has accepted, over libmicrohttpd: from requests to the
// answers of the site, and back to their clients, now or after a long poll.

#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <unordered_map>

#include "http/clients.h"
#include "http/long_polls.h"
#include "http/mhd.h"
#include "http/peer_address.h"
#include "http/poller.h"
#include "http/snapshot_site.h"
#include "util/error.h"
#include "util/event.h"
#include "util/fd.h"

namespace gitsync::http {

struct SnapshotDaemonOptions {
  std::size_t max_connections = 0;
  std::chrono::seconds stall{60};        // a connection on which nothing moves is closed
  std::chrono::milliseconds request{0};  // from the beginning of a connection to its first request
  std::chrono::milliseconds pause{0};    // from an answer to the next request
  // A connection has ended; its socket is about to be closed.
  std::function<void(ClientId)> closed;
};

// Thread-safety: none; all in the thread of the poller.
class SnapshotDaemon {
 public:
  // `poller`, `clients` and `site` outlive it.
  SnapshotDaemon(Poller& poller, Clients& clients, SnapshotSite& site,
                 SnapshotDaemonOptions options);
  ~SnapshotDaemon();
  SnapshotDaemon(const SnapshotDaemon&) = delete;
  SnapshotDaemon& operator=(const SnapshotDaemon&) = delete;

  util::Result<void> start();

  // Serves HTTP on a socket. On failure it is closed, and nothing is called.
  bool add(ClientId id, util::Fd socket, const PeerAddress& address);
  // To be called after each wait of the poller.
  util::Result<void> run();
  // Looks whether the pointers that are waited for have changed.
  void look();
  // When run() is due without an event.
  util::Deadline next_deadline() const;

 private:
  struct Exchange {
    std::size_t body = 0;  // bytes that have come
    bool was_held = false;
  };

  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* path,
                               const char* method, const char* version, const char* body,
                               std::size_t* body_size, void** seen);
  static void on_completed(void* self, MHD_Connection* connection, void** seen,
                           MHD_RequestTerminationCode code);
  static void on_connection(void* self, MHD_Connection* connection, void** context,
                            MHD_ConnectionNotificationCode what);
  MHD_Result answer(MHD_Connection* connection, const char* path, const char* method,
                    Exchange& exchange);
  bool hold(MHD_Connection* connection, const SnapshotAnswer::Hold& wanted);

  Poller& poller_;
  Clients& clients_;
  SnapshotSite& site_;
  const SnapshotDaemonOptions options_;
  std::unordered_map<MHD_Connection*, Exchange> exchanges_;
  std::unordered_map<int, ClientId> arriving_;  // by socket, until libmicrohttpd has taken it
  LongPolls polls_;
  int epoll_fd_ = -1;  // libmicrohttpd's
  Daemon daemon_;
};

}  // namespace gitsync::http
