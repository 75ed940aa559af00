// SPDX-License-Identifier: Apache-2.0
#include "source/first_build.h"

#include <utility>

#include "source/arriving_objects.h"
#include "util/thread.h"

namespace gitsync::source {

using util::Result;

FirstBuild::FirstBuild(NativeBuilder& builder, tree::Revision revision, const util::Limit& limit)
    : builder_(builder), revision_(std::move(revision)), limit_(limit) {}

FirstBuild::~FirstBuild() { give_up(); }

// Says nothing new to who has seen the end of the pack.
void FirstBuild::give_up() {
  const util::Error error{.kind = util::ErrorKind::kStopped, .message = "the fetch was given up"};
  pack_.ended(&error);
}

Result<void> FirstBuild::start() {
  GS_TRY(thread_, util::start_thread("first build", [this] { run(); }));
  return {};
}

void FirstBuild::run() {
  ArrivingObjects objects(pack_, limit_);
  built_.emplace(builder_.write(revision_, objects, limit_));
  pack_.no_more_reads();
}

Result<tree::Built> FirstBuild::finish() {
  thread_.reset();  // joins
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): the thread has ended
  return std::move(*built_);
}

}  // namespace gitsync::source
