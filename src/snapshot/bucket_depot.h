// SPDX-License-Identifier: Apache-2.0
// A prefix of a bucket. Conditions of writes are kept by the server; one that knows none of them
// (501) is written to without, and then the last publisher wins.

#pragma once

#include "s3/address.h"
#include "s3/client.h"
#include "snapshot/depot.h"

namespace gitsync::snapshot {

class BucketDepot final : public Depot {
 public:
  // `place`: its key a prefix, empty or with '/' at its end.
  BucketDepot(s3::Address place, s3::Client client);

  std::string address() const override { return place_.display(); }
  util::Result<std::optional<StoredFile>> add(const std::string& key, const Bytes& bytes,
                                              const util::Limit& limit) override;
  util::Result<void> put(const std::string& key, const Bytes& bytes,
                         const util::Limit& limit) override;
  util::Result<std::optional<std::uint64_t>> size(const std::string& key,
                                                  const util::Limit& limit) override;
  util::Result<std::optional<Document>> read(const std::string& key,
                                             const util::Limit& limit) override;
  util::Result<void> replace(const std::string& key, const Document& next,
                             const util::Limit& limit) override;
  util::Result<void> remove(const std::string& key, const util::Limit& limit) override;
  util::Result<std::vector<std::string>> pointers(const util::Limit& limit) override;

 private:
  // Nothing: it is put. kChanged otherwise.
  util::Result<s3::Outcome> put_if(const std::string& key, const s3::Content& content,
                                   s3::PutOptions options, const util::Limit& limit);
  util::Result<std::optional<StoredFile>> look_at(const std::string& key, const util::Limit& limit);

  const s3::Address place_;
  s3::Client client_;
  bool knows_conditions_ = true;
};

}  // namespace gitsync::snapshot
