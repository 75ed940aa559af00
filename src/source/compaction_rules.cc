// SPDX-License-Identifier: Apache-2.0
#include "source/compaction_rules.h"

#include <ctime>
#include <string>
#include <string_view>

#include "git/config_file.h"
#include "git/config_truth.h"
#include "git/ref_store.h"
#include "source/delegation.h"
#include "util/folder.h"
#include "util/text.h"

namespace gitsync::source {

using util::Result;

namespace {

const std::string kStore = tree::Layout::kStoreName;

bool is_understood(const git::ConfigEntry& entry) {
  const auto parts = git::split_config_key(entry.key);
  const std::string value = util::to_lower(entry.value.value_or("true"));
  if (entry.key == "core.repositoryformatversion") return value == "0" || value == "1";
  if (entry.key == "core.sharedrepository") {
    return value == "0" || value == "false" || value == "umask";
  }
  if (entry.key == "extensions.objectformat") return value == "sha1";
  if (entry.key == "extensions.refstorage") return value == "files";
  if (parts.section == "extensions") {
    return entry.key == "extensions.worktreeconfig" || entry.key == "extensions.noop";
  }
  if (parts.section == "remote") {
    return parts.name != "promisor" && parts.name != "partialclonefilter";
  }
  // What stays, and for how long, is the user's to say.
  return parts.section != "gc" && parts.section != "include" && parts.section != "includeif";
}

Result<void> check_config(const util::Folder& root) {
  GS_TRY(const auto text, root.read_file(kStore + "/config"));
  GS_TRY(const auto entries, git::parse_config_file(text));
  for (const auto& entry : entries) {
    if (is_understood(entry)) continue;
    const auto parts = git::split_config_key(entry.key);
    return not_understood("the repository's setting " + std::string(parts.section) + "." +
                          std::string(parts.name));
  }
  return {};
}

}  // namespace

Result<void> check_compaction(const tree::Layout& layout) {
  GS_TRY(const auto root, util::Folder::open(layout.root));
  GS_TRY_VOID(check_config(root));
  if (!root.is_directory(kStore + "/objects")) return not_understood("the objects are elsewhere");
  if (root.exists(kStore + "/objects/info/alternates")) {
    return not_understood("the repository borrows objects");
  }
  GS_TRY(const auto refs, git::RefStore::open(layout.store()));
  GS_TRY(const bool substitutes, refs.has_substitutes());
  if (substitutes) return not_understood("the repository has substitutes for objects");
  return {};
}

bool is_collecting(const tree::Layout& layout) {
  // An older file is of a git that was killed.
  constexpr time_t kLongest = time_t{12} * 60 * 60;
  const auto root = util::Folder::open(layout.root);
  if (!root) return false;
  const auto info = root->info(kStore + "/gc.pid");
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return info && info->kind == util::EntryKind::kFile &&
         info->modified.tv_sec + kLongest > now.tv_sec;
}

}  // namespace gitsync::source
