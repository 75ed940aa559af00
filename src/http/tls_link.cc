// SPDX-License-Identifier: Apache-2.0
#include "http/tls_link.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace gitsync::http {
namespace {

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

TlsLink::TlsLink(util::Fd socket, TlsConnection connection)
    : socket_(std::move(socket)), tls_(std::move(connection)), read_wish_(EPOLLIN) {}

bool TlsLink::step(char* scratch) {
  if (phase_ == Phase::kHandshake) shake_hands();
  bool moved = false;
  if (phase_ == Phase::kOpen && plain_) {
    bool goes_on = true;
    // It ends: the plain side's buffers are filled and emptied by nobody meanwhile.
    while (goes_on && phase_ == Phase::kOpen) {
      goes_on = move_inbound(scratch);
      goes_on = (phase_ == Phase::kOpen && move_outbound(scratch)) || goes_on;
      moved = moved || goes_on;
    }
  }
  if (phase_ == Phase::kClosing) say_goodbye();
  if (phase_ == Phase::kClosing) drain(scratch);
  return moved;
}

std::uint32_t TlsLink::wish_after(int result) {
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return EPOLLIN;
    case SSL_ERROR_WANT_WRITE:
      return EPOLLOUT;
    default:
      phase_ = Phase::kOver;
      return 0;
  }
}

void TlsLink::shake_hands() {
  ERR_clear_error();
  const int result = SSL_do_handshake(tls_.get());
  read_wish_ = 0;
  if (result == 1) {
    phase_ = Phase::kOpen;
  } else {
    read_wish_ = wish_after(result);
  }
}

bool TlsLink::move_inbound(char* scratch) {
  if (!inbound_.empty()) {
    const std::string held = std::exchange(inbound_, {});
    return write_plain(held.data(), held.size());
  }
  if (inbound_ended_) return false;
  ERR_clear_error();
  const int got = SSL_read(tls_.get(), scratch, static_cast<int>(kRecordBytes));
  read_wish_ = EPOLLIN;
  if (got > 0) return write_plain(scratch, static_cast<std::size_t>(got));
  if (SSL_get_error(tls_.get(), got) == SSL_ERROR_ZERO_RETURN) {
    end_inbound();
  } else {
    read_wish_ = wish_after(got);
  }
  return false;
}

bool TlsLink::write_plain(const char* data, std::size_t size) {
  const auto sent = ::send(plain_.get(), data, size, MSG_NOSIGNAL);
  if (sent < 0 && !would_block()) {
    end_inbound();  // the plain side reads no more: what the client says is of no use
    return false;
  }
  const auto taken = static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
  inbound_.assign(data + taken, size - taken);
  return taken > 0;
}

void TlsLink::end_inbound() {
  inbound_ended_ = true;
  read_wish_ = 0;
  ::shutdown(plain_.get(), SHUT_WR);
}

bool TlsLink::move_outbound(char* scratch) {
  if (!outbound_.empty()) {
    const std::string held = std::exchange(outbound_, {});
    return write_tls(held.data(), held.size());
  }
  const auto got = ::recv(plain_.get(), scratch, kRecordBytes, 0);
  if (got > 0) return write_tls(scratch, static_cast<std::size_t>(got));
  // A reset is an end, too: the plain side has closed without having read all.
  if (got == 0 || !would_block()) phase_ = Phase::kClosing;
  return false;
}

bool TlsLink::write_tls(const char* data, std::size_t size) {
  ERR_clear_error();
  const int sent = SSL_write(tls_.get(), data, static_cast<int>(size));
  write_wish_ = sent > 0 ? 0 : wish_after(sent);
  const auto taken = static_cast<std::size_t>(std::max(sent, 0));
  outbound_.assign(data + taken, size - taken);
  if (taken > 0 && taken < size) write_wish_ = EPOLLOUT;
  return taken > 0;
}

void TlsLink::say_goodbye() {
  if (said_goodbye_) return;
  ERR_clear_error();
  const int result = SSL_shutdown(tls_.get());
  write_wish_ = result < 0 ? wish_after(result) : 0;
  if (result < 0) return;
  said_goodbye_ = true;
  ::shutdown(socket_.get(), SHUT_WR);
}

void TlsLink::drain(char* scratch) {
  constexpr int kMostReads = 16;  // at a time: others wait as well
  for (int i = 0; said_goodbye_ && i < kMostReads; ++i) {
    const auto got = ::recv(socket_.get(), scratch, kRecordBytes, 0);
    if (got > 0) continue;
    if (got == 0 || !would_block()) phase_ = Phase::kOver;
    return;
  }
}

std::uint32_t TlsLink::socket_events() const noexcept {
  if (phase_ == Phase::kClosing) return said_goodbye_ ? EPOLLIN : write_wish_;
  const bool reads = inbound_.empty() && !inbound_ended_;
  return (reads ? read_wish_ : 0) | (outbound_.empty() ? 0 : write_wish_);
}

std::uint32_t TlsLink::plain_events() const noexcept {
  if (phase_ != Phase::kOpen || !plain_) return 0;
  return (outbound_.empty() ? EPOLLIN : 0U) | (inbound_.empty() ? 0U : EPOLLOUT);
}

}  // namespace gitsync::http
