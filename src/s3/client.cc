// SPDX-License-Identifier: Apache-2.0
#include "s3/client.h"

#include <algorithm>
#include <utility>

#include "s3/address.h"
#include "s3/wire.h"
#include "util/number.h"

namespace gitsync::s3 {
namespace {

using util::ErrorKind;
using util::Result;

ObjectInfo object_of(const net::ResponseHead& head) {
  const auto size = util::read_decimal(head.header("Content-Length")).value_or(0);
  return {.size = static_cast<std::uint64_t>(std::max<std::int64_t>(size, 0)),
          .etag = std::string(head.header("ETag")),
          .last_modified = std::string(head.header("Last-Modified"))};
}

std::vector<net::Header> headers_of(const Condition& condition) {
  std::vector<net::Header> headers;
  if (!condition.if_match.empty()) headers.emplace_back("If-Match", condition.if_match);
  if (!condition.if_none_match.empty()) {
    headers.emplace_back("If-None-Match", condition.if_none_match);
  }
  return headers;
}

// What a caller is to tell apart.
Result<Answer> answer_of(const Reply& reply) {
  if (reply.ok()) return Answer{.object = object_of(reply.head)};
  if (reply.is(304)) return Answer{.outcome = Outcome::kNotModified};
  if (reply.is(412)) return Answer{.outcome = Outcome::kChanged};
  if (reply.is(404) && reply.error.code == "NoSuchKey") {
    return Answer{.outcome = Outcome::kMissing};
  }
  return util::fail(reply.failure());
}

}  // namespace

bool is_of_broken_connection(const util::Error& error) {
  return error.kind == ErrorKind::kNetwork &&
         (error.cause == util::Cause::kConnectionBroke || error.cause == util::Cause::kNoAnswer);
}

Client::Client(std::unique_ptr<Wire> wire) : wire_(std::move(wire)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::open(Options options, std::string bucket,
                            std::shared_ptr<Credentials> credentials, const Clock& clock) {
  GS_TRY_VOID(check_bucket(bucket));
  auto service = std::make_shared<Service>();
  service->options = std::move(options);
  service->bucket = std::move(bucket);
  service->credentials = std::move(credentials);
  service->clock = clock;
  service->trust = std::make_shared<const net::Trust>(service->options.http.trust);
  const auto place = endpoint_of(service->options, service->bucket, service->region());
  if (!place) return util::fail(place.error());
  return Client(std::make_unique<Wire>(std::move(service)));
}

Client Client::another() const { return Client(std::make_unique<Wire>(wire_->service())); }

const std::string& Client::bucket() const { return wire_->service()->bucket; }

Result<Answer> Client::get(const std::string& key, const Condition& condition,
                           const ObjectSink& sink, const util::Limit& limit) {
  const Call call{.key = key, .headers = headers_of(condition)};
  const net::Sink into{.head = [&](const net::ResponseHead& head) -> Result<void> {
                         return sink.head ? sink.head(object_of(head)) : Result<void>();
                       },
                       .body = sink.body};
  GS_TRY(const auto reply, wire_->send(call, into, limit));
  return answer_of(reply);
}

Result<Client::Read> Client::read(const std::string& key, const Condition& condition,
                                  std::size_t max_bytes, const util::Limit& limit) {
  Read read;
  const ObjectSink sink{.body = [&](std::string_view bytes) -> Result<void> {
    if (bytes.size() > max_bytes - read.body.size()) {
      return util::fail(ErrorKind::kProtocol, "s3://" + bucket() + "/" + key + ": longer than " +
                                                  std::to_string(max_bytes) + " bytes");
    }
    read.body += bytes;
    return {};
  }};
  GS_TRY(read.answer, get(key, condition, sink, limit));
  return read;
}

Result<Answer> Client::head(const std::string& key, const Condition& condition,
                            const util::Limit& limit) {
  const Call call{.method = "HEAD", .key = key, .headers = headers_of(condition)};
  GS_TRY(const auto reply, wire_->send(call, {}, limit));
  auto answer = answer_of(reply);
  if (answer) return answer;
  // It has no body that would say whether key or bucket is missing, or what is wrong: a GET has.
  const Call look{.key = key, .headers = {{"Range", "bytes=0-0"}}};
  GS_TRY(const auto again, wire_->send(look, {}, limit));
  if (!again.ok() && !again.is(416)) return answer_of(again);
  if (reply.is(404)) return Answer{.outcome = Outcome::kMissing};
  // It was led to the bucket's region, or to credentials that hold.
  GS_TRY(const auto now, wire_->send(call, {}, limit));
  return answer_of(now);
}

Result<Answer> Client::put(const std::string& key, const Content& content,
                           const PutOptions& options, const util::Limit& limit) {
  Call call{
      .method = "PUT", .key = key, .headers = headers_of(options.condition), .content = content};
  const bool has_condition = !call.headers.empty();
  call.headers.insert(call.headers.end(), options.headers.begin(), options.headers.end());
  GS_TRY(const auto reply, wire_->send(call, {}, limit));
  if (has_condition && reply.error.code == "NotImplemented") {
    return Answer{.outcome = Outcome::kNoConditions};
  }
  return answer_of(reply);
}

Result<void> Client::remove(const std::string& key, const util::Limit& limit) {
  GS_TRY(const auto reply, wire_->send({.method = "DELETE", .key = key}, {}, limit));
  if (reply.ok() || reply.error.code == "NoSuchKey") return {};
  return util::fail(reply.failure());
}

}  // namespace gitsync::s3
