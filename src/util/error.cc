// SPDX-License-Identifier: Apache-2.0
#include "util/error.h"

#include <cerrno>
#include <system_error>

namespace gitsync::util {
namespace {

ErrorKind kind_of(int code) {
  switch (code) {
    case ENOENT:
      return ErrorKind::kNotFound;
    case ETIMEDOUT:
      return ErrorKind::kTimeout;
    case ECONNREFUSED:
    case ECONNRESET:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EPIPE:
      return ErrorKind::kNetwork;
    case EAGAIN:
    case EBUSY:
      return ErrorKind::kBusy;
    default:
      return ErrorKind::kLocal;
  }
}

}  // namespace

std::string_view to_string(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::kNetwork:
      return "network";
    case ErrorKind::kTimeout:
      return "timeout";
    case ErrorKind::kStopped:
      return "stopped";
    case ErrorKind::kAuth:
      return "auth";
    case ErrorKind::kNotFound:
      return "not found";
    case ErrorKind::kProtocol:
      return "protocol";
    case ErrorKind::kCorrupt:
      return "corrupt";
    case ErrorKind::kBusy:
      return "busy";
    case ErrorKind::kMoved:
      return "moved";
    case ErrorKind::kInvalid:
      return "invalid";
    case ErrorKind::kLocal:
      return "local";
  }
  return "unknown";
}

Error Error::with_context(std::string_view context) && {
  message = std::string(context) + ": " + message;
  return std::move(*this);
}

Error sys_error(std::string_view what) { return sys_error(what, errno); }

Error sys_error(std::string_view what, int code) {
  return Error{.kind = kind_of(code),
               .message = std::string(what) + ": " + std::generic_category().message(code),
               .sys_errno = code};
}

}  // namespace gitsync::util
