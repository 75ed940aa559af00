// SPDX-License-Identifier: Apache-2.0
// A root that follows a folder of a bucket at some endpoint, pass by pass, and what it then shows.

#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "objects/bucket_folder.h"
#include "objects/object_source.h"
#include "support/captured_log.h"
#include "support/memory_contents.h"
#include "support/temp_dir.h"
#include "tree/turn.h"

namespace gitsync::objects {

class FollowedFolder {
 public:
  explicit FollowedFolder(s3::Client client, archive::Limits limits = {})
      : source_({.layout = layout_, .sharing = tree::Sharing::kHardLinks, .hook_environment = {}},
                std::make_unique<BucketFolder>(
                    BucketFolderOptions{.address = s3::parse_address("s3://bucket/d/").value(),
                                        .concurrency = 4,
                                        .layout = layout_,
                                        .limits = std::move(limits)},
                    std::move(client), log_.logger()),
                log_.logger()) {}

  // One pass, as sync/pass.cc does it.
  util::Result<void> sync() {
    const auto limit = util::Limit{}.within(std::chrono::seconds(60));
    tree::Turns turns(layout_, log_.logger());
    GS_TRY(const auto turn, turns.take(limit));
    GS_TRY_VOID(source_.open(shown_, limit));
    for (int moves = 0;; ++moves) {
      GS_TRY(const auto wanted, source_.resolve(limit));
      if (shown_ && shown_->revision == wanted.revision) return {};
      auto draft = source_.materialize(wanted, shown_ ? &*shown_ : nullptr, turn, limit);
      if (!draft && draft.error().kind == util::ErrorKind::kMoved && moves < 3) continue;
      if (!draft) return util::fail(draft.error());
      draft->keep();
      shown_ = tree::Published{.tree = draft->path(), .revision = draft->revision()};
      return {};
    }
  }
  std::string error() {
    const auto synced = sync();
    return synced ? "" : synced.error().message;
  }
  test::MemoryTree shown() const {
    return shown_ ? test::read_tree(shown_->tree) : test::MemoryTree{};
  }
  const std::string& root() const { return layout_.root; }

 private:
  const test::TempDir dir_;
  const test::CapturedLog log_;
  const tree::Layout layout_{dir_.path()};
  ObjectSource source_;
  std::optional<tree::Published> shown_;
};

}  // namespace gitsync::objects
