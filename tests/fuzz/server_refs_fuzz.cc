// SPDX-License-Identifier: Apache-2.0
// What a git server says of its refs, in every version and framing: however the bytes are cut, the
// readers come to the same end, a tip is one of the refs that were asked for, and nothing can
// follow the end.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "git/pkt_line.h"
#include "git/remote_refs.h"

namespace {

using namespace gitsync;

void require(bool holds) {
  if (!holds) std::abort();
}

// Takes pieces of `piece` bytes off the front until an error or the end.
template <typename Feed>
util::Result<void> in_pieces(std::string_view bytes, std::size_t piece, Feed feed) {
  while (!bytes.empty()) {
    const auto part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    GS_TRY_VOID(feed(part));
  }
  return {};
}

// Everything that must not depend on the pieces.
template <typename Reader>
std::string outcome(Reader reader, const git::RefQuery& query, std::string_view bytes,
                    std::size_t piece) {
  const auto fed =
      in_pieces(bytes, piece, [&](std::string_view part) { return reader.feed(part); });
  if (!fed) {
    require(!reader.done() || !reader.feed("0000"));
    return std::string(to_string(fed.error().kind)) + std::to_string(int(fed.error().cause));
  }
  if (!reader.done()) return "not done";
  require(!reader.feed("0"));
  const auto tip = reader.tip();
  if (!tip) return "none";
  require(query.rank(tip->name).has_value());
  return tip->name + tip->id.hex();
}

template <typename Reader>
void check(const auto& make, const git::RefQuery& query, std::string_view bytes) {
  const auto whole = outcome<Reader>(make(), query, bytes, std::max<std::size_t>(1, bytes.size()));
  for (const std::size_t piece : {1U, 64U}) {
    require(outcome<Reader>(make(), query, bytes, piece) == whole);
  }
}

util::Result<std::vector<std::string>> packets(std::string_view bytes, std::size_t piece) {
  git::PktLineReader reader;
  std::vector<std::string> found;
  GS_TRY_VOID(in_pieces(bytes, piece, [&](std::string_view part) -> util::Result<void> {
    while (true) {
      GS_TRY(const auto packet, reader.next(part));
      if (!packet) return {};
      require(packet->data.size() <= git::kMaxPacketData);
      found.push_back(std::to_string(int(packet->kind)) + std::string(packet->data));
    }
  }));
  return found;
}

void check_packets(std::string_view bytes) {
  const auto whole = packets(bytes, std::max<std::size_t>(1, bytes.size()));
  const auto single = packets(bytes, 1);
  require(whole.has_value() == single.has_value());
  if (whole) require(*whole == *single);
}

// A request is well formed whatever the server says of itself.
void check_request(const git::RefQuery& query, std::string_view bytes) {
  git::AdvertisementReader reader(query, git::Framing::kPlain);
  if (!reader.feed(bytes) || !reader.done()) return;
  require(packets(git::ls_refs_request(reader.server(), query), 1).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_packets(bytes);
  const auto query = git::RefQuery::of("main").value();
  for (const auto framing : {git::Framing::kPlain, git::Framing::kHttp}) {
    check<git::AdvertisementReader>([&] { return git::AdvertisementReader(query, framing); }, query,
                                    bytes);
  }
  check<git::LsRefsReader>([&] { return git::LsRefsReader(query); }, query, bytes);
  check_request(query, bytes);
  return 0;
}
