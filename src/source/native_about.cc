// SPDX-License-Identifier: Apache-2.0
#include "source/native_about.h"

#include "git/commit_object.h"
#include "git/not_understood.h"
#include "git/object_store.h"

namespace gitsync::source {

using util::Result;

Result<About> native_about(const tree::Layout& layout, const tree::Revision& revision) {
  constexpr std::size_t kMostBytes = std::size_t{1} << 20;
  const auto id = git::ObjectId::from_hex(revision.id);
  if (!id) return git::not_understood("it is no commit of SHA-1");
  GS_TRY(auto store, git::ObjectStore::open(layout.store() + "/objects"));
  GS_TRY(const auto bytes, store.read(*id, git::ObjectType::kCommit, kMostBytes));
  GS_TRY(auto commit, git::parse_commit(bytes));
  if (!commit.encoding.empty()) return git::not_understood("it names an encoding");
  return About{.time = std::chrono::sys_seconds(std::chrono::seconds(commit.committer_time)),
               .author = std::move(commit.author),
               .subject = std::move(commit.subject)};
}

}  // namespace gitsync::source
