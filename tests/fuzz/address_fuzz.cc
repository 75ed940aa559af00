// SPDX-License-Identifier: Apache-2.0
// The host that a request goes to, and so the one that may be shown a secret.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/address.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string url(reinterpret_cast<const char*>(data), size);
  const auto address = gitsync::net::parse_address(url);
  if (!address) return 0;
  if (address->scheme != "http" && address->scheme != "https") std::abort();
  if (address->host.empty() || address->port.empty()) std::abort();
  if (address->port.find_first_not_of("0123456789") != std::string::npos) std::abort();
  if (address->host.find_first_of("/?#@\\") != std::string::npos) std::abort();
  // Nothing besides scheme, host and port decides.
  const std::string host =
      address->host.find(':') == std::string::npos ? address->host : "[" + address->host + "]";
  const auto again =
      gitsync::net::parse_address(address->scheme + "://" + host + ":" + address->port + "/");
  if (!again || *again != *address) std::abort();
  return 0;
}
