// SPDX-License-Identifier: Apache-2.0
#include "net/address.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <string_view>

namespace gitsync::net {
namespace {

using util::ErrorKind;

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlDeleter>;

std::string part(const Url& url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
  std::string result(text);
  curl_free(text);
  return result;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool Address::is_loopback() const {
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6{};
  if (::inet_pton(AF_INET6, host.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6);
  return host == "localhost";
}

std::string Address::display() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + port;
}

util::Result<Address> parse_address(const std::string& url) {
  const Url parts(curl_url());
  const auto code = curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0);
  if (code != CURLUE_OK) {
    return util::fail(ErrorKind::kInvalid, std::string("unusable URL: ") + curl_url_strerror(code));
  }
  Address address{.scheme = part(parts, CURLUPART_SCHEME),
                  .host = part(parts, CURLUPART_HOST),
                  .port = part(parts, CURLUPART_PORT)};
  if (address.scheme != "http" && address.scheme != "https") {
    return util::fail(ErrorKind::kInvalid, "unusable URL: only http and https are supported");
  }
  if (address.host.starts_with('[')) address.host = address.host.substr(1, address.host.size() - 2);
  std::ranges::transform(address.host, address.host.begin(), lower);
  return address;
}

}  // namespace gitsync::net
