// SPDX-License-Identifier: Apache-2.0
#include "source/store_note.h"

#include "util/folder.h"

namespace gitsync::source {
namespace {

constexpr std::string_view kUnfinished = ".new.";

std::string path_of(std::string_view name) {
  return std::string(tree::Layout::kOwnName) + "/" + std::string(name);
}

}  // namespace

std::optional<std::string> read_note(const tree::Layout& layout, std::string_view name) {
  const auto root = util::Folder::open(layout.root);
  if (!root) return std::nullopt;
  auto text = root->read_file(path_of(name));
  return text ? std::optional(std::move(*text)) : std::nullopt;
}

util::Result<void> write_note(const tree::Layout& layout, std::string_view name,
                              std::string_view text) {
  GS_TRY(const auto root, util::Folder::open(layout.root));
  return root.write_file_atomic(path_of(name), std::string(name) + std::string(kUnfinished), text,
                                0644);
}

void sweep_notes(const tree::Layout& layout) {
  const auto root = util::Folder::open(layout.root);
  if (!root) return;
  const auto notes = root->open_beneath(tree::Layout::kOwnName);
  if (!notes) return;
  [[maybe_unused]] const auto swept = notes->for_each_entry([&](std::string_view name) {
    if (name.contains(kUnfinished)) {
      [[maybe_unused]] const auto removed = notes->remove_file(name);
    }
    return util::Walk::kGoOn;
  });
}

void forget_note(const tree::Layout& layout, std::string_view name) {
  const auto root = util::Folder::open(layout.root);
  if (!root) return;
  [[maybe_unused]] const auto removed = root->remove_file(path_of(name));
}

}  // namespace gitsync::source
