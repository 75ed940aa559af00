// SPDX-License-Identifier: Apache-2.0
#include "net/status.h"

namespace gitsync::net {

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

std::string describe_status(int status) {
  return status == 0 ? "a response without HTTP status" : "status " + std::to_string(status);
}

}  // namespace gitsync::net
