// SPDX-License-Identifier: Apache-2.0
#include "util/paths.h"

#include <climits>
#include <cstdlib>
#include <memory>
#include <vector>

#include "util/text.h"

namespace gitsync::util {
namespace {

struct FreeDeleter {
  // NOLINTNEXTLINE(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory): memory of libc
  void operator()(char* p) const noexcept { std::free(p); }
};
using CString = std::unique_ptr<char, FreeDeleter>;

}  // namespace

std::string clean_path(std::string_view path) {
  const bool rooted = path.starts_with('/');
  std::vector<std::string> kept;
  for (auto& part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      kept.push_back(std::move(part));
    } else if (!kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else if (!rooted) {
      kept.emplace_back("..");
    }
  }
  if (rooted) return "/" + join(kept, "/");
  return kept.empty() ? "." : join(kept, "/");
}

std::string absolute_path(std::string_view base, std::string_view path) {
  if (path.starts_with('/')) return clean_path(path);
  return clean_path(std::string(base) + "/" + std::string(path));
}

std::string relative_path(std::string_view base, std::string_view target) {
  const auto from = split(base == "/" ? "" : base, '/');
  const auto to = split(target == "/" ? "" : target, '/');
  std::size_t common = 0;
  while (common < from.size() && common < to.size() && from[common] == to[common]) ++common;
  std::vector<std::string> parts(from.size() - common, "..");
  parts.insert(parts.end(), to.begin() + static_cast<std::ptrdiff_t>(common), to.end());
  return parts.empty() ? "." : join(parts, "/");
}

std::string_view base_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string dir_name(std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

bool is_within(std::string_view directory, std::string_view path) {
  if (!path.starts_with(directory)) return false;
  return path.size() == directory.size() || directory.ends_with('/') ||
         path[directory.size()] == '/';
}

Result<std::string> real_path(const std::string& path) {
  const CString resolved(::realpath(path.c_str(), nullptr));
  if (!resolved) return fail(sys_error("resolve " + path));
  return std::string(resolved.get());
}

Result<std::string> current_directory() { return real_path("."); }

}  // namespace gitsync::util
