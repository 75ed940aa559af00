// SPDX-License-Identifier: Apache-2.0
// The answer of a server to a fetch: however the bytes are cut, the reader comes to the same end,
// hands out the same pack and the same lines, and nothing can follow the end.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "git/fetch_response_reader.h"

namespace {

using namespace gitsync;

void require(bool holds) {
  if (!holds) std::abort();
}

git::FetchRequest request() {
  const auto id = git::ObjectId::from_hex(std::string(40, 'b')).value();
  return {.wants = {id}, .haves = {id}, .shallow = {id}, .deepen = 1};
}

void check_line(std::string_view line) {
  require(!line.empty() && line.size() <= 500);
  require(std::ranges::none_of(
      line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
}

// All that must not depend on the pieces.
std::string outcome(std::string_view bytes, std::size_t piece) {
  std::string heard;
  git::FetchResponseReader reader(request(),
                                  {.pack = [&](std::string_view part) -> util::Result<void> {
                                     require(!part.empty() && part.size() <= 65519);
                                     heard += part;
                                     return {};
                                   },
                                   .progress =
                                       [&](std::string_view line) {
                                         check_line(line);
                                         heard.append("\nremote: ").append(line).append("\n");
                                       }});
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    const auto fed = reader.feed(bytes.substr(0, piece));
    if (fed) continue;
    require(!reader.sink_error() && !reader.feed("0000"));
    return heard + std::string(to_string(fed.error().kind)) +
           std::to_string(int(fed.error().cause)) + fed.error().message;
  }
  const auto& changes = reader.shallow_changes();
  require(changes.shallow.size() + changes.unshallow.size() <= 131072);
  for (const auto& id : changes.unshallow) require(id == request().shallow.front());
  for (const auto& id : changes.shallow) heard += id.hex();
  if (!reader.done()) return heard + " not done";
  require(!reader.feed("0"));
  return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = outcome(bytes, std::max<std::size_t>(1, size));
  for (const std::size_t piece : {1U, 64U}) require(outcome(bytes, piece) == whole);
  return 0;
}
