// SPDX-License-Identifier: Apache-2.0
// The host that a request goes to, and so the one that may be shown a secret: what we read in a URL
// is what libcurl reads in the URL that we hand to it, and in the one that we were given.

#include <curl/curl.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/ip_network.h"
#include "net/target.h"
#include "util/text.h"

namespace {

struct Deleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

using Url = std::unique_ptr<CURLU, Deleter>;

std::string part(const Url& url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return {};
  std::string result(text);
  curl_free(text);
  return result;
}

// One spelling for what may be spelled in several ways: an IPv6 address in brackets.
std::string canonical(const std::string& host) {
  if (!host.starts_with('[')) return gitsync::util::to_lower(host);
  const auto ip = gitsync::net::parse_ip(host.substr(1, host.size() - 2));
  return ip ? "[" + gitsync::util::to_hex({reinterpret_cast<const char*>(ip->data()), ip->size()})
            : host;
}

// Where libcurl would connect to; nothing if it takes this for no URL.
std::optional<std::string> place(const std::string& text, Url& url) {
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_PATH_AS_IS | CURLU_ALLOW_SPACE) !=
      CURLUE_OK) {
    return std::nullopt;
  }
  return part(url, CURLUPART_SCHEME) + " " + canonical(part(url, CURLUPART_HOST)) + " " +
         part(url, CURLUPART_ZONEID) + " " + part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

std::string place(const gitsync::net::Address& address) {
  const auto percent = address.host.find('%');
  const std::string zone = percent == std::string::npos ? "" : address.host.substr(percent + 1);
  const std::string host = address.host.substr(0, percent);
  return address.scheme + " " + canonical(host.contains(':') ? "[" + host + "]" : host) + " " +
         zone + " " + address.port;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto target = gitsync::net::parse_target(text);
  if (!target) return 0;
  const auto& address = target->address;
  const std::string ours = place(address);

  Url anew(curl_url());
  if (place(target->url(), anew) != ours) std::abort();
  const std::string query = part(anew, CURLUPART_QUERY);
  const std::string path = part(anew, CURLUPART_PATH) + (query.empty() ? "" : "?" + query);
  if (path != target->path && path + "?" != target->path) std::abort();
  if (!part(anew, CURLUPART_USER).empty()) std::abort();

  Url given(curl_url());
  const auto theirs = place(text, given);
  if (theirs && theirs != ours) std::abort();

  // Nothing besides scheme, host and port decides.
  const auto again = gitsync::net::parse_address(address.origin());
  if (!again || *again != address) std::abort();
  return 0;
}
