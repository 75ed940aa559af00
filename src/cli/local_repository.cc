// SPDX-License-Identifier: Apache-2.0
#include "cli/local_repository.h"

#include <algorithm>

#include "util/files.h"
#include "util/paths.h"
#include "util/url.h"

namespace gitsync::cli {
namespace {

constexpr std::string_view kFileScheme = "file://";

// What stands behind file:// is a host, which git does not look at, and a path.
std::optional<std::string> path_of_file_url(std::string_view rest) {
  const auto decoded = util::percent_decode(rest);
  if (!decoded || decoded->find('\0') != std::string::npos) return std::nullopt;
  const auto slash = decoded->find('/');
  if (slash == std::string::npos || decoded->substr(slash).starts_with("/~")) return std::nullopt;
  return decoded->substr(slash);
}

}  // namespace

bool is_local_address(std::string_view url) {
  if (url.empty() || url.starts_with(kFileScheme)) return !url.empty();
  // As git tells host:path from a path: by what comes first, a colon or a slash.
  const auto colon = url.find(':');
  return colon == std::string_view::npos || url.find('/') < colon;
}

std::optional<std::string> upload_pack_path(const std::string& url) {
  if (!is_local_address(url) || url.starts_with('-')) return std::nullopt;
  if (url.starts_with(kFileScheme)) return path_of_file_url(url.substr(kFileScheme.size()));
  return url;
}

std::vector<std::string> local_repository_paths(const std::string& url, const std::string& root) {
  const auto given = upload_pack_path(url);
  if (!given) return {};
  const std::string path = given->starts_with('/') ? *given : root + "/" + *given;
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
