// SPDX-License-Identifier: Apache-2.0
// Patterns of paths that are left out, as people know them from .gitignore: the simple part of it.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gitsync::objects {

// A pattern without '/' is one of names, of files and folders at any depth: "*.pyc",
// "__pycache__". One with a '/' is of the whole path from the top, where '*' stops at a '/':
// "/drafts", "teams/*/tmp". What is below a folder that matches is left out with it; a '/' at the
// end says that only a folder is meant. '*', '?' and [ranges] as fnmatch(3) has them.
//
// Thread-safety: none needed, never changes.
class PathPatterns {
 public:
  PathPatterns() = default;
  explicit PathPatterns(const std::vector<std::string>& patterns);

  // `path`: relative, without '/' at its end.
  bool match(std::string_view path, bool is_folder) const;

 private:
  struct Pattern {
    std::string text;
    bool is_of_path = false;
    bool is_of_folders = false;
  };
  static bool match(const Pattern& pattern, std::string_view path, bool is_folder);

  std::vector<Pattern> patterns_;
};

}  // namespace gitsync::objects
