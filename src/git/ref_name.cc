// SPDX-License-Identifier: Apache-2.0
#include "git/ref_name.h"

#include <algorithm>

namespace gitsync::git {
namespace {

bool is_forbidden(char c) {
  constexpr std::string_view kMeaningful = "~^:?*[\\";
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7F || kMeaningful.find(c) != std::string_view::npos;
}

bool is_component(std::string_view part) {
  return !part.empty() && !part.starts_with('.') && !part.ends_with(".lock");
}

}  // namespace

bool is_ref_name(std::string_view text) {
  if (text == "@" || text.ends_with('.') || std::ranges::any_of(text, is_forbidden)) return false;
  if (text.find("..") != std::string_view::npos || text.find("@{") != std::string_view::npos) {
    return false;
  }
  for (auto rest = text;;) {
    const auto slash = rest.find('/');
    if (!is_component(rest.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace gitsync::git
