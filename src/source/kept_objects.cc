// SPDX-License-Identifier: Apache-2.0
#include "source/kept_objects.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "git/index_reader.h"
#include "git/reachability.h"
#include "git/ref_list.h"
#include "git/ref_store.h"
#include "source/delegation.h"
#include "util/fd.h"
#include "util/folder.h"

namespace gitsync::source {

using git::ObjectId;
using git::ObjectSet;
using git::ObjectType;
using util::Result;

namespace {

Result<std::vector<std::pair<std::string, util::FileStamp>>> find_indexes(const std::string& dir) {
  std::vector<std::string> paths{dir + "/index"};
  GS_TRY(const auto folder, util::Folder::open(dir));
  const auto worktrees = folder.list("worktrees");
  if (!worktrees && worktrees.error().kind != util::ErrorKind::kNotFound) {
    return util::fail(worktrees.error());
  }
  for (const auto& name : worktrees.value_or(std::vector<std::string>{})) {
    paths.push_back(std::string(dir).append("/worktrees/").append(name).append("/index"));
  }
  std::vector<std::pair<std::string, util::FileStamp>> found;
  for (auto& path : paths) {
    struct stat info{};
    if (::lstat(path.c_str(), &info) != 0) continue;
    found.emplace_back(std::move(path), util::FileStamp::of(info));
  }
  return found;
}

ObjectId id_of(std::span<const std::byte, git::kIndexIdBytes> bytes) {
  return ObjectId::from_bytes({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

// git's index may list what no commit has: what was added and is not committed yet.
class IndexWalk {
 public:
  IndexWalk(const ObjectSet& known, git::Reachability& reached, const util::Limit& limit)
      : known_(known), reached_(reached), limit_(limit) {}

  Result<void> add(const std::string& path) {
    const util::Fd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file && errno == ENOENT) return {};
    if (!file) return util::fail(util::sys_error("open " + path));
    GS_TRY([[maybe_unused]] const auto info,
           git::read_index(file.get(), path,
                           git::IndexVisitors{
                               .entry = [&](const git::IndexEntry& entry) { return add(entry); },
                               .tree = [&](auto id) { return add(id_of(id), ObjectType::kTree); },
                               .extension = check_extension}));
    return {};
  }

 private:
  Result<void> add(const git::IndexEntry& entry) {
    if (entry.mode == git::kIndexGitlink) return {};
    return add(id_of(entry.id), ObjectType::kBlob);
  }

  // What is missing cannot be lost.
  Result<void> add(const ObjectId& id, ObjectType type) {
    const auto number = known_.find(id);
    if (!number || reached_.has(*number)) return {};
    return reached_.follow(id, type, limit_);
  }

  static Result<void> check_extension(std::string_view name) {
    if (name == "EOIE" || name == "IEOT" || name == "UNTR" || name == "FSMN") return {};
    return not_understood("an index with the extension " + std::string(name));
  }

  const ObjectSet& known_;
  git::Reachability& reached_;
  const util::Limit& limit_;
};

Result<ObjectSet> all_packed(const git::ObjectFolder& folder) {
  ObjectSet all;
  std::size_t most = 0;
  for (const auto& pack : folder.packs()) most += pack.index().count();
  all.reserve(most);
  for (const auto& pack : folder.packs()) {
    GS_TRY_VOID(pack.index().for_each([&](const git::PackIndexEntry& entry) -> Result<void> {
      all.add(entry.id);
      return {};
    }));
  }
  return all;
}

}  // namespace

Result<KeptRoots> KeptRoots::read(const tree::Layout& layout,
                                  std::span<const tree::Revision> keep) {
  KeptRoots roots;
  GS_TRY(roots.tips, git::list_ref_targets(layout.store()));
  for (const auto& revision : keep) {
    const auto id = ObjectId::from_hex(revision.id);
    if (!id) return not_understood("a commit that has no SHA-1");
    roots.tips.push_back(*id);
  }
  std::ranges::sort(roots.tips);
  const auto twice = std::ranges::unique(roots.tips);
  roots.tips.erase(twice.begin(), twice.end());
  GS_TRY(roots.indexes, find_indexes(layout.store()));
  GS_TRY(const auto refs, git::RefStore::open(layout.store()));
  GS_TRY(roots.shallow, refs.shallow());
  return roots;
}

Result<KeptObjects> KeptObjects::find(const KeptRoots& roots, const git::ObjectFolder& folder,
                                      git::ObjectStore& store, const util::Limit& limit) {
  KeptObjects found;
  GS_TRY(found.kept, all_packed(folder));
  GS_TRY_VOID(folder.for_each_loose([&](const ObjectId& id) { found.loose.push_back(id); }));
  found.kept.reserve(found.loose.size());
  for (const auto& id : found.loose) found.kept.add(id);
  found.kept.settle();
  git::Reachability reached(store, found.kept, roots.shallow);
  for (const auto& tip : roots.tips) GS_TRY_VOID(reached.follow(tip, limit));
  IndexWalk indexes(found.kept, reached, limit);
  for (const auto& [path, stamp] : roots.indexes) GS_TRY_VOID(indexes.add(path));
  found.kept.keep_only([&](ObjectSet::Number number) { return reached.has(number); });
  for (const auto& id : roots.shallow) {
    if (found.kept.find(id)) found.shallow.push_back(id);
  }
  return found;
}

}  // namespace gitsync::source
