// SPDX-License-Identifier: Apache-2.0
#include "net/ssh_mux.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "util/wait.h"

namespace gitsync::net {
namespace {

using util::ErrorKind;
using util::Limit;
using util::Result;

util::Error broken(const char* what) {
  return {.kind = ErrorKind::kNetwork, .message = std::string("ssh: ") + what};
}

// errno of a call on the socket: whatever went wrong, the master is not there any more.
util::Error socket_error(const char* what) {
  auto error = util::sys_error(std::string("ssh: ") + what);
  if (error.kind == ErrorKind::kLocal) error.kind = ErrorKind::kNetwork;
  return error;
}

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return util::fail(ErrorKind::kLocal, "ssh: the path of the control socket is too long");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

Result<void> wait_for(int fd, short events, const Limit& limit) {
  std::array<pollfd, 1> wanted{{{fd, events, 0}}};
  return util::wait_for_descriptors(wanted, limit);
}

// Sends a message, or the part of it that goes now; its size, 0 if nothing goes.
Result<std::size_t> send_some(int fd, const msghdr& message) {
  ssize_t sent = 0;
  while ((sent = ::sendmsg(fd, &message, MSG_NOSIGNAL)) < 0 && errno == EINTR) {
  }
  if (sent < 0 && errno != EAGAIN) return util::fail(socket_error("write to the control socket"));
  return static_cast<std::size_t>(sent < 0 ? 0 : sent);
}

bool is_refusal(MuxReplyType type) {
  return type == MuxReplyType::kFailure || type == MuxReplyType::kPermissionDenied;
}

Result<void> expect(const MuxReply& reply, MuxReplyType type) {
  if (reply.type == type) return {};
  if (is_refusal(reply.type)) return util::fail(ErrorKind::kNetwork, "ssh: " + reply.reason);
  return util::fail(ErrorKind::kProtocol, "ssh: an unexpected answer on the control socket");
}

}  // namespace

Result<MuxClient> MuxClient::connect(const std::string& socket, const Limit& limit) {
  GS_TRY(const auto address, address_of(socket));
  util::Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return util::fail(util::sys_error("socket"));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return util::fail(socket_error("connect to the control socket"));
  }
  MuxClient client(std::move(fd));
  GS_TRY_VOID(client.send(mux_hello(), limit));
  GS_TRY(const auto hello, client.receive(limit));
  GS_TRY_VOID(expect(hello, MuxReplyType::kHello));
  if (hello.value == kMuxVersion) return client;
  return util::fail(ErrorKind::kProtocol, "ssh: the control socket speaks version " +
                                              std::to_string(hello.value) + " of its protocol");
}

Result<std::uint32_t> MuxClient::check_alive(const Limit& limit) {
  GS_TRY_VOID(send(mux_alive_check(++request_), limit));
  GS_TRY(const auto reply, answer(limit));
  GS_TRY_VOID(expect(reply, MuxReplyType::kAlive));
  return reply.value;
}

Result<std::optional<std::string>> MuxClient::open_session(const MuxCommand& command,
                                                           const Limit& limit) {
  GS_TRY_VOID(send(mux_new_session(++request_, command.command, command.environment), limit));
  for (const int fd : {command.standard_input, command.standard_output, command.standard_error}) {
    GS_TRY_VOID(send_descriptor(fd, limit));
  }
  GS_TRY(auto reply, answer(limit));
  if (is_refusal(reply.type)) return std::move(reply.reason);
  GS_TRY_VOID(expect(reply, MuxReplyType::kSessionOpened));
  session_ = reply.value;
  return std::nullopt;
}

Result<std::uint32_t> MuxClient::wait_for_exit(const Limit& limit) {
  while (true) {
    GS_TRY(const auto reply, receive(limit));
    if (reply.type == MuxReplyType::kTtyAllocFail) continue;  // none was wanted
    GS_TRY_VOID(expect(reply, MuxReplyType::kExit));
    if (reply.id == session_) return reply.value;
  }
}

Result<void> MuxClient::send(std::string_view bytes, const Limit& limit) {
  while (!bytes.empty()) {
    iovec part{.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
    GS_TRY(const auto sent, send_some(socket_.get(), {.msg_iov = &part, .msg_iovlen = 1}));
    bytes.remove_prefix(sent);
    if (sent == 0) GS_TRY_VOID(wait_for(socket_.get(), POLLOUT, limit));
  }
  return {};
}

// The master takes one descriptor with each byte.
Result<void> MuxClient::send_descriptor(int descriptor, const Limit& limit) {
  char byte = 0;
  iovec part{.iov_base = &byte, .iov_len = 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof descriptor)> control{};
  const msghdr message{.msg_iov = &part,
                       .msg_iovlen = 1,
                       .msg_control = control.data(),
                       .msg_controllen = control.size()};
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof descriptor);
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  while (true) {
    GS_TRY(const auto sent, send_some(socket_.get(), message));
    if (sent != 0) return {};
    GS_TRY_VOID(wait_for(socket_.get(), POLLOUT, limit));
  }
}

Result<MuxReply> MuxClient::receive(const Limit& limit) {
  while (true) {
    GS_TRY(auto reply, reader_.next());
    if (reply) return *std::move(reply);
    GS_TRY_VOID(wait_for(socket_.get(), POLLIN, limit));
    std::array<char, 4096> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read below
    const auto got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got == 0) return util::fail(broken("the master has closed the control socket"));
    if (got < 0 && errno != EAGAIN && errno != EINTR) {
      return util::fail(socket_error("read from the control socket"));
    }
    if (got > 0) reader_.feed({buffer.data(), static_cast<std::size_t>(got)});
  }
}

Result<MuxReply> MuxClient::answer(const Limit& limit) {
  GS_TRY(auto reply, receive(limit));
  if (reply.id == request_ && reply.type != MuxReplyType::kHello) return reply;
  return util::fail(ErrorKind::kProtocol, "ssh: an answer to another request");
}

}  // namespace gitsync::net
