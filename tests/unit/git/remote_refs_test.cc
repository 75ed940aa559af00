// SPDX-License-Identifier: Apache-2.0
#include "git/remote_refs.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "git/pkt_line.h"

namespace gitsync::git {
namespace {

const std::string kA(40, 'a');
const std::string kB(40, 'b');
const std::string kC(40, 'c');
const std::string kZero(40, '0');
using Lines = std::vector<std::string>;
constexpr std::string_view kFlush = "<flush>";
constexpr std::string_view kDelim = "<delim>";

// NUL is written as |, since no line of these tests needs that.
std::string packets(const Lines& lines) {
  std::string bytes;
  for (std::string line : lines) {
    if (line == kFlush || line == kDelim) {
      bytes += line == kFlush ? kFlushPacket : kDelimPacket;
      continue;
    }
    for (char& c : line) c = c == '|' ? '\0' : c;
    append_line(bytes, line);
  }
  return bytes;
}

// The reader's end, or the first error, with the bytes in pieces of `piece`.
template <typename Reader>
util::Result<Reader> feed(Reader reader, std::string_view bytes, std::size_t piece) {
  while (!bytes.empty()) {
    const auto part = bytes.substr(0, piece);
    GS_TRY_VOID(reader.feed(part));
    bytes.remove_prefix(part.size());
  }
  return reader;
}

// "<name> <id>", "none", "not done", or the error; the same however the bytes are cut.
template <typename Reader>
std::string read(const auto& make, const std::string& bytes) {
  std::vector<std::string> seen;
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, bytes.size() + 1}) {
    const util::Result<Reader> reader = feed(make(), bytes, piece);
    if (!reader) {
      seen.push_back(std::string(to_string(reader.error().kind)) + ": " + reader.error().message);
    } else if (!reader->done()) {
      seen.emplace_back("not done");
    } else {
      const auto tip = reader->tip();
      seen.push_back(tip ? tip->name + " " + tip->id.hex() : "none");
    }
    // A message shows the bytes that have come.
    const auto same = seen.back().substr(0, seen.back().find("begins with"));
    EXPECT_TRUE(seen.front().starts_with(same)) << "in pieces of " << piece << ": " << same;
  }
  return seen.front();
}

std::string advertised(const Lines& lines, Framing framing = Framing::kPlain,
                       const std::string& name = "main") {
  return read<AdvertisementReader>(
      [&] { return AdvertisementReader(RefQuery::of(name).value(), framing); }, packets(lines));
}

std::string listed(const Lines& lines, const std::string& name = "main") {
  return read<LsRefsReader>([&] { return LsRefsReader(RefQuery::of(name).value()); },
                            packets(lines));
}

ServerInfo server_of(const Lines& lines) {
  AdvertisementReader reader(RefQuery::of("main").value(), Framing::kPlain);
  EXPECT_TRUE(reader.feed(packets(lines)));
  EXPECT_TRUE(reader.done());
  return reader.server();
}

util::Error error_of(const std::string& bytes, Framing framing) {
  AdvertisementReader reader(RefQuery::of("main").value(), framing);
  const auto fed = reader.feed(bytes);
  return fed ? util::Error{} : fed.error();
}

TEST(Advertisement, TheBestCandidateOfAllRefsIsTaken) {
  EXPECT_EQ(advertised({kA + " HEAD|shallow agent=git/2", kB + " refs/heads/main",
                        kC + " refs/heads/main2", kFlush.data()}),
            "refs/heads/main " + kB);
  EXPECT_EQ(advertised({kA + " refs/heads/main|x", kB + " refs/tags/main", kFlush.data()}),
            "refs/tags/main " + kB);
  EXPECT_EQ(advertised({kA + " refs/heads/x|x", kFlush.data()}), "none");
  EXPECT_EQ(
      advertised({kA + " HEAD|x", kB + " refs/heads/HEAD", kFlush.data()}, Framing::kPlain, "HEAD"),
      "HEAD " + kA);
  EXPECT_EQ(advertised({kA + " refs/heads/main|x", kB + " refs/heads/main", kFlush.data()}),
            "refs/heads/main " + kA)
      << "of two the first, as git has it";
}

TEST(Advertisement, APeeledLineSaysWhatATagLeadsTo) {
  EXPECT_EQ(advertised({kA + " refs/heads/main|x", kB + " refs/tags/main",
                        kC + " refs/tags/main^{}", kA + " refs/tags/other^{}", kFlush.data()}),
            "refs/tags/main " + kC);
}

TEST(Advertisement, VersionOneIsVersionZeroBehindALine) {
  const Lines lines{"version 1", kA + " refs/heads/main|shallow", kFlush.data()};
  EXPECT_EQ(advertised(lines), "refs/heads/main " + kA);
  EXPECT_EQ(server_of(lines).protocol, 1);
  EXPECT_EQ(server_of({kA + " refs/heads/main|shallow", kFlush.data()}).protocol, 0);
}

TEST(Advertisement, CapabilitiesAreWordsBehindTheFirstNul) {
  const auto server = server_of({kA + " HEAD|a  symref=HEAD:refs/heads/main object-format=sha1 ",
                                 kB + " refs/heads/x|late", kFlush.data()});
  EXPECT_EQ(server.capabilities, (Lines{"a", "symref=HEAD:refs/heads/main", "object-format=sha1"}));
  EXPECT_EQ(server.object_format, "sha1");
}

TEST(Advertisement, VersionTwoHasCapabilitiesAndNoRefs) {
  const Lines lines{"version 2",
                    "agent=git/2.39.5",
                    "ls-refs=unborn",
                    "fetch=shallow wait-for-done",
                    "object-format=sha256",
                    kFlush.data()};
  EXPECT_EQ(advertised(lines), "none");
  const auto server = server_of(lines);
  EXPECT_EQ(server.protocol, 2);
  EXPECT_EQ(server.object_format, "sha256");
  EXPECT_EQ(server.capabilities.at(2), "fetch=shallow wait-for-done");
}

TEST(Advertisement, AnEmptyRepositoryIsAnAnswer) {
  EXPECT_EQ(advertised({kFlush.data()}), "none");
  EXPECT_EQ(advertised({"version 1", kFlush.data()}), "none");
  EXPECT_EQ(advertised({kZero + " capabilities^{}|shallow agent=x", kFlush.data()}), "none");
  EXPECT_EQ(server_of({kZero + " capabilities^{}|shallow agent=x", kFlush.data()}).capabilities,
            (Lines{"shallow", "agent=x"}));
}

TEST(Advertisement, ShallowLinesFollowTheRefs) {
  EXPECT_EQ(
      advertised({kA + " refs/heads/main|x", "shallow " + kB, "shallow " + kC, kFlush.data()}),
      "refs/heads/main " + kA);
  const auto late =
      advertised({kA + " refs/heads/x|x", "shallow " + kB, kC + " refs/heads/main", kFlush.data()});
  EXPECT_TRUE(late.starts_with("protocol: the server's list of refs has an unexpected line \"ccc"))
      << late;
}

TEST(Advertisement, IdsAreOfTheServersFormat) {
  const std::string sha256(64, 'd');
  EXPECT_EQ(advertised({sha256 + " refs/heads/main|object-format=sha256", kFlush.data()}),
            "refs/heads/main " + sha256);
  EXPECT_TRUE(advertised({kA + " refs/heads/main|object-format=sha256", kFlush.data()})
                  .starts_with("protocol: "));
  EXPECT_TRUE(advertised({sha256 + " refs/heads/main|x", kFlush.data()}).starts_with("protocol: "));
  EXPECT_EQ(advertised({std::string(40, 'A') + " refs/heads/main|x", kFlush.data()}),
            "refs/heads/main " + kA)
      << "upper-case digits are legal";
  const auto unknown =
      error_of(packets({kA + " refs/heads/main|object-format=blake3"}), Framing::kPlain);
  EXPECT_EQ(unknown.cause, util::Cause::kNotUnderstood) << unknown.message;
}

TEST(Advertisement, WhatIsNoListOfRefsIsRefusedWithTheLine) {
  for (const auto& line : Lines{"nonsense", "", "abc refs/heads/main", kZero + " refs/heads/main",
                                kA + " ", kA + "\trefs/heads/main"}) {
    EXPECT_TRUE(advertised({line, kFlush.data()}).starts_with("protocol: ")) << line;
    EXPECT_TRUE(advertised({kA + " HEAD|x", line, kFlush.data()}).starts_with("protocol: "))
        << line;
  }
  EXPECT_TRUE(advertised({kA + " capabilities^{}|x", kFlush.data()}).starts_with("protocol: "));
  EXPECT_TRUE(advertised({kDelim.data()}).starts_with("protocol: "));
  EXPECT_EQ(error_of(packets({"version 3"}), Framing::kPlain).cause, util::Cause::kNotUnderstood);
}

TEST(Advertisement, NothingMayFollowItsEnd) {
  AdvertisementReader reader(RefQuery::of("main").value(), Framing::kPlain);
  ASSERT_TRUE(reader.feed("0000"));
  ASSERT_TRUE(reader.done());
  EXPECT_FALSE(reader.feed("0"));
  EXPECT_TRUE(advertised({kFlush.data(), kFlush.data()}).ends_with("goes on after its end"));
  AdvertisementReader failed(RefQuery::of("main").value(), Framing::kPlain);
  EXPECT_FALSE(failed.feed("zzzz"));
  EXPECT_FALSE(failed.feed("0000"));
  EXPECT_FALSE(failed.done());
}

TEST(Advertisement, TheServersOwnErrorIsPassedOn) {
  const auto daemon =
      error_of(packets({"ERR access denied or repository not exported: /x"}), Framing::kPlain);
  EXPECT_EQ(daemon.kind, util::ErrorKind::kNotFound);
  EXPECT_EQ(daemon.cause, util::Cause::kRepositoryNotFound);
  EXPECT_EQ(daemon.message, "remote error: access denied or repository not exported: /x");
  EXPECT_EQ(advertised({kA + " HEAD|x", "ERR upload-pack:\n not our\x1b day"}),
            "protocol: remote error: upload-pack:\\n not our\\x1b day");
  EXPECT_EQ(advertised({"ERR Repository not found."}, Framing::kHttp),
            "not found: remote error: Repository not found.");
}

TEST(Advertisement, OverHttpTheServiceComesFirst) {
  const std::string kService = "# service=git-upload-pack";
  EXPECT_EQ(advertised({kService, kFlush.data(), kA + " refs/heads/main|x", kFlush.data()},
                       Framing::kHttp),
            "refs/heads/main " + kA);
  EXPECT_EQ(advertised({kService, kFlush.data(), "version 1", kFlush.data()}, Framing::kHttp),
            "none");
  EXPECT_EQ(
      advertised({kService, kFlush.data(), "version 2", "ls-refs", kFlush.data()}, Framing::kHttp),
      "none");
  EXPECT_EQ(advertised({"version 2", "ls-refs", kFlush.data()}, Framing::kHttp), "none");
  EXPECT_EQ(advertised({kService, kFlush.data()}, Framing::kHttp), "not done");
  for (const auto& lines :
       std::vector<std::vector<std::string>>{{kA + " refs/heads/main|x", kFlush.data()},
                                             {kFlush.data()},
                                             {"version 1", kFlush.data()},
                                             {"# service=git-receive-pack", kFlush.data()},
                                             {kService, kA + " refs/heads/main|x"}}) {
    EXPECT_TRUE(advertised(lines, Framing::kHttp).starts_with("protocol: ")) << lines.front();
  }
  EXPECT_TRUE(advertised({kService, kFlush.data()}, Framing::kPlain).starts_with("protocol: "));
}

TEST(Advertisement, APageIsNoGitServer) {
  const std::string page = "<!DOCTYPE html>\n<html><body>Sign in</body></html>";
  for (const auto framing : {Framing::kHttp, Framing::kPlain}) {
    const auto error = error_of(page, framing);
    EXPECT_EQ(error.kind, util::ErrorKind::kProtocol);
    EXPECT_EQ(error.cause, util::Cause::kNoGitServer) << error.message;
  }
  EXPECT_TRUE(error_of(page, Framing::kHttp).message.find("<!DOCTYPE html>") != std::string::npos);
  // Its beginning is a length.
  for (const std::string text : {"face it: not here", "0000", "0010<html></html>"}) {
    EXPECT_EQ(error_of(text, Framing::kHttp).cause, util::Cause::kNoGitServer) << text;
  }
}

TEST(Advertisement, AListOfTheDumbProtocolIsLeftToGit) {
  for (const std::string& id : {std::string(36, 'a') + "0000", std::string(64, 'e')}) {
    AdvertisementReader reader(RefQuery::of("main").value(), Framing::kHttp);
    util::Result<void> fed;
    for (const char c : id + "\trefs/heads/main\n") {
      fed = reader.feed({&c, 1});
      if (!fed) break;
    }
    ASSERT_FALSE(fed);
    EXPECT_EQ(fed.error().cause, util::Cause::kNotUnderstood) << fed.error().message;
  }
}

TEST(Advertisement, EndlessCapabilitiesAreRefused) {
  AdvertisementReader reader(RefQuery::of("main").value(), Framing::kPlain);
  ASSERT_TRUE(reader.feed(packets({"version 2"})));
  const std::string more = packets({std::string(1000, 'x')});
  int lines = 0;
  while (reader.feed(more)) ASSERT_LT(++lines, 1000);
  EXPECT_GT(lines, 10);
}

TEST(LsRefs, TheRequestHasWhatTheServerKnows) {
  const auto query = RefQuery::of("main").value();
  const std::string arguments =
      packets({"<delim>", "peel", "symrefs", "ref-prefix main", "ref-prefix refs/main",
               "ref-prefix refs/tags/main", "ref-prefix refs/heads/main",
               "ref-prefix refs/remotes/main", "ref-prefix refs/remotes/main/HEAD", "<flush>"});
  ServerInfo server{.protocol = 2, .capabilities = {"ls-refs=unborn", "fetch"}};
  EXPECT_EQ(ls_refs_request(server, query), packets({"command=ls-refs"}) + arguments);
  server = server_of({"version 2", "agent=git/2.39.5", "ls-refs", "object-format=sha1", "<flush>"});
  EXPECT_EQ(ls_refs_request(server, query),
            packets({"command=ls-refs", "agent=git/git-sync", "object-format=sha1"}) + arguments);
}

TEST(LsRefs, TheBestCandidateIsTakenAndPeeled) {
  EXPECT_EQ(listed({kA + " refs/heads/main", kB + " refs/heads/main-2", kFlush.data()}),
            "refs/heads/main " + kA);
  EXPECT_EQ(listed({kA + " refs/heads/main", kB + " refs/tags/main new-attribute peeled:" + kC,
                    kFlush.data()}),
            "refs/tags/main " + kC);
  EXPECT_EQ(listed({kA + " HEAD symref-target:refs/heads/main", kFlush.data()}, "HEAD"),
            "HEAD " + kA);
  EXPECT_EQ(listed({"unborn HEAD symref-target:refs/heads/main", kFlush.data()}, "HEAD"), "none");
  EXPECT_EQ(listed({kFlush.data()}), "none");
}

TEST(LsRefs, WhatIsNoListIsRefused) {
  for (const auto& line :
       Lines{"foo bar", kA + "  refs/heads/main", kA, "", kA + " refs/heads/main peeled:abc"}) {
    EXPECT_TRUE(listed({line, kFlush.data()}).starts_with("protocol: ")) << line;
  }
  EXPECT_TRUE(listed({kA + " refs/heads/main", kDelim.data()}).starts_with("protocol: "));
  EXPECT_EQ(listed({kA + " refs/heads/main"}), "not done");
  EXPECT_EQ(listed({"ERR busy"}), "protocol: remote error: busy");
}

}  // namespace
}  // namespace gitsync::git
