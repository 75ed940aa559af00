// SPDX-License-Identifier: Apache-2.0
// s3://bucket/prefix/main.json, https://…/main.json: a snapshot that somebody else publishes. The
// revision is that of its source, a git commit for example. An update gets the steps from what is
// shown here if they are there, and the whole archive else.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "archive/limits.h"
#include "log/logger.h"
#include "objects/origin.h"
#include "objects/snapshot_place.h"
#include "snapshot/pointer.h"
#include "tree/layout.h"

namespace gitsync::objects {

struct SnapshotOriginOptions {
  tree::Layout layout;
  archive::Limits limits;
};

class SnapshotOrigin final : public Origin {
 public:
  SnapshotOrigin(SnapshotOriginOptions options, std::unique_ptr<SnapshotPlace> place,
                 log::Logger logger);

  util::Result<source::Resolved> resolve(const std::optional<tree::Revision>& shown,
                                         const util::Limit& limit) override;
  // What arrives is unpacked at once, and counts once its digest is right.
  util::Result<std::unique_ptr<tree::TreeContents>> open(const tree::Revision& revision,
                                                         const tree::Published* base,
                                                         const util::Limit& limit) override;
  util::Result<source::About> about(const tree::Revision& revision,
                                    const util::Limit& limit) override;
  bool wait(const util::Limit& limit) override { return place_->wait(stamp_, limit); }
  std::optional<std::chrono::seconds> retry_after() const override { return place_->retry_after(); }

 private:
  using Contents = util::Result<std::unique_ptr<tree::TreeContents>>;
  std::vector<snapshot::Step> steps_from(const tree::Published* base) const;
  Contents open_whole(const tree::Published* base, const util::Limit& limit);
  Contents open_steps(const std::vector<snapshot::Step>& steps, const tree::Published& base,
                      const util::Limit& limit);

  const SnapshotOriginOptions options_;
  const std::unique_ptr<SnapshotPlace> place_;
  const log::Logger log_;
  std::string stamp_;  // of pointer_
  snapshot::Pointer pointer_;
  // For which steps were tried: if it is asked for again, they have not led there.
  std::optional<tree::Revision> stepped_;
};

}  // namespace gitsync::objects
