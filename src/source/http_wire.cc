// SPDX-License-Identifier: Apache-2.0
#include "source/http_wire.h"

#include <unistd.h>

#include <utility>

#include "net/address.h"
#include "util/text.h"
#include "util/url.h"

namespace gitsync::source {
namespace {

using util::Result;

// Of what a server or a proxy says to people.
constexpr std::size_t kMaxWords = 1024;

net::SessionOptions options_of(const HttpSettings& settings) {
  return {.version = settings.version, .curl_trust = settings.trust, .curl = settings.curl};
}

// Without parameters.
std::string type_of(const net::ResponseHead& head) {
  const auto value = head.header("Content-Type");
  return util::to_lower(util::trim(value.substr(0, value.find(';'))));
}

bool is_same_place(const std::string& a, const std::string& b) {
  const auto left = net::parse_address(a);
  const auto right = net::parse_address(b);
  return left && right && *left == *right;
}

// Secrets stay with the host that they are for, as libcurl has it for redirects.
bool is_secret(const std::string& name) {
  const auto lower = util::to_lower(name);
  return lower == "authorization" || lower == "cookie";
}

bool proxy_has_login(const net::CurlSettings& settings) {
  return settings.proxy && (util::find_userinfo(settings.proxy->for_http) ||
                            util::find_userinfo(settings.proxy->for_https));
}

// Takes one reply apart while it comes.
net::Sink receive_into(HttpReply& reply, const HttpAnswer& answer) {
  return {.head = [&](const net::ResponseHead& head) -> Result<void> {
            reply.head = head;
            reply.is_answer = head.status == 200 && type_of(head) == answer.type;
            return {};
          },
          .body = [&](std::string_view bytes) -> Result<void> {
            if (reply.is_answer) {
              auto fed = answer.feed(bytes);
              if (!fed) reply.unreadable = fed.error();
              return fed;
            }
            if (type_of(reply.head) == "text/plain") {
              reply.words += bytes.substr(0, kMaxWords - reply.words.size());
            }
            return {};
          }};
}

}  // namespace

HttpWire::HttpWire(std::string repo_url, HttpSettings settings, const HttpLogin& login,
                   log::Logger logger)
    : repo_url_(std::move(repo_url)),
      settings_(std::move(settings)),
      login_(login),
      log_(std::move(logger)),
      session_(options_of(settings_)) {}

net::Traffic HttpWire::traffic() const {
  const auto& now = session_.traffic();
  return {.requests = earlier_.requests + now.requests,
          .connections = earlier_.connections + now.connections,
          .bytes_sent = earlier_.bytes_sent + now.bytes_sent,
          .bytes_received = earlier_.bytes_received + now.bytes_received};
}

void HttpWire::add_headers(net::Request& request) const {
  const bool is_ours = is_same_place(request.url, repo_url_);
  bool has_agent = false;
  for (const auto& header : settings_.extra_headers) {
    if (!is_ours && is_secret(header.first)) continue;
    has_agent = has_agent || util::to_lower(header.first) == "user-agent";
    request.headers.push_back(header);
  }
  if (!has_agent) request.headers.emplace_back("User-Agent", settings_.user_agent);
  login_.add_to(request);
}

Result<HttpReply> HttpWire::send(net::Request request, const HttpAnswer& answer,
                                 const util::Limit& limit) {
  add_headers(request);
  HttpReply reply{.method = request.method, .url = request.url};
  const auto before = traffic();
  auto sent = send_or_trust_more(request, receive_into(reply, answer), limit);
  log(reply, before);
  if (sent) return reply;
  if (!reply.unreadable) {
    auto error = error_of_transfer(std::move(sent).error(), limit);
    // git finds out what kind of authentication the proxy wants.
    if (error.cause == util::Cause::kProxyRefuses && proxy_has_login(settings_.curl)) {
      error.cause = util::Cause::kNotUnderstood;
    }
    return util::fail(
        std::move(error).with_context(request.method + " " + without_query(request.url)));
  }
  auto& error = *reply.unreadable;
  // The server's own words may be in it.
  if (error.cause == util::Cause::kUnknown) error = with_servers_words(error, error.message);
  error = std::move(error).with_context(describe(reply));
  return reply;
}

Result<void> HttpWire::send_or_trust_more(const net::Request& request, const net::Sink& sink,
                                          const util::Limit& limit) {
  const auto sent = session_.send(request, sink, limit);
  if (sent) return {};
  if (sent.error().cause != util::Cause::kUntrustedCertificate) return util::fail(sent.error());
  GS_TRY(const bool more, trust_more());
  if (!more) return util::fail(sent.error());
  const auto again = session_.send(request, sink, limit);
  return again ? Result<void>() : util::fail(again.error());
}

Result<bool> HttpWire::trust_more() {
  if (settings_.ca_directory_is_set) {
    return util::fail(util::ErrorKind::kNetwork, util::Cause::kNotUnderstood,
                      "the server's certificate is not verified by hashed names in http.sslCAPath");
  }
  const auto& file = settings_.last_ca_file;
  if (file.empty() || ::access(file.c_str(), R_OK) != 0) return false;
  settings_.trust.ca_file = std::exchange(settings_.last_ca_file, {});
  earlier_ = traffic();
  session_ = net::Session(options_of(settings_));
  return true;
}

void HttpWire::log(const HttpReply& reply, const net::Traffic& before) const {
  constexpr int kLevel = 6;
  if (!log_.enabled(kLevel)) return;
  const auto now = traffic();
  log_.info(kLevel, "wire",
            {{"method", reply.method},
             {"url", util::redact_url_and_query(reply.url)},
             {"status", reply.head.status},
             {"sent", now.bytes_sent - before.bytes_sent},
             {"received", now.bytes_received - before.bytes_received},
             {"connections", now.connections - before.connections}});
}

}  // namespace gitsync::source
