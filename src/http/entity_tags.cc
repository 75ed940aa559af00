// SPDX-License-Identifier: Apache-2.0
#include "http/entity_tags.h"

#include "util/text.h"

namespace gitsync::http {

bool has_entity_tag(std::string_view list, std::string_view tag) {
  if (util::trim(list) == "*") return true;
  while (true) {
    const auto begin = list.find_first_not_of(" \t,");
    if (begin == std::string_view::npos) return false;
    list.remove_prefix(begin);
    if (list.starts_with("W/")) list.remove_prefix(2);
    if (!list.starts_with('"')) return false;
    const auto end = list.find('"', 1);
    if (end == std::string_view::npos) return false;
    if (list.substr(0, end + 1) == tag) return true;
    list.remove_prefix(end + 1);
  }
}

}  // namespace gitsync::http
