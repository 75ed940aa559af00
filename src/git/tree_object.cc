// SPDX-License-Identifier: Apache-2.0
#include "git/tree_object.h"

#include <algorithm>
#include <string>

#include "git/corrupt.h"
#include "git/not_understood.h"
#include "util/quote.h"

namespace gitsync::git {

using util::Result;

namespace {

constexpr std::size_t kMaxMode = 6;  // digits

std::optional<EntryMode> mode_of(std::string_view digits) {
  if (digits == "100644") return EntryMode::kFile;
  if (digits == "40000") return EntryMode::kFolder;
  if (digits == "100755") return EntryMode::kExecutable;
  if (digits == "120000") return EntryMode::kSymlink;
  if (digits == "160000") return EntryMode::kSubmodule;
  // Of old repositories; git takes it for 100644.
  if (digits == "100664") return EntryMode::kFile;
  return std::nullopt;
}

bool is_octal(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '7'; });
}

// What follows the name of an entry where names are compared.
unsigned char end_of(const TreeEntry& entry) {
  return static_cast<unsigned char>(entry.is_folder() ? '/' : '\0');
}

unsigned char character(const TreeEntry& entry, std::size_t at) {
  return at < entry.name.size() ? static_cast<unsigned char>(entry.name[at]) : end_of(entry);
}

}  // namespace

std::uint32_t to_number(EntryMode mode) noexcept {
  switch (mode) {
    case EntryMode::kFile:
      return 0100644;
    case EntryMode::kExecutable:
      return 0100755;
    case EntryMode::kSymlink:
      return 0120000;
    case EntryMode::kFolder:
      return 040000;
    case EntryMode::kSubmodule:
      return 0160000;
  }
  return 0;
}

int compare_entries(const TreeEntry& a, const TreeEntry& b) {
  const std::size_t common = std::min(a.name.size(), b.name.size());
  if (const int order = a.name.substr(0, common).compare(b.name.substr(0, common)); order != 0) {
    return order;
  }
  const int order = int{character(a, common)} - int{character(b, common)};
  if (order != 0 || a.name.size() == b.name.size()) return order;
  // A name with a slash in it, beside a folder: no tree that git makes.
  return a.name.size() < b.name.size() ? -1 : 1;
}

Result<std::optional<TreeEntry>> TreeReader::next() {
  if (rest_.empty()) return std::nullopt;
  auto entry = parse();
  if (entry) {
    if (auto sorted = check_order(*entry); !sorted) entry = std::unexpected(sorted.error());
  }
  if (!entry) {
    rest_ = {};
    return util::fail(std::move(entry).error());
  }
  last_ = *entry;
  return *entry;
}

Result<TreeEntry> TreeReader::parse() {
  const auto blank = rest_.substr(0, kMaxMode + 1).find(' ');
  if (blank == std::string_view::npos) return corrupt("tree without a mode");
  const auto digits = rest_.substr(0, blank);
  const auto end = rest_.find('\0', blank);
  if (end == std::string_view::npos || rest_.size() - end - 1 < ObjectId::kSize) {
    return corrupt("tree is cut short");
  }
  const auto name = rest_.substr(blank + 1, end - blank - 1);
  if (name.empty()) return corrupt("tree with an empty name");
  const auto mode = mode_of(digits);
  if (!mode && (digits.empty() || !is_octal(digits))) return corrupt("tree with a bad mode");
  if (!mode) return not_understood("tree with mode " + std::string(digits));
  const TreeEntry entry{
      .mode = *mode, .name = name, .id = ObjectId::from_bytes(rest_.substr(end + 1))};
  rest_.remove_prefix(end + 1 + ObjectId::kSize);
  return entry;
}

Result<void> TreeReader::check_order(const TreeEntry& entry) {
  while (!prefixes_.empty() && !entry.name.starts_with(prefixes_.back())) prefixes_.pop_back();
  // A file "a" and a folder "a" need not be neighbours: "a-b" comes between them.
  if (!prefixes_.empty() && prefixes_.back() == entry.name) {
    return corrupt("tree with two entries " + util::quoted(entry.name));
  }
  if (last_ && compare_entries(*last_, entry) >= 0) {
    return corrupt("tree is not sorted at " + util::quoted(entry.name));
  }
  if (!entry.is_folder()) prefixes_.push_back(entry.name);
  return {};
}

}  // namespace gitsync::git
