// SPDX-License-Identifier: Apache-2.0
#include "net/session.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "net/curl_error.h"
#include "net/curl_handle.h"
#include "net/redirect.h"
#include "net/transfer.h"

namespace gitsync::net {
namespace {

using util::Deadline;
using util::ErrorKind;
using util::Result;
using util::SteadyClock;

// A registry, its token server and the store behind it.
constexpr long kMaxConnections = 4;

// How much longer than ever before an answer may take.
constexpr int kSlowness = 2;

enum class Connect { kAny, kFresh };

// When a kept connection that has not answered counts as dead.
class Patience {
 public:
  Patience(CURL* easy, const Transfer& transfer, SteadyClock::duration time)
      : easy_(easy), transfer_(transfer), time_(time) {}

  Deadline until() {
    if (!transfer_.is_on_kept_connection() || transfer_.anything_came()) return Deadline::max();
    curl_off_t sent = 0;
    curl_easy_getinfo(easy_, CURLINFO_SIZE_UPLOAD_T, &sent);
    // A long request that still gets rid of bytes is not silence.
    if (std::exchange(sent_, sent) != sent) since_ = SteadyClock::now();
    return since_ + time_;
  }

 private:
  CURL* easy_;
  const Transfer& transfer_;
  const SteadyClock::duration time_;
  Deadline since_ = SteadyClock::now();
  curl_off_t sent_ = 0;
};

bool is_end_of_connection(CURLcode code) {
  return code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR;
}

}  // namespace

class Session::Impl {
 public:
  explicit Impl(SessionOptions options)
      : options_(std::move(options)),
        connection_{.version = options_.version,
                    .proxies = options_.proxies,
                    .trust = options_.trust.get(),
                    .curl_trust = options_.curl_trust,
                    .curl = options_.curl},
        easy_(curl_easy_init()) {
    multi_.keep_connections(kMaxConnections);
  }

  Result<ResponseHead> exchange(const Request& request, const Target& target, const Sink& sink,
                                const util::Limit& limit) {
    if (!easy_ || !multi_) return util::fail(ErrorKind::kLocal, "curl_easy_init failed");
    GS_TRY(auto head, attempt(request, target, sink, limit, Connect::kAny));
    if (!head) {
      GS_TRY(head, attempt(request, target, sink, limit, Connect::kFresh));
    }
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): on a fresh connection it is never nothing
    return std::move(*head);
  }

  void disconnect() {
    multi_ = Multi();
    multi_.keep_connections(kMaxConnections);
  }
  void forget_cookies() { curl_easy_setopt(easy_.get(), CURLOPT_COOKIELIST, "ALL"); }
  const Traffic& traffic() const { return traffic_; }

 private:
  // Nothing: the kept connection turned out to be dead.
  Result<std::optional<ResponseHead>> attempt(const Request& request, const Target& target,
                                              const Sink& sink, const util::Limit& limit,
                                              Connect connect) {
    // Keeps connections, known TLS sessions and host names.
    curl_easy_reset(easy_.get());
    Transfer transfer(easy_.get(), request, target, sink);
    GS_TRY_VOID(transfer.prepare(connection_));
    curl_easy_setopt(easy_.get(), CURLOPT_FRESH_CONNECT, connect == Connect::kFresh ? 1L : 0L);
    Patience patience(easy_.get(), transfer, patience_within(request, limit));
    const auto run = multi_.run(easy_.get(), limit, [&] { return patience.until(); });
    count(request.file.has_value());
    GS_TRY(const auto code, run);
    const bool may_be_dead =
        connect == Connect::kAny && transfer.is_on_kept_connection() && !transfer.anything_came();
    if (!code || (may_be_dead && is_end_of_connection(*code))) {
      return std::nullopt;
    }
    auto finished = transfer.finish(*code);
    if (finished) {
      if (!request.patience) learn_silence();
      return finished;
    }
    util::Error error = std::move(finished).error();
    if (error.cause == util::Cause::kUnknown && *code != CURLE_WRITE_ERROR) {
      error.cause = cause_of(easy_.get(), *code, error.message);
    }
    return util::fail(std::move(error));
  }

  // A server that thinks for long is no dead connection: it would be asked everything twice.
  void learn_silence() {
    curl_off_t ready = 0;
    curl_off_t answered = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &ready);
    curl_easy_getinfo(easy_.get(), CURLINFO_STARTTRANSFER_TIME_T, &answered);
    longest_silence_ = std::max(longest_silence_, std::chrono::microseconds(answered - ready));
  }

  void count(bool is_file) {
    long connections = 0;
    long head_sent = 0;
    long head_received = 0;
    curl_off_t body_sent = 0;
    curl_off_t body_received = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &connections);
    curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &head_sent);
    curl_easy_getinfo(easy_.get(), CURLINFO_HEADER_SIZE, &head_received);
    curl_easy_getinfo(easy_.get(), CURLINFO_SIZE_DOWNLOAD_T, &body_received);
    // Of a body in memory the size of the request has it.
    if (is_file) curl_easy_getinfo(easy_.get(), CURLINFO_SIZE_UPLOAD_T, &body_sent);
    ++traffic_.requests;
    traffic_.connections += static_cast<std::uint64_t>(connections);
    traffic_.bytes_sent += static_cast<std::uint64_t>(head_sent + body_sent);
    traffic_.bytes_received += static_cast<std::uint64_t>(head_received + body_received);
  }

  SteadyClock::duration patience_within(const Request& request, const util::Limit& limit) const {
    const SteadyClock::duration patience =
        request.patience.value_or(std::chrono::ceil<std::chrono::milliseconds>(
            std::max<SteadyClock::duration>(options_.patience, kSlowness * longest_silence_)));
    if (limit.deadline == Deadline::max()) return patience;
    return std::min(patience, (limit.deadline - SteadyClock::now()) / 2);
  }

  const SessionOptions options_;
  const ConnectionOptions connection_;
  Traffic traffic_;
  std::chrono::microseconds longest_silence_{0};  // before an answer
  Easy easy_;
  Multi multi_;
};

Session::Session(SessionOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Session::Session(Session&& other) noexcept = default;
Session& Session::operator=(Session&& other) noexcept = default;
Session::~Session() = default;

Result<ResponseHead> Session::send(const Request& request, const Sink& sink,
                                   const util::Limit& limit) {
  return send_and_follow(request, sink,
                         [&](const Request& one, const Target& target, const Sink& filtered) {
                           return impl_->exchange(one, target, filtered, limit);
                         });
}

Result<Response> Session::send(const Request& request, const util::Limit& limit) {
  Response response;
  GS_TRY(const auto head, send(request, collect(request, response.body), limit));
  response.status = head.status;
  return response;
}

void Session::disconnect() { impl_->disconnect(); }
void Session::forget_cookies() { impl_->forget_cookies(); }
const Traffic& Session::traffic() const { return impl_->traffic(); }

}  // namespace gitsync::net
