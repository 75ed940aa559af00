// SPDX-License-Identifier: Apache-2.0
#include "git/path_rules.h"

#include <algorithm>
#include <string>

#include "util/text.h"

namespace gitsync::git {
namespace {

constexpr std::size_t kMaxName = 255;  // NAME_MAX; longer names fail when the file is made

// NTFS takes a name with these behind it, or with a colon and anything, for the name itself.
std::string_view without_ntfs_tail(std::string_view name) {
  name = name.substr(0, name.find(':'));
  return name.substr(0, name.find_last_not_of(". ") + 1);
}

bool leads_into_git_folder(std::string_view part) {
  const auto name = without_ntfs_tail(part);
  return name == ".git" || name == "git~1";
}

// A link in place of .gitmodules would make git read another file as such. Its short names on NTFS
// depend on what else is in the folder, so that git guesses, and we leave that to it.
NameVerdict judge_link(std::string_view name) {
  if (name.find(".gitmodules") != std::string_view::npos) {
    return without_ntfs_tail(name) == ".gitmodules" ? NameVerdict::kRefused
                                                    : NameVerdict::kNotUnderstood;
  }
  const bool is_short = name.find('~') != std::string_view::npos;
  return is_short ? NameVerdict::kNotUnderstood : NameVerdict::kAllowed;
}

}  // namespace

NameVerdict judge_name(std::string_view name, EntryMode mode) {
  if (name.empty() || name == "." || name == ".." || name.size() > kMaxName ||
      name.find('\0') != std::string_view::npos) {
    return NameVerdict::kRefused;
  }
  // git makes a folder of some of these.
  if (name.find('/') != std::string_view::npos) return NameVerdict::kNotUnderstood;
  const std::string lower = util::to_lower(name);
  // On Windows a backslash separates, too. git 2.39 does not look behind one that is the first
  // character.
  const auto parts = util::split(lower, '\\');
  if (std::ranges::any_of(parts, leads_into_git_folder)) {
    return name.starts_with('\\') ? NameVerdict::kNotUnderstood : NameVerdict::kRefused;
  }
  if (mode == EntryMode::kSymlink) return judge_link(lower);
  return NameVerdict::kAllowed;
}

}  // namespace gitsync::git
