// SPDX-License-Identifier: Apache-2.0
#include "cli/local_repository.h"

#include <algorithm>

#include "util/files.h"
#include "util/paths.h"
#include "util/url.h"

namespace gitsync::cli {
namespace {

constexpr std::string_view kFileScheme = "file://";

// Empty if the address is no local one.
std::string local_path(const std::string& url, const std::string& root) {
  if (url.starts_with(kFileScheme)) {
    const std::string path = url.substr(kFileScheme.size());
    return util::percent_decode(path).value_or(path);
  }
  if (url.empty() || url.starts_with('/')) return url;
  // As git tells host:path from a path: by what comes first, a colon or a slash.
  const auto colon = url.find(':');
  return colon == std::string::npos || url.find('/') < colon ? root + "/" + url : "";
}

}  // namespace

std::vector<std::string> local_repository_paths(const std::string& url, const std::string& root) {
  const std::string path = local_path(url, root);
  if (path.empty()) return {};
  std::vector<std::string> paths;
  const auto add = [&paths](std::string found) {
    if (std::ranges::find(paths, found) == paths.end()) paths.push_back(std::move(found));
  };
  // The places that git tries (gitrepository-layout; git-upload-pack without --strict). Which of
  // the two spellings is compared depends on git's version.
  for (const std::string_view suffix : {"/.git", "", ".git/.git", ".git"}) {
    const std::string place = path + std::string(suffix);
    const auto real = util::real_path(place);
    if (!real) continue;
    add(place);
    add(*real);
  }
  return paths;
}

}  // namespace gitsync::cli
