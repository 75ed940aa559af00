// SPDX-License-Identifier: Apache-2.0
// Lexical path arithmetic, on which rest where the link points and what may be deleted. Input: two
// paths, separated by the first newline.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "util/paths.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_clean(const std::string& path) {
  using namespace gitsync::util;
  require(!path.empty());
  require(clean_path(path) == path);
  require(path == "/" || !path.ends_with('/'));
  require(path.find("//") == std::string::npos);
  require(path.find("/./") == std::string::npos && !path.ends_with("/."));
  if (path.starts_with('/')) require((path + "/").find("/../") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gitsync::util;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto newline = text.find('\n');
  const std::string_view first = text.substr(0, newline);
  const std::string_view second =
      newline == std::string_view::npos ? std::string_view{} : text.substr(newline + 1);
  check_clean(clean_path(first));
  const std::string base = absolute_path("/base", first);
  const std::string target = absolute_path(base, second);
  check_clean(base);
  check_clean(target);
  const std::string way = relative_path(base, target);
  require(!way.starts_with('/'));
  require(absolute_path(base, way) == target);
  require(is_within(base, target) == (way != ".." && !way.starts_with("../")));
  require(is_within(dir_name(target), target));
  if (target != "/") {
    require(absolute_path(dir_name(target), base_name(target)) == target);
  }
  return 0;
}
