// SPDX-License-Identifier: Apache-2.0
#include "tree/measure.h"

#include <filesystem>

namespace gitsync::tree {

TreeSize measure(const std::string& tree) {
  namespace fs = std::filesystem;
  TreeSize size;
  std::error_code error;
  fs::recursive_directory_iterator it(tree, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (it->path().filename() == ".git") {
      it.disable_recursion_pending();
      continue;
    }
    const auto status = it->symlink_status(error);
    if (error || fs::is_directory(status)) continue;
    ++size.files;
    if (fs::is_regular_file(status)) size.bytes += static_cast<std::int64_t>(it->file_size(error));
  }
  return size;
}

}  // namespace gitsync::tree
