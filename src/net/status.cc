// SPDX-License-Identifier: Apache-2.0
#include "net/status.h"

namespace gitsync::net {

using util::Cause;
using util::ErrorKind;

ErrorKind kind_of_status(int status) noexcept {
  switch (status) {
    case 401:
    case 403:
      return ErrorKind::kAuth;
    case 404:
    case 410:
      return ErrorKind::kNotFound;
    case 408:
    case 429:
      return ErrorKind::kNetwork;
    default:
      return status >= 500 && status <= 599 ? ErrorKind::kNetwork : ErrorKind::kProtocol;
  }
}

Cause cause_of_status(int status) noexcept {
  switch (status) {
    case 400:
      return Cause::kBadRequest;
    case 403:
      return Cause::kForbidden;
    case 407:
      return Cause::kProxyRefuses;
    case 429:
      return Cause::kRateLimited;
    default:
      return status >= 500 && status <= 599 ? Cause::kServerFault : Cause::kUnknown;
  }
}

std::string describe_status(int status) {
  return status == 0 ? "a response without HTTP status" : "status " + std::to_string(status);
}

}  // namespace gitsync::net
