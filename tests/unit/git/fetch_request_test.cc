// SPDX-License-Identifier: Apache-2.0
#include "git/fetch_request.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "git/pkt_line.h"

namespace gitsync::git {
namespace {

const ObjectId kA = ObjectId::from_hex(std::string(40, 'a')).value();
const ObjectId kB = ObjectId::from_hex(std::string(40, 'b')).value();

ServerInfo server(const std::vector<std::string>& capabilities) {
  return {.protocol = 2, .capabilities = capabilities};
}
const ServerInfo kServer = server({"agent=git/2", "fetch=wait-for-done shallow filter"});

// The packets, one a line; "|" for a delimiter, "." for a flush.
std::string written(const ServerInfo& info, const FetchRequest& request) {
  const auto command = fetch_command(info, request);
  if (!command) return command.error().message;
  PktLineReader reader;
  std::string text;
  std::string_view rest = *command;
  while (!rest.empty()) {
    const auto packet = reader.next(rest).value().value();
    if (packet.kind == PacketKind::kData) text += packet.data;
    if (packet.kind == PacketKind::kDelim) text += "|\n";
    if (packet.kind == PacketKind::kFlush) text += ".\n";
  }
  return text;
}

TEST(FetchRequest, AFirstFetchNamesWhatItWantsAndHowDeep) {
  EXPECT_EQ(written(kServer, {.wants = {kA}, .deepen = 1}),
            "command=fetch\nagent=git/git-sync\n|\nofs-delta\ndeepen 1\nwant " + kA.hex() +
                "\ndone\n.\n");
}

TEST(FetchRequest, AnUpdateSaysWhatIsThere) {
  EXPECT_EQ(written(kServer, {.wants = {kA},
                              .haves = {kB},
                              .shallow = {kB},
                              .deepen = 5,
                              .thin_pack = true,
                              .ofs_delta = false,
                              .progress = false,
                              .include_tag = true}),
            "command=fetch\nagent=git/git-sync\n|\nthin-pack\nno-progress\ninclude-tag\nshallow " +
                kB.hex() + "\ndeepen 5\nwant " + kA.hex() + "\nhave " + kB.hex() + "\ndone\n.\n");
}

TEST(FetchRequest, OnlyCapabilitiesOfTheServerAreNamed) {
  EXPECT_EQ(written(server({"fetch"}), {.wants = {kA}}),
            "command=fetch\n|\nofs-delta\nwant " + kA.hex() + "\ndone\n.\n");
  EXPECT_EQ(written(server({"fetch", "object-format=sha1"}), {.wants = {kA}}),
            "command=fetch\nobject-format=sha1\n|\nofs-delta\nwant " + kA.hex() + "\ndone\n.\n");
}

util::Error refusal(const ServerInfo& info, const FetchRequest& request) {
  const auto command = fetch_command(info, request);
  return command ? util::Error{} : command.error();
}

TEST(FetchRequest, WhatTheServerCannotDoIsLeftToGit) {
  ServerInfo old = kServer;
  old.protocol = 0;
  ServerInfo other = kServer;
  other.object_format = "sha256";
  const auto no_shallow = server({"fetch=shallow-not filter"});
  const std::vector<std::pair<ServerInfo, FetchRequest>> kCases{
      {old, {.wants = {kA}}},
      {other, {.wants = {kA}}},
      {server({"ls-refs", "fetcher"}), {.wants = {kA}}},
      {no_shallow, {.wants = {kA}, .deepen = 1}},
      {no_shallow, {.wants = {kA}, .haves = {kB}, .shallow = {kB}}},
  };
  for (const auto& [info, request] : kCases) {
    const auto error = refusal(info, request);
    EXPECT_EQ(error.cause, util::Cause::kNotUnderstood) << error.message;
    EXPECT_FALSE(error.message.empty());
  }
  EXPECT_TRUE(fetch_command(no_shallow, {.wants = {kA}}));
}

TEST(FetchRequest, AFetchOfNothingIsInvalid) {
  EXPECT_EQ(refusal(kServer, {.wants = {}}).kind, util::ErrorKind::kInvalid);
  EXPECT_EQ(refusal(kServer, {.wants = {kA}, .deepen = 0}).kind, util::ErrorKind::kInvalid);
}

}  // namespace
}  // namespace gitsync::git
