// SPDX-License-Identifier: Apache-2.0
// One request to a bucket: signed, repeated where that helps, sent to the region that the bucket
// turns out to be in. What all operations of client.h and listing.h go through.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "net/session.h"
#include "s3/client.h"
#include "s3/encode.h"
#include "s3/endpoint.h"
#include "s3/service_error.h"
#include "s3/signature.h"
#include "util/mutex.h"

namespace gitsync::s3 {

struct Call {
  std::string method = "GET";
  std::string key = {};  // empty: the bucket
  Query query = {};
  std::vector<net::Header> headers = {};  // are signed
  Content content = std::string_view();   // of a PUT
};

struct Reply {
  net::ResponseHead head;
  ServiceError error = {};  // status 0: it is a success
  Asked asked = {};

  bool ok() const { return error.status == 0; }
  bool is(int status) const { return head.status == status; }
  util::Error failure() const { return explain(error, asked); }
};

// What clients of one bucket have in common. Thread-safety: all members, from any thread.
struct Service {
  Options options;
  std::string bucket;
  std::shared_ptr<Credentials> credentials;  // null: unsigned
  Clock clock;
  std::shared_ptr<const net::Trust> trust;

  std::string region() const;
  // Says whether that is a new one.
  bool move_to(const std::string& region);

 private:
  mutable util::Mutex mutex_;
  std::string region_ GITSYNC_GUARDED_BY(mutex_);
};

// Thread-safety: none.
class Wire {
 public:
  explicit Wire(std::shared_ptr<Service> service);

  // Streams the body of a success into `sink`, which may be told only once; of all other answers
  // the reply has the error. Errors: the sink's, as they are; of the credentials; of the network,
  // with bucket and key; what is passing in the end as well (503).
  util::Result<Reply> send(const Call& call, const net::Sink& sink, const util::Limit& limit);

  const std::shared_ptr<Service>& service() const { return service_; }

 private:
  struct Attempt;
  util::Result<void> exchange(const Call& call, const net::Sink& sink, Attempt& attempt,
                              const util::Limit& limit);
  util::Result<net::Request> request_of(const Call& call, Attempt& attempt,
                                        const util::Limit& limit);
  util::Result<std::string> payload_hash(const Call& call, bool is_tls, const util::Limit& limit);

  const std::shared_ptr<Service> service_;
  net::Session session_;
  SigningKey signing_key_;
};

}  // namespace gitsync::s3
