// SPDX-License-Identifier: Apache-2.0
// Fetching from a repository on this machine; asking it: local_transport_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "cli/repository.h"
#include "source/git_fetch.h"
#include "source/local_transport.h"
#include "support/fetch_scenario.h"
#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::source {
namespace {

using testing::HasSubstr;

class LocalFetchTest : public testing::Test {
 protected:
  // The program ignores it (app/signals.h).
  static void SetUpTestSuite() { ::signal(SIGPIPE, SIG_IGN); }
  static void TearDownTestSuite() { ::signal(SIGPIPE, SIG_DFL); }

  LocalFetchTest() {
    EXPECT_TRUE(util::make_directories(root));
    EXPECT_TRUE(cli::Repository(root, fixture.cli, fixture.logger()).init(fixture.limit()));
  }

  LocalTransport make(const std::string& executable = "git") const {
    return LocalTransport({.executable = executable,
                           .environment = fixture.cli.environment(),
                           .url = repo,
                           .root = root});
  }
  std::string script(const std::string& text) const {
    std::string path = fixture.dir / "script";
    EXPECT_TRUE(util::write_file(path, "#!/bin/sh\n" + text, 0755));
    return path;
  }
  test::Fetched fetch(LocalTransport transport) const {
    return test::fetch_from(transport, {.wants = {scenario.tip()}, .deepen = 1}, fixture.limit());
  }

  test::GitFixture fixture;
  const std::string repo = fixture.make_repo("repo");
  const std::string root = fixture.dir / "root";
  test::FetchScenario scenario{fixture, repo};
};

TEST_F(LocalFetchTest, BringsWhatIsWanted) {
  auto transport = make();
  scenario.brings_one_commit(transport);
  scenario.brings_a_thin_update(transport);
  scenario.brings_five_commits(transport);
  scenario.brings_all_commits(transport);
  scenario.says_that_what_is_wanted_has_gone(transport);
}

TEST_F(LocalFetchTest, AServerWithoutVersionTwoIsLeftToGit) {
  const auto fetched = fetch(make(script("unset GIT_PROTOCOL; exec git \"$@\"\n")));
  EXPECT_EQ(fetched.error.cause, util::Cause::kNotUnderstood) << fetched.error.message;
  EXPECT_EQ(fetched.error.message, "the server does not speak version 2 of git's protocol");
}

// git tells it on band 3.
TEST_F(LocalFetchTest, APackThatCannotBeMadeIsWhatItIsForGit) {
  fixture.git(root, {"config", "--global", "uploadpack.packObjectsHook",
                     script("cat >/dev/null; exit 1\n")});
  const auto ours = fetch(make()).error;
  const auto theirs =
      GitFetch({.url = repo, .ref = "main", .root = root}, fixture.cli, fixture.logger())
          .run(fixture.limit());
  ASSERT_FALSE(theirs);
  EXPECT_EQ(ours.kind, theirs.error().kind);
  EXPECT_EQ(ours.cause, theirs.error().cause);
  EXPECT_THAT(ours.message, HasSubstr("repository corruption on the remote side"));
}

TEST_F(LocalFetchTest, AnAnswerThatEndsInTheMiddleIsABrokenConnection) {
  const auto fetched = fetch(make(script("git \"$@\" | dd bs=1 count=80000 status=none\n")));
  EXPECT_EQ(fetched.error.kind, util::ErrorKind::kNetwork) << fetched.error.message;
  EXPECT_EQ(fetched.error.cause, util::Cause::kConnectionBroke);
  EXPECT_THAT(fetched.pack, testing::StartsWith("PACK"));
}

TEST_F(LocalFetchTest, ASinkThatFailsEndsItWithItsOwnError) {
  auto transport = make();
  int pieces = 0;
  const auto fetched = transport.fetch(
      {.wants = {scenario.tip()}}, {.pack = [&](std::string_view) -> util::Result<void> {
        ++pieces;
        return util::fail(util::ErrorKind::kLocal, util::Cause::kDiskFull, "it is full");
      }},
      fixture.limit());
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().message, "it is full");
  EXPECT_EQ(fetched.error().cause, util::Cause::kDiskFull);
  EXPECT_EQ(pieces, 1);
}

TEST_F(LocalFetchTest, AStopAndADeadlineEndItInTheMiddle) {
  auto transport = make(script("git \"$@\" | dd bs=1 count=80000 status=none; exec sleep 1000\n"));
  util::Event stop;
  const auto fetch_until = [&](const util::Limit& limit, const auto& at_first_piece) {
    return transport
        .fetch({.wants = {scenario.tip()}}, {.pack = [&](std::string_view) -> util::Result<void> {
                 at_first_piece();
                 return {};
               }},
               limit)
        .error();
  };
  EXPECT_EQ(
      fetch_until({.deadline = fixture.limit().deadline, .stop = &stop}, [&] { stop.set(); }).kind,
      util::ErrorKind::kStopped);
  EXPECT_EQ(fetch_until(util::Limit{}.within(std::chrono::milliseconds(500)), [] {}).kind,
            util::ErrorKind::kTimeout);
}

}  // namespace
}  // namespace gitsync::source
