// SPDX-License-Identifier: Apache-2.0
// TLS in front of a server that knows none (the image's libmicrohttpd has no GnuTLS): the handshake
// with each client, and then one end of a socket pair for the server, which speaks plain HTTP on
// it.

#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <unordered_map>

#include "http/clients.h"
#include "http/deadlines.h"
#include "http/peer_address.h"
#include "http/poller.h"
#include "http/tls_identity.h"
#include "http/tls_link.h"
#include "util/event.h"
#include "util/fd.h"

namespace gitsync::http {

struct TlsFrontOptions {
  // How long a client may take none of the bytes that are there for it, or need for its end after
  // ours.
  std::chrono::milliseconds stall = std::chrono::seconds(60);
  std::chrono::milliseconds farewell = std::chrono::seconds(5);
  // The handshake with a client is over: the plain side of its connection, non-blocking.
  std::function<void(ClientId, util::Fd, const PeerAddress&)> opened;
  // A client is gone, or never made it here. Not called for those that were cut off.
  std::function<void(ClientId)> closed;
};

// How long a handshake may take is for the owner of the clients to decide, by cut_off().
// Thread-safety: none; all in the thread of the poller.
class TlsFront {
 public:
  TlsFront(Poller& poller, std::unique_ptr<TlsIdentity> identity, TlsFrontOptions options)
      : poller_(poller), identity_(std::move(identity)), options_(std::move(options)) {}
  ~TlsFront();
  TlsFront(const TlsFront&) = delete;
  TlsFront& operator=(const TlsFront&) = delete;

  // `socket`: a new connection, non-blocking.
  void add(ClientId id, util::Fd socket, const PeerAddress& address);
  void cut_off(ClientId id);

  util::Deadline next_deadline() const { return deadlines_.next(); }
  void cut_off_overdue(util::Deadline now);

 private:
  struct Client {
    TlsLink link;
    PeerAddress address;
  };

  util::Result<void> watch(ClientId id, int fd);
  void step(ClientId id);
  bool is_connected(ClientId id, Client& client);
  bool is_watched(Client& client);
  void set_deadline(ClientId id, const TlsLink& link, bool moved);
  void end(ClientId id);

  Poller& poller_;
  const std::unique_ptr<TlsIdentity> identity_;
  const TlsFrontOptions options_;
  std::unordered_map<ClientId, Client> clients_;
  Deadlines<ClientId> deadlines_;
  std::array<char, TlsLink::kRecordBytes> scratch_{};
};

}  // namespace gitsync::http
