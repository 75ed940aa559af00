// SPDX-License-Identifier: Apache-2.0
#include "objects/web_place.h"

#include <algorithm>
#include <utility>

#include "net/retry_after.h"
#include "net/status.h"
#include "snapshot/pointer.h"
#include "util/blamed.h"
#include "util/pause.h"
#include "util/url.h"

namespace gitsync::objects {

using util::Result;

namespace {

constexpr int kOk = 200;
constexpr int kNotModified = 304;
constexpr int kNotFound = 404;
// Some devices on the way forget connections that are silent for a minute.
constexpr std::chrono::seconds kLongestWait{50};
// A server that cannot wait may be replaced by one that can.
constexpr std::chrono::minutes kAskAgainAfter{10};
// Requests that bring nothing may be made as often as this.
constexpr std::chrono::milliseconds kLeastWait{500};

// What tells news from another publisher's words for the same.
std::string shown_by(const std::string& text) {
  const auto pointer = snapshot::parse_pointer(text);
  return pointer ? pointer->revision.id + " " + pointer->archive.sha256 : text;
}

bool has_waited(const net::ResponseHead& head) {
  return head.header("Preference-Applied").find("wait") != std::string_view::npos;
}

}  // namespace

WebPlace::WebPlace(std::string url, net::SessionOptions options, WebLogin login)
    : url_(std::move(url)), login_(std::move(login)), session_(std::move(options)) {}

std::string WebPlace::address() const { return util::redact_url_and_query(url_); }

std::unexpected<util::Error> WebPlace::refuse(const std::string& url,
                                              const net::ResponseHead& head) {
  retry_after_ = net::retry_after(head, std::chrono::system_clock::now());
  return util::fail(login_.refusal(url, head));
}

// A query stays: signed addresses of one folder share it.
std::string WebPlace::url_of(const std::string& key) const {
  const auto path = url_.substr(0, url_.find_first_of("?#"));
  const auto query = url_.find('?');
  return path.substr(0, path.rfind('/') + 1) + key +
         (query == std::string::npos ? "" : url_.substr(query));
}

Result<net::Request> WebPlace::request(const std::string& url, const std::string& known) const {
  net::Request request{.url = url, .redirects = net::Redirects::kFollow};
  request.body_limit = snapshot::kMostPointerBytes;
  GS_TRY(request.headers, login_.headers(url));
  if (!known.empty()) request.headers.emplace_back("If-None-Match", known);
  return request;
}

Result<WebPlace::Answer> WebPlace::ask(const net::Request& request, const util::Limit& limit) {
  Document document;
  auto sink = net::collect(request, document.text);
  GS_TRY(auto head, util::blamed(session_.send(request, sink, limit), util::Cause::kNoPointer));
  const bool is_awaited = head.status == kNotFound && has_waited(head);
  if (head.status == kNotModified || is_awaited) return Answer{.head = std::move(head)};
  if (head.status != kOk) return refuse(url_, head);
  document.stamp = head.header("ETag");
  if (document.stamp.empty()) {
    return util::fail(util::ErrorKind::kProtocol, util::Cause::kNoVersions,
                      address() + " has no ETag");
  }
  return Answer{.head = std::move(head), .document = std::move(document)};
}

Result<std::optional<SnapshotPlace::Document>> WebPlace::look(const std::string& known,
                                                              const util::Limit& limit) {
  retry_after_.reset();
  if (auto waiting = std::exchange(waiting_, std::nullopt)) return *std::move(waiting);
  GS_TRY(const auto request, this->request(url_, known));
  GS_TRY(auto answer, ask(request, limit));
  if (answer.document) last_shown_ = shown_by(answer.document->text);
  return std::move(answer.document);
}

Result<void> WebPlace::get(const std::string& key,
                           const std::function<Result<void>(std::string_view)>& sink,
                           const util::Limit& limit) {
  retry_after_.reset();
  const auto url = url_of(key);
  const auto check = [&](const net::ResponseHead& head) -> Result<void> {
    if (head.status == kOk) return {};
    if (net::kind_of_status(head.status) != util::ErrorKind::kNotFound) return refuse(url, head);
    return util::fail(util::ErrorKind::kMoved, util::Cause::kSnapshotGone,
                      util::redact_url_and_query(url) + " is gone");
  };
  GS_TRY(const auto request, this->request(url, ""));
  GS_TRY([[maybe_unused]] const auto head,
         util::blamed(session_.send(request, {.head = check, .body = sink}, limit),
                      util::Cause::kServerFault));
  return {};
}

bool WebPlace::may_wait() const { return util::SteadyClock::now() >= no_waiting_until_; }

// Behind one address there may be several publishers that do not all show the newest, each of which
// has news of the other.
void WebPlace::leave_alone(const util::Limit& limit) const {
  if (last_wait_ == util::Deadline::min()) return;
  util::pause_until(last_wait_ + kLeastWait, limit);
}

bool WebPlace::wait(const std::string& known, const util::Limit& limit) {
  constexpr std::chrono::seconds kMargin{10};
  waiting_.reset();
  if (!may_wait()) return false;
  leave_alone(limit);
  const auto left = std::chrono::floor<std::chrono::seconds>(std::min<util::SteadyClock::duration>(
      limit.deadline - util::SteadyClock::now(), kLongestWait));
  if (left.count() < 1) return false;
  auto request = this->request(url_, known);
  if (!request) return false;
  request->headers.emplace_back("Prefer", "wait=" + std::to_string(left.count()));
  request->patience = left + kMargin;
  last_wait_ = util::SteadyClock::now();
  auto answer = ask(*request, limit.within(left + kMargin));
  // Whatever is wrong is told by look().
  if (!answer) return limit.stopped();
  auto& document = answer->document;
  auto shown = document ? shown_by(document->text) : last_shown_;
  const bool is_news = shown != last_shown_;
  // A server, or somebody on the way, that answers at once would be asked without end.
  const bool has_paused = util::SteadyClock::now() - last_wait_ >= kLeastWait;
  if (!is_news && (!has_waited(answer->head) || !has_paused)) {
    no_waiting_until_ = util::SteadyClock::now() + kAskAgainAfter;
    return false;
  }
  last_shown_ = std::move(shown);
  // There may be none yet, which look() has the words for.
  const bool is_there = document || answer->head.status == kNotModified;
  if (is_there) waiting_ = std::move(document);
  return true;
}

}  // namespace gitsync::objects
