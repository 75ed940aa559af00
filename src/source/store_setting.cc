// SPDX-License-Identifier: Apache-2.0
#include "source/store_setting.h"

#include <optional>
#include <string>

#include "cli/private_config.h"
#include "git/config_file.h"
#include "git/lock_file.h"
#include "util/folder.h"

namespace gitsync::source {

using util::Result;

namespace {

const std::string kConfig = std::string(tree::Layout::kStoreName) + "/config";

std::optional<std::string> last_value(const std::vector<git::ConfigEntry>& entries,
                                      std::string_view key) {
  std::optional<std::string> value;
  for (const auto& entry : entries) {
    if (entry.key == key) value = entry.value;
  }
  return value;
}

// The file with the setting at its end; nothing if that would say nothing new.
Result<std::optional<std::string>> with_setting(const util::Folder& root, std::string_view key,
                                                std::string_view value) {
  GS_TRY(auto text, root.read_file(kConfig));
  GS_TRY(const auto entries, git::parse_config_file(text));
  if (last_value(entries, key) == value) return std::nullopt;
  const auto parts = git::split_config_key(key);
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  text += "[" + std::string(parts.section) + "]\n\t" + std::string(parts.name) + " = " +
          cli::config_quote(value) + "\n";
  return text;
}

}  // namespace

Result<void> ensure_store_setting(const tree::Layout& layout, std::string_view key,
                                  std::string_view value) {
  GS_TRY(const auto root, util::Folder::open(layout.root));
  GS_TRY(const auto wanted, with_setting(root, key, value));
  if (!wanted) return {};
  GS_TRY(auto lock, git::LockFile::take(root, kConfig, git::Patience::kNone));
  // Somebody may have changed it before we had the lock.
  GS_TRY(const auto text, with_setting(root, key, value));
  return text ? lock.commit(*text) : Result<void>{};
}

}  // namespace gitsync::source
