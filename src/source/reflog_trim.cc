// SPDX-License-Identifier: Apache-2.0
#include "source/reflog_trim.h"

#include <optional>
#include <string>
#include <string_view>

#include "git/lock_file.h"
#include "source/delegation.h"
#include "util/folder.h"
#include "util/paths.h"

namespace gitsync::source {

using util::Result;

namespace {

constexpr std::size_t kDigits = 2 * git::ObjectId::kSize;
constexpr int kDeepest = 64;  // folders
constexpr std::string_view kLogs = "logs";

class Trimmer {
 public:
  Trimmer(const util::Folder& folder, const git::ObjectSet& kept) : folder_(folder), kept_(kept) {}

  // The logs of `dir`, the repository's folder or a worktree's.
  Result<void> trim_all(const std::string& dir, const std::string& path = std::string(kLogs),
                        int depth = 0) const {
    if (depth > kDeepest) return not_understood("reflogs in too many folders");
    const auto names = folder_.list(dir + path);
    if (!names && names.error().kind == util::ErrorKind::kNotFound) return {};
    if (!names) return util::fail(names.error());
    for (const auto& name : *names) {
      const std::string below = std::string(path).append("/").append(name);
      if (folder_.is_directory(dir + below)) {
        GS_TRY_VOID(trim_all(dir, below, depth + 1));
      } else if (!name.ends_with(".lock") && !name.starts_with('.')) {
        GS_TRY_VOID(trim(dir, below.substr(kLogs.size() + 1)));
      }
    }
    return {};
  }

 private:
  bool stays(std::string_view hex, bool may_be_null) const {
    const auto id = git::ObjectId::from_hex(hex);
    return id && ((may_be_null && id->is_null()) || kept_.find(*id));
  }

  // "<old> <new> <who> …"; nothing if all of it stays.
  Result<std::optional<std::string>> trimmed(const std::string& log) const {
    GS_TRY(const auto text, folder_.read_file(log));
    std::string left;
    for (std::string_view rest = text; !rest.empty();) {
      const auto line = rest.substr(0, rest.find('\n') + 1);
      if (line.size() < 2 * kDigits + 3 || line[kDigits] != ' ' || line[2 * kDigits + 1] != ' ') {
        return not_understood(folder_.path_of(log) + " is no reflog");
      }
      // A ref that was removed leads to the null id.
      if (stays(line.substr(0, kDigits), true) && stays(line.substr(kDigits + 1, kDigits), true)) {
        left += line;
      }
      rest.remove_prefix(line.size());
    }
    if (left.size() == text.size()) return std::nullopt;
    return left;
  }

  Result<void> trim(const std::string& dir, const std::string& ref) const {
    const std::string log = dir + std::string(kLogs) + "/" + ref;
    GS_TRY(const auto first, trimmed(log));
    if (!first) return {};
    GS_TRY(const auto place, folder_.make_directories(util::dir_name(dir + ref)));
    GS_TRY(const auto lock,
           git::LockFile::take(place, util::base_name(ref), git::Patience::kShort));
    // Somebody may have added to it before we had the lock.
    GS_TRY(const auto left, trimmed(log));
    if (!left) return {};
    return folder_.write_file_atomic(log, ".trimmed.", *left, 0644);
  }

  const util::Folder& folder_;
  const git::ObjectSet& kept_;
};

}  // namespace

Result<void> trim_reflogs(const tree::Layout& layout, const git::ObjectSet& kept) {
  GS_TRY(const auto folder, util::Folder::open(layout.store()));
  const Trimmer trimmer(folder, kept);
  GS_TRY_VOID(trimmer.trim_all(""));
  const auto worktrees = folder.list("worktrees");
  if (!worktrees && worktrees.error().kind != util::ErrorKind::kNotFound) {
    return util::fail(worktrees.error());
  }
  for (const auto& name : worktrees.value_or(std::vector<std::string>{})) {
    GS_TRY_VOID(trimmer.trim_all("worktrees/" + name + "/"));
  }
  return {};
}

}  // namespace gitsync::source
