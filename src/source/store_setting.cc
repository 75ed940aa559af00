// SPDX-License-Identifier: Apache-2.0
#include "source/store_setting.h"

#include <fcntl.h>

#include <optional>
#include <string>

#include "cli/private_config.h"
#include "git/config_file.h"
#include "util/fd.h"
#include "util/folder.h"

namespace gitsync::source {

using util::Result;

namespace {

const std::string kConfig = std::string(tree::Layout::kStoreName) + "/config";
const std::string kLock = kConfig + ".lock";

std::optional<std::string> last_value(const std::vector<git::ConfigEntry>& entries,
                                      std::string_view key) {
  std::optional<std::string> value;
  for (const auto& entry : entries) {
    if (entry.key == key) value = entry.value;
  }
  return value;
}

// Whoever makes the file may write what it locks.
Result<void> lock(const util::Folder& root) {
  GS_TRY(const auto place, root.place_of(kLock));
  const util::Fd file(::openat(place.fd, place.name.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (file.get() >= 0) return {};
  auto error = util::sys_error("create " + root.path_of(kLock));
  if (error.sys_errno == EEXIST) error.kind = util::ErrorKind::kBusy;
  return util::fail(std::move(error));
}

Result<void> append(const util::Folder& root, std::string_view key, std::string_view value) {
  GS_TRY(auto text, root.read_file(kConfig));
  GS_TRY(const auto entries, git::parse_config_file(text));
  if (last_value(entries, key) == value) return {};
  const auto parts = git::split_config_key(key);
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  text += "[" + std::string(parts.section) + "]\n\t" + std::string(parts.name) + " = " +
          cli::config_quote(value) + "\n";
  return root.write_file_atomic(kConfig, "config.new.", text, 0644);
}

}  // namespace

Result<void> ensure_store_setting(const tree::Layout& layout, std::string_view key,
                                  std::string_view value) {
  GS_TRY(const auto root, util::Folder::open(layout.root));
  GS_TRY(const auto text, root.read_file(kConfig));
  GS_TRY(const auto entries, git::parse_config_file(text));
  if (last_value(entries, key) == value) return {};
  GS_TRY_VOID(lock(root));
  auto appended = append(root, key, value);
  GS_TRY_VOID(root.remove_file(kLock));
  return appended;
}

}  // namespace gitsync::source
