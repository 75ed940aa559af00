// SPDX-License-Identifier: Apache-2.0
#include "objects/path_patterns.h"

#include <fnmatch.h>

#include <algorithm>

namespace gitsync::objects {

PathPatterns::PathPatterns(const std::vector<std::string>& patterns) {
  for (std::string text : patterns) {
    Pattern pattern;
    pattern.is_of_folders = text.ends_with('/');
    while (text.ends_with('/')) text.pop_back();
    pattern.is_of_path = text.find('/') != std::string::npos;
    text.erase(0, text.find_first_not_of('/'));
    if (text.empty()) continue;
    pattern.text = std::move(text);
    patterns_.push_back(std::move(pattern));
  }
}

bool PathPatterns::match(std::string_view path, bool is_folder) const {
  return std::ranges::any_of(
      patterns_, [&](const Pattern& pattern) { return match(pattern, path, is_folder); });
}

// Asks about the path and each folder above it.
bool PathPatterns::match(const Pattern& pattern, std::string_view path, bool is_folder) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const bool may_match = !pattern.is_of_folders || end < path.size() || is_folder;
    const std::string part(pattern.is_of_path ? path.substr(0, end)
                                              : path.substr(begin, end - begin));
    if (may_match && ::fnmatch(pattern.text.c_str(), part.c_str(), FNM_PATHNAME) == 0) return true;
    begin = end + 1;
  }
  return false;
}

}  // namespace gitsync::objects
