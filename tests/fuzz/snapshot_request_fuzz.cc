// SPDX-License-Identifier: Apache-2.0
// What a reader says to the snapshot server: a part lies within the file, a wait is at most a day,
// a tag that is found is in the list, and no name leads out of the folder.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "http/byte_range.h"
#include "http/entity_tags.h"
#include "http/preference.h"
#include "http/snapshot_name.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gitsync;
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const std::uint64_t total : {std::uint64_t{0}, std::uint64_t{100}, UINT64_MAX}) {
    const auto range = http::select_range(text, total);
    const bool is_part = range.kind == http::ByteRange::Kind::kPart;
    if (is_part && (range.size == 0 || range.size > total || range.first > total - range.size)) {
      std::abort();
    }
  }
  const auto wait = http::preferred_wait(text);
  if (wait.count() < 0 || wait > std::chrono::hours(24)) std::abort();
  const std::string tag = R"("b,c")";
  const bool is_there = text.find(tag) != std::string::npos || text.find('*') != std::string::npos;
  if (http::has_entity_tag(text, tag) && !is_there) std::abort();
  const bool leads_out = text.find('/') != std::string::npos || text.starts_with('.');
  if (http::kind_of_snapshot(text) && leads_out) std::abort();
  return 0;
}
