// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <initializer_list>

#include "net/address.h"
#include "net/transfer.h"

namespace gitsync::net {
namespace {

using util::ErrorKind;
using util::Result;

constexpr int kMaxRedirects = 10;

std::string first_of(const util::Environment& environment,
                     std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    if (auto value = environment.get(name); value && !value->empty()) return *value;
  }
  return {};
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

// Nothing from a setting may end a line of the request.
Result<void> check(const Request& request) {
  if (!is_token(request.method)) return util::fail(ErrorKind::kInvalid, "unusable HTTP method");
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name) ||
        value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return util::fail(ErrorKind::kInvalid, "unusable HTTP header");
    }
  }
  return {};
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// RFC 9110 15.4: after 301 to 303 everything becomes a GET, as all clients do; 307 and 308 repeat
// the request. Credentials are for the host that they were meant for.
void redirect(Request& request, int status, std::string url, const Address& from,
              const Address& to) {
  request.url = std::move(url);
  if (status <= 303 && request.method != "HEAD") {
    request.method = "GET";
    request.body.clear();
  }
  if (!(from == to)) {
    std::erase_if(request.headers, [](const Header& h) { return h.first == "Authorization"; });
  }
}

}  // namespace

Global::Global() { curl_global_init(CURL_GLOBAL_DEFAULT); }
Global::~Global() { curl_global_cleanup(); }

ClientOptions ClientOptions::from(const util::Environment& environment) {
  return {.http_proxy = first_of(environment, {"http_proxy", "HTTP_PROXY"}),
          .https_proxy = first_of(environment, {"https_proxy", "HTTPS_PROXY"}),
          .no_proxy = first_of(environment, {"no_proxy", "NO_PROXY"}),
          .ca_file = first_of(environment, {"SSL_CERT_FILE"}),
          .ca_directories = first_of(environment, {"SSL_CERT_DIR"})};
}

Result<Response> HttpClient::send(const Request& request, const util::Limit& limit) const {
  GS_TRY_VOID(check(request));
  GS_TRY(Address address, parse_address(request.url));
  Request current = request;
  for (int redirects = 0;; ++redirects) {
    auto done = exchange(current, address, options_, limit);
    if (!done) return util::fail(std::move(done).error().with_context(address.display()));
    if (current.redirects == Redirects::kReturn || !is_redirect(done->response.status) ||
        done->redirect_url.empty()) {
      return std::move(done->response);
    }
    if (redirects == kMaxRedirects) {
      return util::fail(ErrorKind::kProtocol, address.display() + ": too many redirects");
    }
    auto next = parse_address(done->redirect_url);
    if (!next) {
      return util::fail(ErrorKind::kProtocol,
                        address.display() + ": redirected to an unusable URL");
    }
    redirect(current, done->response.status, std::move(done->redirect_url), address, *next);
    address = std::move(*next);
  }
}

}  // namespace gitsync::net
