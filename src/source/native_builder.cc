// SPDX-License-Identifier: Apache-2.0
#include "source/native_builder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <ctime>
#include <utility>

#include "git/index_checksum.h"
#include "git/index_reader.h"
#include "git/index_writer.h"
#include "git/lock_file.h"
#include "git/object_hasher.h"
#include "git/ref_store.h"
#include "source/delegation.h"
#include "source/file_content.h"
#include "source/native_look.h"
#include "source/store_setting.h"
#include "source/tree_check.h"
#include "source/worktree_pointers.h"
#include "tree/untouched.h"
#include "util/fd.h"
#include "util/folder.h"
#include "util/paths.h"
#include "util/remove_tree.h"
#include "util/stale.h"

namespace gitsync::source {

using util::Result;

namespace {

const std::string kWorktrees = std::string(tree::Layout::kStoreName) + "/worktrees";

std::uint32_t index_mode(tree::FileKind kind) {
  switch (kind) {
    case tree::FileKind::kExecutable:
      return git::kIndexExecutable;
    case tree::FileKind::kSymlink:
      return git::kIndexSymlink;
    case tree::FileKind::kFolder:
      return git::kIndexGitlink;
    case tree::FileKind::kRegular:
      break;
  }
  return git::kIndexFile;
}

git::IndexTime index_time(const timespec& time) {
  return {static_cast<std::uint32_t>(time.tv_sec), static_cast<std::uint32_t>(time.tv_nsec)};
}

git::IndexStat index_stat(const tree::FileStat& stat, std::uint32_t device) {
  return {.changed = index_time(stat.changed),
          .modified = index_time(stat.modified),
          .device = device,
          .inode = static_cast<std::uint32_t>(stat.inode),
          .owner = stat.uid,
          .group = stat.gid,
          .size = static_cast<std::uint32_t>(stat.size)};
}

ContentOf content_kind(tree::FileKind kind) {
  return kind == tree::FileKind::kSymlink ? ContentOf::kSymlink : ContentOf::kFile;
}

// Whether whoever writes into a file from now on gives it another mtime, so that what is read after
// this is what these stat data are of.
bool is_settled(const tree::FileStat& stat) {
  timespec now{};
  if (::clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0) return false;
  const timespec& then = stat.modified;
  return then.tv_sec < now.tv_sec || (then.tv_sec == now.tv_sec && then.tv_nsec < now.tv_nsec);
}

Result<git::ObjectId> object_id(const tree::Revision& revision) {
  const auto id = git::ObjectId::from_hex(revision.id);
  if (!id) return not_understood("the commit has no SHA-1");
  return *id;
}

void add(git::IndexChecksum& sum, std::string_view path, std::uint32_t mode, std::string_view id) {
  sum.add(path);
  sum.add(std::string_view("\0", 1));
  sum.add(std::to_string(mode));
  sum.add(id);
}

// A digest of what a worktree's index lists; nothing if it cannot be read.
std::optional<std::array<char, git::kIndexIdBytes>> digest_of_index(
    const tree::Layout& layout, const tree::Revision& revision) {
  const std::string path = layout.root + "/" + worktree_metadata(revision) + "/index";
  const util::Fd file(
      util::despite_stale([&] { return ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC); }));
  if (file.get() < 0) return std::nullopt;
  git::IndexChecksum sum;
  const auto read =
      git::read_index(file.get(), path, [&](const git::IndexEntry& entry) -> Result<void> {
        add(sum, entry.path, entry.mode,
            {reinterpret_cast<const char*>(entry.id.data()), entry.id.size()});
        return {};
      });
  if (!read) return std::nullopt;
  return sum.finish();
}

bool can_start_from(git::ObjectStore& store, const tree::Published& base) {
  const auto commit = base.revision ? git::ObjectId::from_hex(base.revision->id) : std::nullopt;
  return commit && GitContents::is_there(store, *commit);
}

// What a store needs on disk for a commit that changes one file.
constexpr std::uint64_t kDiskBlock = 4096;

std::optional<std::uint64_t> left_over(git::ObjectStore& store, GitContents& contents,
                                       const tree::Revision& base, const util::Limit& limit) {
  std::uint64_t bytes = 4 * kDiskBlock;  // the commit and its trees
  const auto walked = contents.for_each_change(
      &base,
      [&](const tree::Change& change) -> Result<void> {
        if (!change.before || change.before->kind == tree::FileKind::kFolder) return {};
        GS_TRY(const auto info, store.info(git::ObjectId::from_bytes(change.before->content_id)));
        bytes += info.size + kDiskBlock;
        return {};
      },
      limit);
  return walked ? std::optional(bytes) : std::nullopt;
}

}  // namespace

NativeBuilder::NativeBuilder(tree::Layout layout, NativeBuilderOptions options, log::Logger logger)
    : layout_(std::move(layout)),
      options_(std::move(options)),
      log_(std::move(logger)),
      writer_({.layout = layout_, .sharing = options_.sharing, .own_names = {kGitFile}}, log_) {}

Result<NativeTree> NativeBuilder::build(const tree::Revision& revision, const tree::Published* base,
                                        const tree::Turn& turn, const util::Limit& limit) {
  GS_TRY(auto store, git::ObjectStore::open(layout_.store() + "/objects"));
  // What is shown may be from a repository that had to be replaced.
  if (base != nullptr && !can_start_from(store, *base)) base = nullptr;
  GS_TRY(auto contents, understand(revision, base, store, limit));
  announce(revision);
  GS_TRY(auto built, writer_.build(revision, base, contents, limit));
  GS_TRY(auto tree, complete(std::move(built), turn, limit));
  if (base != nullptr && base->revision) {
    tree.dead = left_over(store, contents, *base->revision, limit);
  }
  return tree;
}

Result<tree::Built> NativeBuilder::write(const tree::Revision& revision, ArrivingObjects& objects,
                                         const util::Limit& limit) {
  GS_TRY(auto begun, writer_.begin(limit));
  objects.on_blob([&begun](const git::ObjectId& id, std::string_view bytes) {
    return begun.files->write(id.view(), bytes);
  });
  GS_TRY(auto contents, understand(revision, nullptr, objects, limit));
  announce(revision);
  GS_TRY_VOID(writer_.list(begun, contents, limit));
  GS_TRY_VOID(objects.take_all());
  return writer_.build(revision, std::move(begun), contents, limit);
}

Result<GitContents> NativeBuilder::understand(const tree::Revision& revision,
                                              const tree::Published* base,
                                              git::ObjectReader& objects,
                                              const util::Limit& limit) const {
  if (!options_.settings_for_git.empty()) return not_understood(options_.settings_for_git);
  GS_TRY(const auto commit, object_id(revision));
  GS_TRY(const auto top, GitContents::tree_of(objects, commit));
  GitContents contents(objects, top);
  GS_TRY_VOID(check_store(layout_));
  const bool knows_base = base != nullptr && base->revision && base->revision == understood_;
  GS_TRY_VOID(check_tree(objects, contents, knows_base ? &*understood_ : nullptr, limit));
  // Links change the ctime of files, which git would take for a change of their content.
  if (options_.sharing != tree::Sharing::kNone) {
    GS_TRY_VOID(ensure_store_setting(layout_, "core.trustctime", "false"));
  }
  return contents;
}

void NativeBuilder::announce(const tree::Revision& revision) const {
  log_.info(1, "building worktree", {{"path", layout_.tree(revision)}, {"hash", revision.id}});
}

Result<NativeTree> NativeBuilder::complete(tree::Built built, const tree::Turn& turn,
                                           const util::Limit& limit) {
  const tree::Revision revision = built.revision();
  GS_TRY(const auto commit, object_id(revision));
  GS_TRY(const auto live, write_metadata(built));
  GS_TRY(auto draft, std::move(built).finish(turn, limit));
  GS_TRY_VOID(move_branch(commit));
  understood_ = revision;
  return NativeTree{.draft = std::move(draft), .live = live};
}

Result<NativeTree> NativeBuilder::take_standing(const tree::Revision& revision,
                                                const util::Limit& limit) {
  const tree::Published standing{.tree = layout_.tree(revision), .revision = revision};
  bool whole = find_doubt_about(layout_, standing).empty();
  if (whole) {
    GS_TRY(whole, is_untouched(standing, limit));
  }
  if (whole) {
    GS_TRY(whole, writer_.has_nothing_else(standing, limit));
  }
  if (!whole) return not_understood("its place is taken");
  GS_TRY(const auto commit, object_id(revision));
  log_.info(1, "taking worktree that stands", {{"path", standing.tree}, {"hash", revision.id}});
  GS_TRY_VOID(move_branch(commit));
  return NativeTree{.draft = tree::Draft::found(layout_, revision, log_)};
}

Result<void> NativeBuilder::move_branch(const git::ObjectId& commit) const {
  GS_TRY(const auto refs, git::RefStore::open(layout_.store()));
  return refs.write("refs/heads/git-sync", commit);
}

// All but the files: afterwards git takes the folder for a worktree once it has its name.
Result<std::uint64_t> NativeBuilder::write_metadata(const tree::Built& built) const {
  const std::string name = worktree_metadata(built.revision());
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  // Of a process that was killed before the tree had its name.
  GS_TRY_VOID(util::remove_tree(root, name));
  GS_TRY(const auto metadata, root.make_directories(name));
  GS_TRY_VOID(write_worktree_pointers(layout_, built.revision(), metadata, built.folder()));
  return write_index(built, metadata);
}

Result<std::uint64_t> NativeBuilder::write_index(const tree::Built& built,
                                                 const util::Folder& metadata) const {
  struct stat top{};
  if (::fstat(built.folder().fd(), &top) != 0) {
    return util::fail(util::sys_error("stat " + built.folder().path()));
  }
  GS_TRY(auto lock, git::LockFile::take(metadata, "index", git::Patience::kNone));
  git::IndexWriter index(lock.file(), lock.shown());
  std::uint64_t bytes = 0;
  GS_TRY_VOID(built.for_each_file([&](const tree::Record& record) {
    bytes += record.stat.size;
    const auto& id = record.entry.content_id;
    return index.add({.path = record.path,
                      .mode = index_mode(record.entry.kind),
                      .id = std::as_bytes(
                          std::span<const char, git::kIndexIdBytes>(id.data(), git::kIndexIdBytes)),
                      .stat = index_stat(record.stat, static_cast<std::uint32_t>(top.st_dev))});
  }));
  GS_TRY_VOID(index.finish());
  GS_TRY_VOID(lock.commit(util::Durability::kCached));
  return bytes;
}

Result<bool> NativeBuilder::is_untouched(const tree::Published& shown, const util::Limit& limit) {
  if (!options_.settings_for_git.empty()) return false;
  // The index must list just the files that were made.
  if (!shown.revision) return false;
  const auto listed = digest_of_index(layout_, *shown.revision);
  if (!listed) return false;
  git::IndexChecksum made;
  GS_TRY(const bool untouched, tree::is_untouched(
                                   layout_, shown,
                                   [&](const tree::Record& record) {
                                     add(made, record.path, index_mode(record.entry.kind),
                                         record.entry.content_id);
                                   },
                                   limit));
  if (!untouched || made.finish() != *listed) return false;
  understood_ = shown.revision;
  return true;
}

Result<void> NativeBuilder::adopt(const tree::Published& shown, const util::Limit& limit) const {
  if (!shown.revision) return not_understood("it is not known of which commit it is");
  GS_TRY(auto store, git::ObjectStore::open(layout_.store() + "/objects"));
  GS_TRY(auto contents, understand(*shown.revision, nullptr, store, limit));
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  GS_TRY(const auto tree, root.open_beneath(util::relative_path(layout_.root, shown.tree)));
  GS_TRY(auto hasher, git::ObjectHasher::create());
  return writer_.adopt(
      shown, contents,
      [&](std::string_view path, const tree::FileEntry& entry, const tree::FileStat& now) {
        return is_settled(now) && has_content(tree, path, content_kind(entry.kind),
                                              git::ObjectId::from_bytes(entry.content_id), hasher);
      },
      limit);
}

void NativeBuilder::prune_metadata() const {
  const auto root = util::Folder::open(layout_.root);
  if (!root) return;
  const auto worktrees = root->open_beneath(kWorktrees);
  if (!worktrees) return;
  [[maybe_unused]] const auto listed = worktrees->for_each_entry([&](std::string_view name) {
    const auto revision = tree::Revision::parse(name);
    if (revision && !root->exists(tree::Layout::tree_name(*revision))) {
      [[maybe_unused]] const auto gone = util::remove_tree(*worktrees, name);
    }
    return util::Walk::kGoOn;
  });
}

}  // namespace gitsync::source
