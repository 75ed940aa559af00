// SPDX-License-Identifier: Apache-2.0
#include "snapshot/names.h"

#include <algorithm>

namespace gitsync::snapshot {
namespace {

constexpr std::size_t kMostKeyBytes = 200;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

std::string_view without(std::string_view text, std::string_view start) {
  if (text.starts_with(start)) text.remove_prefix(start.size());
  return text;
}

}  // namespace

std::string archive_key(const tree::Revision& revision) {
  return revision.id + std::string(kArchiveEnd);
}

std::string archive_key(const tree::Revision& revision, std::string_view tree_sha256) {
  constexpr std::size_t kEnough = 16;
  return revision.id + "-" + std::string(tree_sha256.substr(0, kEnough)) + std::string(kArchiveEnd);
}

std::string delta_key(const tree::Revision& from, const tree::Revision& to) {
  return from.id + ".." + to.id + std::string(kArchiveEnd);
}

std::string pointer_key(std::string_view name) {
  return std::string(name) + std::string(kPointerEnd);
}

std::string stable_key(std::string_view name) {
  return std::string(name) + std::string(kArchiveEnd);
}

std::string name_of_ref(std::string_view ref) {
  constexpr std::size_t kMost = 100;
  for (const auto* const start : {"refs/heads/", "refs/tags/"}) ref = without(ref, start);
  std::string name(ref.substr(0, kMost));
  std::ranges::replace_if(name, [](char c) { return !is_plain(c); }, '-');
  if (name.empty() || name.front() == '.') name.insert(0, "-");
  return name;
}

bool is_plain_name(std::string_view name) {
  return !name.starts_with('.') && std::ranges::all_of(name, is_plain);
}

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= kMostKeyBytes && is_plain_name(key);
}

}  // namespace gitsync::snapshot
