// SPDX-License-Identifier: Apache-2.0
// One bucket: objects read, looked at, written and removed. Amazon S3 API Reference, version
// 2006-03-01; any server that speaks it.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "net/message.h"
#include "s3/credentials.h"
#include "s3/options.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::s3 {

// What a server says of an object.
struct ObjectInfo {
  std::uint64_t size = 0;          // bytes, as announced
  std::string etag = {};           // as sent, with its quotes; a strange server sends none
  std::string last_modified = {};  // as sent
};

// ETags with their quotes. Empty: no condition.
struct Condition {
  std::string if_match = {};
  std::string if_none_match = {};  // "*": only if there is no such object
};

enum class Outcome {
  kDone,
  kNotModified,   // get, head: what If-None-Match names is still there
  kChanged,       // the condition does not hold; of a put see there
  kMissing,       // there is no such key
  kNoConditions,  // put: the server knows no conditional writes; nothing was written
};

struct Answer {
  Outcome outcome = Outcome::kDone;
  ObjectInfo object = {};  // kDone: as it is there now
};

// Takes an object as it arrives; only for kDone. An error ends the transfer and is returned as it
// is.
struct ObjectSink {
  std::function<util::Result<void>(const ObjectInfo&)> head = {};  // once, before the body
  std::function<util::Result<void>(std::string_view)> body = {};   // any number of pieces
};

// What is written: from memory, or from a descriptor, which is read from its beginning, perhaps
// more than once, and whose position does not move.
using Content = std::variant<std::string_view, net::FileBody>;

struct PutOptions {
  Condition condition = {};
  std::vector<net::Header> headers = {};  // Content-Type, Cache-Control, x-amz-meta-…
};

// A connection broke, or brought no answer: the same request may go well.
bool is_of_broken_connection(const util::Error& error);

class Wire;

// Requests are repeated, within their limit, when a server asks for patience (503, 429, 500) or a
// connection breaks before anything of an object arrived; so a request may be done twice. Twice
// more, too, when a host's name is not found or it refuses the connection. A 403 for
// credentials that expired, and the answer that a bucket is in another region, are followed once.
//
// Errors of all: kNotFound for a bucket, kAuth for refused requests, kNetwork, kTimeout, kStopped,
// kProtocol for what is no answer of S3's. Messages name bucket and key, never a secret.
// Thread-safety: none; one thread at a time. Each has a connection of its own.
class Client {
 public:
  // `credentials`: null for unsigned requests. Errors: kInvalid for an unusable endpoint or region.
  static util::Result<Client> open(Options options, std::string bucket,
                                   std::shared_ptr<Credentials> credentials,
                                   const Clock& clock = system_time);
  // For another thread. It shares the credentials, and what was found out of the region.
  Client another() const;

  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  const std::string& bucket() const;

  // Errors: the sink's too. A connection that breaks within the body is kNetwork: the sink has a
  // part, and whoever wants the object asks again.
  util::Result<Answer> get(const std::string& key, const Condition& condition,
                           const ObjectSink& sink, const util::Limit& limit);
  // The same in memory. kProtocol if it is longer than `max_bytes`.
  struct Read {
    Answer answer;
    std::string body = {};
  };
  util::Result<Read> read(const std::string& key, const Condition& condition, std::size_t max_bytes,
                          const util::Limit& limit);

  util::Result<Answer> head(const std::string& key, const Condition& condition,
                            const util::Limit& limit);

  // After a broken connection it may be done twice, so that kChanged may also mean that the first
  // one was our own: look at what is there. Errors: kInvalid, before anything is sent, for a file
  // that is shorter than it is said to be.
  util::Result<Answer> put(const std::string& key, const Content& content,
                           const PutOptions& options, const util::Limit& limit);

  // A key that is not there is a success.
  util::Result<void> remove(const std::string& key, const util::Limit& limit);

 private:
  friend class Lister;  // of listing.cc
  explicit Client(std::unique_ptr<Wire> wire);
  std::unique_ptr<Wire> wire_;
};

}  // namespace gitsync::s3
