// SPDX-License-Identifier: Apache-2.0
// pkt-line: the framing of every message of git's wire protocols. Format: gitprotocol-common(5),
// "pkt-line Format"; the packets 0001 and 0002: gitprotocol-v2(5), "Packet-Line Framing".

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "util/error.h"

namespace gitsync::git {

// Largest payload of a packet, in bytes; its length field counts itself, so that at most 65520
// bytes are on the wire.
inline constexpr std::size_t kMaxPacketData = 65516;

enum class PacketKind {
  kData,
  kFlush,        // 0000
  kDelim,        // 0001
  kResponseEnd,  // 0002
};

struct Packet {
  PacketKind kind = PacketKind::kData;
  std::string_view data;  // without the length; a final LF is kept, since a packet may be binary

  // The data as a line, without its LF.
  std::string_view line() const {
    return data.ends_with('\n') ? data.substr(0, data.size() - 1) : data;
  }
};

// Makes packets of bytes that come in any pieces. Memory: one packet, as far as it has arrived.
class PktLineReader {
 public:
  // Takes bytes off the front of `bytes` until a packet is whole, and returns it; nothing if they
  // ended before. The packet is valid until the next call. Errors: kProtocol for a length that is
  // none, Cause::kNoGitServer if it is not even a number. After an error nothing can be read.
  util::Result<std::optional<Packet>> next(std::string_view& bytes);

  // The beginning of a packet that is not whole yet, with its length.
  std::string_view partial() const { return whole_ ? std::string_view() : pending_; }

 private:
  void take(std::string_view& bytes, std::size_t size);

  std::string pending_;
  bool whole_ = false;  // pending_ is the packet that was returned last
};

// Appends a packet with `text` and a LF, together kMaxPacketData at most.
void append_line(std::string& out, std::string_view text);
inline constexpr std::string_view kFlushPacket = "0000";
inline constexpr std::string_view kDelimPacket = "0001";

}  // namespace gitsync::git
