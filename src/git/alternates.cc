// SPDX-License-Identifier: Apache-2.0
#include "git/alternates.h"

#include <algorithm>
#include <utility>

#include "git/not_understood.h"
#include "util/files.h"
#include "util/paths.h"
#include "util/text.h"

namespace gitsync::git {

using util::Result;

namespace {

constexpr std::size_t kMaxFolders = 64;
constexpr int kMaxLevel = 6;  // tried with git 2.39: the borrowers of borrowers, so many deep
constexpr std::size_t kMaxFile = std::size_t{1} << 20;

// The paths that one folder names, made absolute.
Result<std::vector<std::string>> alternates_of(const std::string& objects) {
  auto text = util::read_file(objects + "/info/alternates", kMaxFile);
  if (!text) {
    if (text.error().kind == util::ErrorKind::kNotFound) return std::vector<std::string>{};
    return util::fail(std::move(text).error());
  }
  // As git has it: "..", from where the folder really is.
  const std::string real = util::real_path(objects).value_or(objects);
  std::vector<std::string> paths;
  for (const auto& line : util::split(*text, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with('"')) return not_understood("a quoted path in info/alternates");
    paths.push_back(util::absolute_path(real, line));
  }
  return paths;
}

}  // namespace

Result<std::vector<std::string>> with_alternates(const std::string& objects) {
  std::vector<std::string> all{objects};
  // What was added at one level is read for the next one.
  std::size_t first = 0;
  for (int level = 1; level <= kMaxLevel; ++level) {
    const std::size_t end = all.size();
    for (; first < end; ++first) {
      GS_TRY(const auto paths, alternates_of(all[first]));
      for (const auto& path : paths) {
        if (std::ranges::find(all, path) == all.end()) all.push_back(path);
      }
      if (all.size() > kMaxFolders) return not_understood("too many alternates");
    }
  }
  return all;
}

}  // namespace gitsync::git
