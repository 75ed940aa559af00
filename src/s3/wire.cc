// SPDX-License-Identifier: Apache-2.0
#include "s3/wire.h"

#include <utility>

#include "s3/digest.h"
#include "s3/tries.h"
#include "util/blamed.h"

namespace gitsync::s3 {
namespace {

using namespace std::chrono_literals;
using util::Cause;
using util::ErrorKind;
using util::Result;

constexpr std::string_view kDefaultRegion = "us-east-1";
// A server thinks about a long upload, and lists for a while; it is not dead.
constexpr std::chrono::milliseconds kPatienceForPut = 60s;
constexpr std::chrono::milliseconds kPatience = 15s;

bool is_success(int status) { return status >= 200 && status < 300; }

// A name server or a server that restarts. A name that does not exist looks the same, and a port
// where there never was anybody: tried less often.
constexpr int kMostUnreached = 3;
bool is_unreached(const util::Error& error) {
  return error.kind == ErrorKind::kNetwork &&
         (error.cause == Cause::kHostNameUnknown || error.cause == Cause::kConnectionRefused);
}

bool is_of_credentials(const util::Error& error) {
  return error.cause == Cause::kBucketLoginUnusable || error.cause == Cause::kWebIdentityRefused;
}

// Of a transfer. `--repo` names neither host nor port of a bucket.
util::Error of_transfer(util::Error error, const std::string& place) {
  if (error.cause == Cause::kUntrustedCertificate) {
    error.cause = Cause::kBucketCertificate;
    error.hint.clear();
  }
  util::blame(error, Cause::kNoBucketServer);
  if (error.subject.empty() && !is_of_credentials(error)) {
    error.subject = "--s3-endpoint (AWS_ENDPOINT_URL_S3)";
  }
  return std::move(error).with_context(place);
}

// Which of the ways out of a failure were taken: each once.
struct WaysOut {
  bool region = false;
  bool credentials = false;
};

bool leads_on(const Reply& reply, Service& service, WaysOut& taken) {
  const auto& error = reply.error;
  if (!taken.region && !error.region.empty() && error.region != reply.asked.region &&
      check_region(error.region)) {
    taken.region = true;
    service.move_to(error.region);
    return true;
  }
  if (!taken.credentials && reply.asked.identity && is_of_stale_credentials(error)) {
    taken.credentials = true;
    return service.credentials->refused(*reply.asked.identity);
  }
  return false;
}

}  // namespace

std::string Service::region() const {
  const util::MutexLock lock(mutex_);
  if (!region_.empty()) return region_;
  return options.region.empty() ? std::string(kDefaultRegion) : options.region;
}

bool Service::move_to(const std::string& region) {
  const util::MutexLock lock(mutex_);
  return std::exchange(region_, region) != region;
}

// One exchange of a send().
struct Wire::Attempt {
  std::string payload_hash = {};  // kept for the next ones
  Reply reply = {};
  std::string error_body = {};
  std::optional<util::Error> refused_by_sink = {};
  bool has_begun = false;  // the caller's sink has something
};

Wire::Wire(std::shared_ptr<Service> service)
    : service_(std::move(service)),
      session_({.proxies = service_->options.http.proxies,
                .trust = service_->trust,
                .patience = kPatience}) {}

Result<std::string> Wire::payload_hash(const Call& call, bool is_tls, const util::Limit& limit) {
  if (const auto* bytes = std::get_if<std::string_view>(&call.content)) return sha256_hex(*bytes);
  if (is_tls) return std::string(kUnsignedPayload);
  return sha256_hex(std::get<net::FileBody>(call.content), limit);
}

Result<net::Request> Wire::request_of(const Call& call, Attempt& attempt,
                                      const util::Limit& limit) {
  Asked& asked = attempt.reply.asked;
  asked = {.bucket = service_->bucket, .key = call.key, .region = service_->region()};
  GS_TRY(const auto place, endpoint_of(service_->options, service_->bucket, asked.region));
  if (service_->credentials) {
    GS_TRY(asked.identity, service_->credentials->get(limit));
  }
  Signable parts{.method = call.method,
                 .path = place.path(call.key),
                 .query = encode_query(call.query),
                 .headers = call.headers};
  net::Request request{
      .method = call.method,
      .url = place.origin + parts.path + (parts.query.empty() ? "" : "?" + parts.query),
      .headers = call.headers,
      .patience = call.method == "PUT" ? std::optional(kPatienceForPut) : std::nullopt};
  if (const auto* bytes = std::get_if<std::string_view>(&call.content)) request.body = *bytes;
  if (const auto* file = std::get_if<net::FileBody>(&call.content)) request.file = *file;
  asked.time = service_->clock();
  if (!asked.identity) return request;

  if (attempt.payload_hash.empty()) {
    GS_TRY(attempt.payload_hash, payload_hash(call, place.is_tls, limit));
  }
  parts.payload_hash = attempt.payload_hash;
  parts.headers.emplace_back("Host", place.host);
  asked.time = service_->clock();
  auto added = sign(std::move(parts), *asked.identity, {.region = asked.region, .time = asked.time},
                    signing_key_);
  for (auto& header : added) request.headers.push_back(std::move(header));
  return request;
}

// Errors: of the transfer. What the server says is in the attempt's reply.
Result<void> Wire::exchange(const Call& call, const net::Sink& sink, Attempt& attempt,
                            const util::Limit& limit) {
  GS_TRY(const auto request, request_of(call, attempt, limit));
  attempt.reply.error = {};
  attempt.error_body.clear();
  const auto note = [&](Result<void> taken) {
    if (!taken) attempt.refused_by_sink = taken.error();
    return taken;
  };
  const net::Sink split{
      .head = [&](const net::ResponseHead& head) -> Result<void> {
        attempt.reply.head = head;
        attempt.has_begun = is_success(head.status);
        return attempt.has_begun && sink.head ? note(sink.head(head)) : Result<void>();
      },
      .body = [&](std::string_view bytes) -> Result<void> {
        if (attempt.has_begun) return sink.body ? note(sink.body(bytes)) : Result<void>();
        attempt.error_body += bytes.substr(0, kMaxErrorBody - attempt.error_body.size());
        return {};
      }};
  const auto sent = session_.send(request, split, limit);
  if (!sent) return util::fail(sent.error());
  const auto& head = attempt.reply.head;
  if (!is_success(head.status)) attempt.reply.error = read_error(head, attempt.error_body);
  return {};
}

Result<Reply> Wire::send(const Call& call, const net::Sink& sink, const util::Limit& limit) {
  Attempt attempt;
  WaysOut taken;
  Tries tries;
  int unreached = 0;
  const auto may_go_well = [&](const util::Error& error) {
    return is_of_broken_connection(error) || (is_unreached(error) && ++unreached < kMostUnreached);
  };
  const std::string place = "s3://" + service_->bucket + "/" + call.key;
  for (;;) {
    const auto done = exchange(call, sink, attempt, limit);
    if (attempt.refused_by_sink) return util::fail(*attempt.refused_by_sink);
    if (done) {
      if (attempt.reply.ok()) return std::move(attempt.reply);
      if (leads_on(attempt.reply, *service_, taken)) continue;
      if (!is_passing(attempt.reply.error)) return std::move(attempt.reply);
    } else if (attempt.has_begun || !may_go_well(done.error())) {
      return util::fail(of_transfer(done.error(), place));
    }
    GS_TRY(const bool again,
           tries.wait(done ? attempt.reply.head.header("Retry-After") : "", limit));
    if (again) continue;
    if (done) return util::fail(attempt.reply.failure());
    return util::fail(of_transfer(done.error(), place));
  }
}

}  // namespace gitsync::s3
