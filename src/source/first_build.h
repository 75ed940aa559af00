// SPDX-License-Identifier: Apache-2.0
// The first tree of a root, whose files are written while the pack with their contents arrives
// (docs/design.md#build).

#pragma once

#include <optional>
#include <thread>

#include "git/arriving_pack.h"
#include "source/native_builder.h"
#include "tree/built.h"
#include "tree/revision.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::source {

// Builds in a thread of its own, from the first object on. Thread-safety: none but for what the
// observer gets; belongs to one pass, under the root's turn.
class FirstBuild {
 public:
  // All outlive this.
  FirstBuild(NativeBuilder& builder, tree::Revision revision, const util::Limit& limit);
  FirstBuild(const FirstBuild&) = delete;
  FirstBuild& operator=(const FirstBuild&) = delete;
  ~FirstBuild();

  // Starts the thread. Errors: that of util::start_thread().
  util::Result<void> start();
  // Of the receiver of the pack.
  git::PackObserver& observer() { return pack_; }

  // Whether it was started, and builds `revision`.
  bool is_of(const tree::Revision& revision) const { return thread_ && revision_ == revision; }
  // No pack comes, or no more of it.
  void give_up();
  // Waits for the end, which is near once the observer has seen that of the pack.
  // Errors: those of NativeBuilder::write().
  util::Result<tree::Built> finish();

 private:
  // Of objects in memory that have arrived and were not written yet; bytes.
  static constexpr std::size_t kUnread = std::size_t{2} << 20;

  void run();

  NativeBuilder& builder_;
  const tree::Revision revision_;
  const util::Limit limit_;
  git::ArrivingPack pack_{{.unread = kUnread}};
  std::optional<util::Result<tree::Built>> built_;  // once the thread has ended
  std::optional<std::jthread> thread_;
};

}  // namespace gitsync::source
