// SPDX-License-Identifier: Apache-2.0
// s3://bucket/name.tar.gz, https://…/name.tar.gz: one archive, published whole. The revision is a
// digest of its address and of what the server tells its versions by.

#pragma once

#include <memory>
#include <string>

#include "archive/limits.h"
#include "log/logger.h"
#include "objects/origin.h"
#include "objects/remote_object.h"
#include "tree/layout.h"

namespace gitsync::objects {

struct ArchiveOriginOptions {
  tree::Layout layout;
  archive::Limits limits;
};

class ArchiveOrigin final : public Origin {
 public:
  ArchiveOrigin(ArchiveOriginOptions options, std::unique_ptr<RemoteObject> object,
                log::Logger logger);

  util::Result<source::Resolved> resolve(const std::optional<tree::Revision>& shown,
                                         const util::Limit& limit) override;
  // Unpacks it while it arrives.
  util::Result<std::unique_ptr<tree::TreeContents>> open(const tree::Revision& revision,
                                                         const tree::Published* base,
                                                         const util::Limit& limit) override;
  source::About about(const tree::Revision& revision) override;

 private:
  tree::Revision revision_of(const std::string& stamp) const;

  const ArchiveOriginOptions options_;
  const std::unique_ptr<RemoteObject> object_;
  const log::Logger log_;
  std::string stamp_;  // of the last look
};

}  // namespace gitsync::objects
