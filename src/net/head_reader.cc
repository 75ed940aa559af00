// SPDX-License-Identifier: Apache-2.0
#include "net/head_reader.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "util/text.h"

namespace gitsync::net {
namespace {

// A server that sends headers without end must not fill our memory.
constexpr std::size_t kMaxHeaderBytes = std::size_t{256} << 10;

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

// "HTTP/1.1 200 OK" or "HTTP/2 200".
int status_of(std::string_view line) {
  const std::string_view text = line.substr(std::min(line.find(' '), line.size() - 1) + 1);
  int status = 0;
  std::from_chars(text.data(), text.data() + text.size(), status);
  return status;
}

// RFC 3986 5.2. Only joins: who is asked next is decided by our own parser.
std::string resolve(const std::string& base, const std::string& reference) {
  const std::unique_ptr<CURLU, UrlDeleter> url(curl_url());
  constexpr unsigned kFlags = CURLU_NON_SUPPORT_SCHEME | CURLU_ALLOW_SPACE;
  char* text = nullptr;
  if (curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK ||
      curl_url_set(url.get(), CURLUPART_URL, reference.c_str(), kFlags) != CURLUE_OK ||
      curl_url_get(url.get(), CURLUPART_URL, &text, 0) != CURLUE_OK) {
    return {};
  }
  std::string result(text);
  curl_free(text);
  return result;
}

}  // namespace

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool HeadReader::add(std::string_view line) {
  bytes_ += line.size();
  if (bytes_ > kMaxHeaderBytes) return false;
  if (complete_) return true;  // a trailer
  if (line.starts_with("HTTP/") && head_.status == 0) {
    head_.status = status_of(line);
  } else if (line != "\r\n" && line != "\n") {
    add_field(line);
  } else if (head_.status >= 200) {
    complete_ = true;
    find_redirect();
  } else {
    head_ = {.url = std::move(head_.url)};
  }
  return true;
}

void HeadReader::finish(int status) {
  if (complete_) return;
  head_.status = status;
  complete_ = true;
}

void HeadReader::add_field(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  head_.headers.emplace_back(line.substr(0, colon), util::trim(line.substr(colon + 1)));
}

void HeadReader::find_redirect() {
  const std::string location(head_.header("Location"));
  if (is_redirect(head_.status) && !location.empty()) {
    head_.redirect_url = resolve(head_.url, location);
  }
}

}  // namespace gitsync::net
