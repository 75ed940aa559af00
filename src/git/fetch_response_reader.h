// SPDX-License-Identifier: Apache-2.0
// The answer to a fetch_command(), read as it arrives: gitprotocol-v2(5), "fetch", output;
// gitprotocol-pack(5), "Packfile Data" (side-band).

#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "git/fetch_request.h"
#include "git/object_id.h"
#include "git/packet_feed.h"
#include "git/progress_lines.h"
#include "util/error.h"

namespace gitsync::git {

// Where what arrives goes. Pieces and lines are valid during the call only.
struct FetchSinks {
  // The pack, in pieces of up to 64 KiB. An error ends the fetch, and is what it returns.
  std::function<util::Result<void>(std::string_view)> pack;
  // What the server says of its work; see ProgressLines. May be empty.
  ProgressLines::Sink progress = {};
};

// How the boundary of the history changes, in the server's order.
struct ShallowChanges {
  std::vector<ObjectId> shallow;    // their parents are not sent
  std::vector<ObjectId> unshallow;  // of the request's shallow ones: their parents are sent
};

// Memory: one pkt-line, the boundary (131072 commits at most), and one line of progress, whatever
// the server sends. That the pack is one is for its reader to say. Thread-safety: none.
class FetchResponseReader {
 public:
  // `request`: what was asked.
  FetchResponseReader(const FetchRequest& request, FetchSinks sinks);

  // In any pieces. Errors: what PacketFeed::feed() finds; server_error() for band 3; what the pack
  // sink returned, unchanged; kProtocol, naming what is wrong, for an answer that is none. Nothing
  // can be fed after an error or the end.
  util::Result<void> feed(std::string_view bytes);
  // Whether the flush behind the pack was read.
  bool done() const { return feed_.done(); }
  // Whether any byte has come: then the same sinks cannot be used for another try.
  bool has_begun() const { return begun_; }
  // The pack sink's error, if it was that.
  const std::optional<util::Error>& sink_error() const { return sink_error_; }
  // From done() on.
  const ShallowChanges& shallow_changes() const { return changes_; }

 private:
  // In the order in which they come.
  enum class Section { kNone, kAcknowledgments, kShallowInfo, kWantedRefs, kPack };

  util::Result<Packets> read(const Packet& packet);
  util::Result<void> read_end() const;
  util::Result<void> read_delimiter();
  util::Result<void> read_data(const Packet& packet);
  util::Result<void> begin_section(std::string_view name);
  util::Result<void> read_shallow_line(std::string_view line);
  util::Result<void> read_band(std::string_view data);
  util::Result<void> write_pack(std::string_view bytes);
  util::Result<void> count_beside_pack(std::size_t bytes);

  PacketFeed feed_;
  FetchSinks sinks_;
  ProgressLines progress_;
  std::vector<ObjectId> known_shallow_;  // sorted
  ShallowChanges changes_;
  std::optional<util::Error> sink_error_;
  Section section_ = Section::kNone;
  bool between_sections_ = true;
  bool begun_ = false;
  bool pack_began_ = false;
  std::size_t beside_pack_ = 0;  // bytes of packets without any of the pack
};

}  // namespace gitsync::git
