// SPDX-License-Identifier: Apache-2.0
#include "git/fetch_response_reader.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "git/server_error.h"
#include "util/quote.h"

namespace gitsync::git {
namespace {

using util::ErrorKind;
using util::Result;

// A history is cut at few commits: those of a Linux kernel of depth 50 are some thousand.
constexpr std::size_t kMostShallow = 131072;
// Progress of long work is a line of 80 bytes at most each second, and a keepalive of 5 bytes each
// five: more than enough for weeks.
constexpr std::size_t kMostBesidePack = std::size_t{16} << 20;
constexpr std::size_t kShown = 60;  // bytes of what is not understood

enum class Band : char { kPack = 1, kProgress = 2, kError = 3 };

std::unexpected<util::Error> malformed(std::string what) {
  return util::fail(ErrorKind::kProtocol, std::move(what));
}

std::unexpected<util::Error> bad_answer(std::string_view line) {
  return malformed("the answer to fetch has a line that does not belong there: " +
                   util::quoted(line.substr(0, kShown)));
}

// What follows `word` in `line`.
std::optional<ObjectId> id_after(std::string_view word, std::string_view line) {
  if (!line.starts_with(word)) return std::nullopt;
  return ObjectId::from_hex(line.substr(word.size()));
}

}  // namespace

FetchResponseReader::FetchResponseReader(const FetchRequest& request, FetchSinks sinks)
    : sinks_(std::move(sinks)), progress_(sinks_.progress), known_shallow_(request.shallow) {
  std::ranges::sort(known_shallow_);
}

Result<void> FetchResponseReader::feed(std::string_view bytes) {
  begun_ = begun_ || !bytes.empty();
  return feed_.feed(bytes, [this](const Packet& packet) { return read(packet); });
}

Result<Packets> FetchResponseReader::read(const Packet& packet) {
  switch (packet.kind) {
    case PacketKind::kFlush:
      GS_TRY_VOID(read_end());
      progress_.finish();
      return Packets::kOver;
    case PacketKind::kDelim:
      GS_TRY_VOID(read_delimiter());
      return Packets::kMore;
    case PacketKind::kResponseEnd:
      return malformed("the answer to fetch has a packet of another kind");
    case PacketKind::kData:
      GS_TRY_VOID(read_data(packet));
      return Packets::kMore;
  }
  return Packets::kMore;
}

Result<void> FetchResponseReader::read_end() const {
  if (pack_began_) return {};
  return malformed("the answer to fetch ends without a pack");
}

Result<void> FetchResponseReader::read_delimiter() {
  if (std::exchange(between_sections_, true) || section_ == Section::kPack) {
    return malformed("the answer to fetch has a delimiter in the wrong place");
  }
  return count_beside_pack(kDelimPacket.size());
}

Result<void> FetchResponseReader::read_data(const Packet& packet) {
  if (section_ == Section::kPack) return read_band(packet.data);
  GS_TRY_VOID(count_beside_pack(kDelimPacket.size() + packet.data.size()));
  if (between_sections_) return begin_section(packet.line());
  switch (section_) {
    // Not after `done`, says the document; but they change nothing then.
    case Section::kAcknowledgments:
      if (packet.line() == "NAK" || packet.line() == "ready" || packet.data.starts_with("ACK ")) {
        return {};
      }
      return bad_answer(packet.line());
    case Section::kShallowInfo:
      return read_shallow_line(packet.line());
    case Section::kWantedRefs:  // of none that we have asked for
    case Section::kNone:
    case Section::kPack:
      break;
  }
  return {};
}

Result<void> FetchResponseReader::begin_section(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Section>, 4> kSections{
      {{"acknowledgments", Section::kAcknowledgments},
       {"shallow-info", Section::kShallowInfo},
       {"wanted-refs", Section::kWantedRefs},
       {"packfile", Section::kPack}}};
  const auto* const found =
      std::ranges::find(kSections, name, [](const auto& s) { return s.first; });
  if (found == kSections.end() || found->second <= section_) return bad_answer(name);
  section_ = found->second;
  between_sections_ = false;
  return {};
}

Result<void> FetchResponseReader::read_shallow_line(std::string_view line) {
  if (changes_.shallow.size() + changes_.unshallow.size() >= kMostShallow) {
    return malformed("the server cuts the history at too many commits");
  }
  if (const auto id = id_after("shallow ", line)) {
    changes_.shallow.push_back(*id);
    return {};
  }
  const auto id = id_after("unshallow ", line);
  if (!id) return bad_answer(line);
  if (!std::ranges::binary_search(known_shallow_, *id)) {
    return malformed("the server adds parents to a commit that has them: " + id->hex());
  }
  changes_.unshallow.push_back(*id);
  return {};
}

Result<void> FetchResponseReader::read_band(std::string_view data) {
  if (data.empty()) return malformed("a packet of a pack without a band");
  const std::string_view rest = data.substr(1);
  const auto band = static_cast<Band>(data.front());
  if (band == Band::kPack && !rest.empty()) return write_pack(rest);
  GS_TRY_VOID(count_beside_pack(kDelimPacket.size() + data.size()));
  switch (band) {
    case Band::kPack:  // keeps the connection alive
      return {};
    case Band::kProgress:
      progress_.feed(rest);
      return {};
    case Band::kError:
      progress_.finish();
      return util::fail(server_error(rest));
  }
  return malformed("a packet of a pack on band " +
                   std::to_string(static_cast<unsigned char>(data.front())));
}

Result<void> FetchResponseReader::write_pack(std::string_view bytes) {
  pack_began_ = true;
  auto written = sinks_.pack(bytes);
  if (!written) sink_error_ = written.error();
  return written;
}

Result<void> FetchResponseReader::count_beside_pack(std::size_t bytes) {
  beside_pack_ += bytes;
  if (beside_pack_ <= kMostBesidePack) return {};
  return malformed("the server says more and more instead of sending the pack");
}

}  // namespace gitsync::git
