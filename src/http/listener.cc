// SPDX-License-Identifier: Apache-2.0
#include "http/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "http/bind_address.h"

namespace gitsync::http {
namespace {

using util::ErrorKind;
using util::fail;
using util::Result;

struct AddressListDeleter {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using AddressList = std::unique_ptr<addrinfo, AddressListDeleter>;

Result<AddressList> look_up(const BindAddress& address, int family) {
  const addrinfo wanted{
      .ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_family = family, .ai_socktype = SOCK_STREAM};
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(address.host.empty() ? nullptr : address.host.c_str(),
                                 std::to_string(address.port).c_str(), &wanted, &found);
  if (code == EAI_SYSTEM) return fail(util::sys_error("look up host"));
  if (code != 0)
    return fail(ErrorKind::kInvalid, "look up host: " + std::string(::gai_strerror(code)));
  return AddressList(found);
}

Result<std::uint16_t> bound_port(int fd) {
  sockaddr_storage name{};
  socklen_t length = sizeof name;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &length) != 0) {
    return fail(util::sys_error("getsockname"));
  }
  return ntohs(name.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(name).sin6_port
                                          : reinterpret_cast<const sockaddr_in&>(name).sin_port);
}

Result<Listener> listen_at(const addrinfo& address) {
  Listener listener{
      util::Fd(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))};
  const int fd = listener.fd.get();
  if (fd < 0) return fail(util::sys_error("socket"));
  const int on = 1;
  const int off = 0;
  // A restart must not wait for the connections of the previous run to time out.
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // So that the IPv6 wildcard serves IPv4 too; for other addresses it means nothing.
  if (address.ai_family == AF_INET6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (::bind(fd, address.ai_addr, address.ai_addrlen) != 0) return fail(util::sys_error("bind"));
  if (::listen(fd, SOMAXCONN) != 0) return fail(util::sys_error("listen"));
  GS_TRY(listener.port, bound_port(fd));
  return listener;
}

Result<Listener> listen_on_host(const BindAddress& address) {
  GS_TRY(const AddressList list, look_up(address, AF_UNSPEC));
  const addrinfo* chosen = list.get();
  for (const addrinfo* next = list.get(); next != nullptr; next = next->ai_next) {
    if (next->ai_family != AF_INET) continue;
    chosen = next;
    break;
  }
  return listen_at(*chosen);
}

Result<Listener> listen_everywhere(const BindAddress& address) {
  for (const int family : {AF_INET6, AF_INET}) {
    GS_TRY(const AddressList list, look_up(address, family));
    auto listener = listen_at(*list);
    // A machine may have IPv6 compiled out, or switched off.
    const bool without_ipv6 = !listener && (listener.error().sys_errno == EAFNOSUPPORT ||
                                            listener.error().sys_errno == EADDRNOTAVAIL);
    if (family == AF_INET || !without_ipv6) return listener;
  }
  std::unreachable();
}

util::Cause cause_of(int code) {
  if (code == EADDRINUSE) return util::Cause::kPortTaken;
  if (code == EACCES) return util::Cause::kPortPrivileged;
  if (code == EADDRNOTAVAIL) return util::Cause::kNotOurAddress;
  return util::Cause::kUnknown;
}

}  // namespace

Result<Listener> listen_on(std::string_view bind, std::string_view setting) {
  GS_TRY(const auto address, parse_bind(bind));
  auto listener = address.host.empty() ? listen_everywhere(address) : listen_on_host(address);
  if (listener) return listener;
  util::Error error = std::move(listener).error().with_context("listen on " + std::string(bind));
  error.cause = cause_of(error.sys_errno);
  error.subject = setting;
  return fail(std::move(error));
}

}  // namespace gitsync::http
