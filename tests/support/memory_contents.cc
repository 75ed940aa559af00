// SPDX-License-Identifier: Apache-2.0
#include "support/memory_contents.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace gitsync::test {

namespace fs = std::filesystem;
using util::Result;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string odd_mode(mode_t mode, mode_t expected) {
  return (mode & 07777) == expected ? "" : " (mode " + std::to_string(mode & 07777) + ")";
}

MemoryFile read_entry(const std::string& path) {
  const auto info = lstat_of(path);
  if (S_ISLNK(info.st_mode)) return {tree::FileKind::kSymlink, fs::read_symlink(path).string()};
  if (S_ISDIR(info.st_mode)) return {tree::FileKind::kFolder, odd_mode(info.st_mode, 0755)};
  const bool executable = (info.st_mode & 0100) != 0;
  return {executable ? tree::FileKind::kExecutable : tree::FileKind::kRegular,
          content_of(path) + odd_mode(info.st_mode, executable ? 0755 : 0644)};
}

}  // namespace

tree::FileEntry entry_of(const MemoryFile& file) {
  const std::size_t hash = std::hash<std::string>{}(file.content);
  return {.kind = file.kind,
          .content_id = std::string(reinterpret_cast<const char*>(&hash), sizeof hash)};
}

tree::Revision revision_of(std::size_t number) {
  std::string digits = std::to_string(number);
  return {std::string(40 - digits.size(), '0') + digits};
}

MemoryContents::MemoryContents(const History& history, tree::Revision self)
    : history_(history), self_(std::move(self)) {}

Result<void> MemoryContents::for_each_change(
    const tree::Revision* from, const std::function<Result<void>(const tree::Change&)>& visit,
    const util::Limit& limit) {
  GS_TRY_VOID(limit.check());
  const MemoryTree none;
  const MemoryTree& old = from != nullptr ? history_.at(from->id) : none;
  const MemoryTree& now = history_.at(self_.id);
  auto a = old.begin();
  for (auto b = now.begin(); a != old.end() || b != now.end();) {
    const bool only_old = b == now.end() || (a != old.end() && a->first < b->first);
    const bool only_new = a == old.end() || (b != now.end() && b->first < a->first);
    tree::Change change{.path = only_old ? a->first : b->first, .before = {}, .after = {}};
    if (!only_new) change.before = entry_of(a->second);
    if (!only_old) change.after = entry_of(b->second);
    if (!only_new) ++a;
    if (!only_old) ++b;
    if (change.before != change.after) GS_TRY_VOID(visit(change));
  }
  return {};
}

Result<void> MemoryContents::read(const tree::FileEntry& entry, std::string_view path,
                                  tree::ContentSink& sink, const util::Limit& limit) {
  ++reads;
  GS_TRY_VOID(limit.check());
  if (on_read) GS_TRY_VOID(on_read(path));
  const auto& files = history_.at(self_.id);
  const auto file = files.find(path);
  if (file == files.end() || entry_of(file->second) != entry) {
    return util::fail(util::ErrorKind::kNotFound, "no such content: " + std::string(path));
  }
  const std::string& content = file->second.content;
  GS_TRY_VOID(sink.expect(content.size()));
  // In two pieces, as streams come.
  GS_TRY_VOID(sink.write(std::string_view(content).substr(0, content.size() / 2)));
  return sink.write(std::string_view(content).substr(content.size() / 2));
}

MemoryTree read_tree(const std::string& path) {
  MemoryTree tree;
  for (fs::recursive_directory_iterator it(path); it != fs::recursive_directory_iterator(); ++it) {
    const std::string below = it->path().string().substr(path.size() + 1);
    if (below == ".git") {
      it.disable_recursion_pending();
      continue;
    }
    const MemoryFile file = read_entry(it->path().string());
    const bool full = file.kind == tree::FileKind::kFolder && !fs::is_empty(it->path());
    if (!full || !file.content.empty()) tree[below] = file;
  }
  return tree;
}

struct stat lstat_of(const std::string& path) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return {};
  return info;
}

}  // namespace gitsync::test
