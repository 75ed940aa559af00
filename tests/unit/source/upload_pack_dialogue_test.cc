// SPDX-License-Identifier: Apache-2.0
#include "source/upload_pack_dialogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "git/pkt_line.h"

namespace gitsync::source {
namespace {

const std::string kId(40, 'a');

std::string packets(const std::vector<std::string>& lines) {
  std::string bytes;
  for (const auto& line : lines) git::append_line(bytes, line);
  return bytes + std::string(git::kFlushPacket);
}

// Says what it is given, one piece a read, then ends; remembers what it was told.
class ScriptedStream final : public ByteStream {
 public:
  explicit ScriptedStream(std::deque<std::string> pieces) : pieces_(std::move(pieces)) {}

  util::Result<std::size_t> read(std::span<char> buffer, const util::Limit& limit) override {
    GS_TRY_VOID(limit.check());
    if (pieces_.empty()) return 0;
    const auto piece = pieces_.front();
    pieces_.pop_front();
    std::ranges::copy(piece, buffer.begin());
    return piece.size();
  }
  util::Result<void> write(std::string_view bytes, const util::Limit& limit) override {
    GS_TRY_VOID(limit.check());
    if (pieces_.empty() && gone) return util::fail(util::sys_error("write", EPIPE));
    written += bytes;
    return {};
  }

  std::string written;
  bool gone = false;  // once all is said

 private:
  std::deque<std::string> pieces_;
};

util::Result<git::RemoteAnswer> ask(ScriptedStream& stream, const util::Limit& limit = {}) {
  return ask_upload_pack(stream, git::RefQuery::of("main").value(), limit);
}

TEST(UploadPackDialogue, OfVersionZeroIsOneAnswerAndAFlush) {
  const auto bytes = packets({kId + " refs/heads/main"});
  ScriptedStream stream({bytes.substr(0, 10), bytes.substr(10)});
  const auto answer = ask(stream);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->server.protocol, 0);
  EXPECT_EQ(answer->tip->id.hex(), kId);
  EXPECT_EQ(stream.written, "0000");
  EXPECT_TRUE(wait_for_end(stream, {}));
}

TEST(UploadPackDialogue, OfVersionTwoAsksForTheRefs) {
  ScriptedStream stream({packets({"version 2", "ls-refs"}), packets({kId + " refs/heads/main"})});
  const auto answer = ask(stream);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->server.protocol, 2);
  EXPECT_EQ(answer->tip->name, "refs/heads/main");
  EXPECT_EQ(stream.written,
            git::ls_refs_request(answer->server, git::RefQuery::of("main").value()) + "0000");
}

TEST(UploadPackDialogue, AnEarlyEndIsABrokenConnection) {
  const auto first = packets({"version 2", "ls-refs"});
  for (const auto& pieces : std::vector<std::deque<std::string>>{
           {}, {"0"}, {first.substr(0, first.size() - 4)}, {first}, {first, "003d" + kId}}) {
    ScriptedStream stream(pieces);
    const auto answer = ask(stream);
    ASSERT_FALSE(answer) << pieces.size();
    EXPECT_EQ(answer.error().kind, util::ErrorKind::kNetwork);
    EXPECT_EQ(answer.error().cause, util::Cause::kConnectionBroke);
  }
}

TEST(UploadPackDialogue, AServerThatIsGoneAfterItsAnswerIsNotMissed) {
  ScriptedStream stream({packets({kId + " refs/heads/main"})});
  stream.gone = true;
  EXPECT_TRUE(ask(stream));
}

TEST(UploadPackDialogue, AServerWithoutLsRefsIsLeftToGit) {
  ScriptedStream stream({packets({"version 2", "fetch"})});
  const auto answer = ask(stream);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().cause, util::Cause::kNotUnderstood);
}

TEST(UploadPackDialogue, NothingMayFollowTheAnswer) {
  ScriptedStream at_once({packets({kId + " refs/heads/main"}) + "0000"});
  EXPECT_FALSE(ask(at_once));
  ScriptedStream later({packets({kId + " refs/heads/main"}), "0000"});
  ASSERT_TRUE(ask(later));
  EXPECT_EQ(wait_for_end(later, {}).error().kind, util::ErrorKind::kProtocol);
}

TEST(UploadPackDialogue, TheLimitHolds) {
  util::Event stop;
  stop.set();
  ScriptedStream stream({packets({kId + " refs/heads/main"})});
  const auto answer = ask(stream, {.stop = &stop});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, util::ErrorKind::kStopped);
}

}  // namespace
}  // namespace gitsync::source
