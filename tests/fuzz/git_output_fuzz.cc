// SPDX-License-Identifier: Apache-2.0
// What git, ssh and servers print, and becomes an object id, a hint, a list of names or a shortened
// text in a log.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "cli/diagnosis.h"
#include "cli/nearest_refs.h"
#include "git/oid.h"
#include "log/hints.h"
#include "util/bounded_output.h"
#include "util/text.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_bounded(std::string_view text, std::size_t limit, std::size_t piece) {
  gitsync::util::BoundedOutput output(limit);
  for (std::size_t at = 0; at < text.size(); at += piece) output.append(text.substr(at, piece));
  const std::string kept = output.text();
  const std::size_t half = limit / 2;
  if (text.size() <= 2 * half) {
    require(kept == text);
    return;
  }
  require(kept.starts_with(text.substr(0, half)));
  require(kept.ends_with(text.substr(text.size() - half)));
  require(kept.size() <= limit + 64);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gitsync;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto oid = git::Oid::parse(text)) {
    require(oid->hex() == text && util::is_hex(text) && (size == 40 || size == 64));
  }
  const auto hint = log::hint_of({.message = "", .cause = cli::diagnose(text).cause});
  require(!hint.contains('\n'));
  auto names = util::split(text, '\n');
  names.resize(std::min<std::size_t>(names.size(), 50));
  const auto nearest = cli::nearest_names(text.substr(0, 50), names, 5);
  require(nearest.size() == std::min<std::size_t>(names.size(), 5));
  for (const std::size_t limit : {0U, 1U, 2U, 7U, 64U, 1000U}) {
    for (const std::size_t piece : {1U, 3U, 100U}) check_bounded(text, limit, piece);
  }
  return 0;
}
