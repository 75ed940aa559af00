// SPDX-License-Identifier: Apache-2.0
// One TLS connection, and the plain one behind it that carries the same bytes: both ends of a link
// that moves what it can and never waits.

#pragma once

#include <cstdint>
#include <string>

#include "http/tls_identity.h"
#include "util/fd.h"

namespace gitsync::http {

// Of each direction at most one TLS record (16 KiB) is held here; while it is, nothing more is
// read. So whoever does not read is not written for.
//
// The ends: when the client has ended its side, the plain side is shut for writing, and answers go
// on. When the plain side has ended, everything before is sent, then close_notify; then the link
// waits for the client's end, since what it still sends would otherwise make the kernel throw away
// what it has not read yet.
// Thread-safety: none.
class TlsLink {
 public:
  enum class Phase { kHandshake, kOpen, kClosing, kOver };

  // `socket` is non-blocking.
  TlsLink(util::Fd socket, TlsConnection connection);

  // After the handshake: the plain side, non-blocking.
  void connect(util::Fd plain) { plain_ = std::move(plain); }

  // Moves what can be moved. `scratch` has kRecordBytes. Returns whether a byte was moved.
  static constexpr std::size_t kRecordBytes = 16384;
  bool step(char* scratch);

  Phase phase() const noexcept { return phase_; }
  int socket() const noexcept { return socket_.get(); }
  int plain() const noexcept { return plain_.get(); }
  // What epoll(7) is to look for; 0: nothing.
  std::uint32_t socket_events() const noexcept;
  std::uint32_t plain_events() const noexcept;
  // Whether bytes wait for a side that does not take them.
  bool is_stalled() const noexcept { return !inbound_.empty() || !outbound_.empty(); }

 private:
  void shake_hands();
  bool move_inbound(char* scratch);
  bool move_outbound(char* scratch);
  bool write_plain(const char* data, std::size_t size);
  bool write_tls(const char* data, std::size_t size);
  void end_inbound();
  void say_goodbye();
  void drain(char* scratch);
  // What a call of OpenSSL that did not succeed is waiting for; the link is over if for nothing.
  std::uint32_t wish_after(int result);

  util::Fd socket_;
  util::Fd plain_;
  TlsConnection tls_;  // before socket_ is closed
  Phase phase_ = Phase::kHandshake;
  std::string inbound_;   // from the client, not yet taken by the plain side
  std::string outbound_;  // from the plain side, not yet taken by the client
  bool inbound_ended_ = false;
  bool said_goodbye_ = false;
  std::uint32_t read_wish_ = 0;
  std::uint32_t write_wish_ = 0;
};

}  // namespace gitsync::http
