// SPDX-License-Identifier: Apache-2.0
// A pointer in a bucket. Nothing can be waited for there.

#pragma once

#include "objects/snapshot_place.h"
#include "s3/address.h"
#include "s3/client.h"

namespace gitsync::objects {

class BucketPlace final : public SnapshotPlace {
 public:
  // `pointer`: its key that of the pointer.
  BucketPlace(s3::Address pointer, s3::Client client);

  std::string address() const override { return pointer_.display(); }
  util::Result<std::optional<Document>> look(const std::string& known,
                                             const util::Limit& limit) override;
  util::Result<void> get(const std::string& key,
                         const std::function<util::Result<void>(std::string_view)>& sink,
                         const util::Limit& limit) override;
  bool wait(const std::string& /*known*/, const util::Limit& /*limit*/) override { return false; }

 private:
  const s3::Address pointer_;
  s3::Client client_;
};

}  // namespace gitsync::objects
