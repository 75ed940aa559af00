// SPDX-License-Identifier: Apache-2.0
#include "source/git_contents.h"

#include <optional>
#include <string>

#include "git/commit_object.h"
#include "source/delegation.h"

namespace gitsync::source {

using util::Result;

namespace {

// Of a commit: a long message is no reason for git.
constexpr std::size_t kLargestCommit = std::size_t{16} << 20;

tree::FileKind kind_of(git::EntryMode mode) {
  switch (mode) {
    case git::EntryMode::kExecutable:
      return tree::FileKind::kExecutable;
    case git::EntryMode::kSymlink:
      return tree::FileKind::kSymlink;
    case git::EntryMode::kSubmodule:
    case git::EntryMode::kFolder:
      return tree::FileKind::kFolder;
    case git::EntryMode::kFile:
      break;
  }
  return tree::FileKind::kRegular;
}

std::optional<tree::FileEntry> entry_of(const std::optional<git::TreeLeaf>& leaf) {
  if (!leaf) return std::nullopt;
  return tree::FileEntry{kind_of(leaf->mode), std::string(leaf->id.view())};
}

}  // namespace

Result<git::ObjectId> GitContents::tree_of(git::ObjectReader& store, const git::ObjectId& commit) {
  GS_TRY(const auto object, store.read(commit, kLargestCommit));
  if (object.type != git::ObjectType::kCommit) return not_understood("the ref leads to no commit");
  GS_TRY(const auto parsed, git::parse_commit(object.bytes));
  return parsed.tree;
}

bool GitContents::is_there(git::ObjectStore& store, const git::ObjectId& commit) {
  const auto top = tree_of(store, commit);
  return top && store.has(*top).value_or(false);
}

Result<void> GitContents::diff(const tree::Revision* from, const git::TreeChangeVisitor& visit,
                               const util::Limit& limit) {
  std::optional<git::ObjectId> before;
  if (from != nullptr) {
    const auto commit = git::ObjectId::from_hex(from->id);
    if (!commit) return not_understood("the tree to start from is of no commit");
    GS_TRY(before, tree_of(store_, *commit));
  }
  return git::diff_trees(store_, before, tree_, limit, visit);
}

Result<void> GitContents::check(const tree::Revision* from, const LeafCheck& check,
                                const util::Limit& limit) {
  return diff(
      from,
      [&](const git::TreeChange& change) -> Result<util::Walk> {
        if (change.after) GS_TRY_VOID(check(change.path, *change.after));
        return util::Walk::kGoOn;
      },
      limit);
}

Result<void> GitContents::for_each_change(
    const tree::Revision* from, const std::function<Result<void>(const tree::Change&)>& visit,
    const util::Limit& limit) {
  return diff(
      from,
      [&](const git::TreeChange& change) -> Result<util::Walk> {
        GS_TRY_VOID(visit({.path = change.path,
                           .before = entry_of(change.before),
                           .after = entry_of(change.after)}));
        return util::Walk::kGoOn;
      },
      limit);
}

Result<void> GitContents::read(const tree::FileEntry& entry, std::string_view /*path*/,
                               tree::ContentSink& sink, const util::Limit& limit) {
  const auto id = git::ObjectId::from_bytes(entry.content_id);
  return store_.stream(id, {.begin = [&](const git::ObjectInfo& info) -> Result<void> {
                              if (info.type != git::ObjectType::kBlob) {
                                return util::fail(util::ErrorKind::kCorrupt,
                                                  id.hex() + " is no blob");
                              }
                              return sink.expect(info.size);
                            },
                            .write = [&](std::string_view bytes) -> Result<void> {
                              GS_TRY_VOID(limit.check());
                              return sink.write(bytes);
                            }});
}

}  // namespace gitsync::source
