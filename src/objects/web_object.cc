// SPDX-License-Identifier: Apache-2.0
#include "objects/web_object.h"

#include <optional>
#include <utility>

#include "net/retry_after.h"
#include "util/blamed.h"
#include "util/url.h"

namespace gitsync::objects {

using util::Result;

namespace {

constexpr int kOk = 200;
constexpr int kNotModified = 304;

// Ends a transfer whose head says all.
std::unexpected<util::Error> enough() {
  return util::fail(util::ErrorKind::kStopped, "the head was enough");
}

}  // namespace

WebObject::WebObject(std::string url, net::SessionOptions options, WebLogin login)
    : url_(std::move(url)), login_(std::move(login)), session_(std::move(options)) {}

std::string WebObject::address() const { return util::redact_url_and_query(url_); }

Result<net::Request> WebObject::request() const {
  net::Request request{.url = url_, .redirects = net::Redirects::kFollow};
  GS_TRY(request.headers, login_.headers(url_));
  return request;
}

Result<std::string> WebObject::stamp_of(const net::ResponseHead& head) const {
  if (const auto etag = head.header("ETag"); !etag.empty()) return std::string(etag);
  const auto date = head.header("Last-Modified");
  if (date.empty()) {
    return util::fail(util::ErrorKind::kProtocol, util::Cause::kNoVersions,
                      address() + " has neither an ETag nor a Last-Modified");
  }
  return std::string(date) + " " + std::string(head.header("Content-Length"));
}

std::unexpected<util::Error> WebObject::refuse(const net::ResponseHead& head) {
  retry_after_ = net::retry_after(head, std::chrono::system_clock::now());
  return util::fail(login_.refusal(url_, head));
}

Result<std::string> WebObject::look(const std::string& known, const util::Limit& limit) {
  retry_after_.reset();
  GS_TRY(net::Request request, this->request());
  if (known.ends_with('"')) request.headers.emplace_back("If-None-Match", known);
  std::optional<net::ResponseHead> seen;
  const net::Sink sink{.head = [&](const net::ResponseHead& head) -> Result<void> {
    seen = head;
    if (head.status == kOk) return enough();
    return {};
  }};
  const auto sent = util::blamed(session_.send(request, sink, limit), util::Cause::kServerFault);
  if (!seen) return util::fail(sent.error());
  if (seen->status == kNotModified) return known;
  if (seen->status != kOk) return refuse(*seen);
  return stamp_of(*seen);
}

Result<void> WebObject::get(const std::string& stamp,
                            const std::function<Result<void>(std::string_view)>& sink,
                            const util::Limit& limit) {
  retry_after_.reset();
  const auto check = [&](const net::ResponseHead& head) -> Result<void> {
    if (head.status != kOk) return refuse(head);
    GS_TRY(const auto now, stamp_of(head));
    if (now == stamp) return {};
    return util::fail(util::ErrorKind::kMoved, address() + " was replaced since it was looked at");
  };
  GS_TRY(const auto request, this->request());
  GS_TRY([[maybe_unused]] const auto head,
         util::blamed(session_.send(request, {.head = check, .body = sink}, limit),
                      util::Cause::kServerFault));
  return {};
}

}  // namespace gitsync::objects
