// SPDX-License-Identifier: Apache-2.0
#include "git/pkt_line.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace gitsync::git {
namespace {

// All packets of `bytes`, which come in pieces of `piece` bytes: data, or the name of the kind.
util::Result<std::vector<std::string>> read_all(std::string_view bytes, std::size_t piece) {
  PktLineReader reader;
  std::vector<std::string> packets;
  while (!bytes.empty()) {
    auto part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    while (true) {
      GS_TRY(const auto packet, reader.next(part));
      if (!packet) break;
      switch (packet->kind) {
        case PacketKind::kData:
          packets.emplace_back(packet->data);
          break;
        case PacketKind::kFlush:
          packets.emplace_back("<flush>");
          break;
        case PacketKind::kDelim:
          packets.emplace_back("<delim>");
          break;
        case PacketKind::kResponseEnd:
          packets.emplace_back("<end>");
          break;
      }
    }
  }
  return packets;
}

TEST(PktLine, PacketsAreTheSameWhereverTheBytesAreCut) {
  const std::string bytes(
      "0006a\n00000001000b\0oo\xff"
      "ar\n0004000200051",
      38);
  for (const std::size_t piece : {1UL, 2UL, 3UL, 5UL, 7UL, 100UL}) {
    const auto packets = read_all(bytes, piece);
    ASSERT_TRUE(packets) << packets.error().message;
    EXPECT_EQ(*packets, (std::vector<std::string>{"a\n", "<flush>", "<delim>",
                                                  std::string("\0oo\xff"
                                                              "ar\n",
                                                              7),
                                                  "", "<end>", "1"}))
        << piece;
  }
}

TEST(PktLine, TheLongestPacketIsReadAndALongerOneIsRefusedByItsLength) {
  const std::string data(kMaxPacketData, 'x');
  const auto longest = read_all("fff0" + data, 1000);
  ASSERT_TRUE(longest);
  EXPECT_EQ(longest->at(0), data);
  PktLineReader reader;
  std::string_view bytes = "FFF1";
  const auto error = reader.next(bytes);
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error().kind, util::ErrorKind::kProtocol);
  EXPECT_EQ(error.error().message, "bad line length 65521");
}

TEST(PktLine, ALengthThatIsNoneIsNamed) {
  for (const auto& [bytes, message] : std::vector<std::pair<std::string, std::string>>{
           {"0003", "bad line length 3"},
           {"<!DOCTYPE", "bad line length character: \"<!DO\""},
           {" 123", "bad line length character: \" 123\""},
           {"0x12", "bad line length character: \"0x12\""},
           {"-001", "bad line length character: \"-001\""},
           {"00\n0", "bad line length character: \"00\\n0\""}}) {
    const auto packets = read_all(bytes, 3);
    ASSERT_FALSE(packets) << bytes;
    EXPECT_EQ(packets.error().kind, util::ErrorKind::kProtocol);
    EXPECT_EQ(packets.error().message, message);
  }
}

TEST(PktLine, WhatIsNotWholeYetCanBeSeen) {
  PktLineReader reader;
  std::string_view bytes = "0006a\n0009abc";
  ASSERT_TRUE(reader.next(bytes)->has_value());
  EXPECT_EQ(reader.partial(), "");
  EXPECT_FALSE(reader.next(bytes)->has_value());
  EXPECT_EQ(reader.partial(), "0009abc");
}

TEST(PktLine, ALineIsWrittenAsItIsRead) {
  for (const std::size_t size : {0UL, 1UL, 11UL, 250UL, 4000UL, kMaxPacketData - 1}) {
    std::string bytes;
    append_line(bytes, std::string(size, 'y'));
    const auto packets = read_all(bytes, 4096);
    ASSERT_TRUE(packets);
    EXPECT_EQ(packets->at(0), std::string(size, 'y') + "\n");
  }
  const Packet packet{.kind = PacketKind::kData, .data = "a\n\n"};
  EXPECT_EQ(packet.line(), "a\n") << "only the last line feed belongs to the framing";
}

}  // namespace
}  // namespace gitsync::git
