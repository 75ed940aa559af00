// SPDX-License-Identifier: Apache-2.0
// Fetching over a kept ssh connection; asking over it: ssh_transport_test.cc.

#include "ssh_fixture.h"
#include "support/fetch_scenario.h"
#include "util/files.h"

namespace gitsync::source {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class SshFetchTest : public SshTest {
 protected:
  using SshTest::SshTest;

  // What the server runs in place of what it is asked for: $SSH_ORIGINAL_COMMAND.
  void serve(const std::string& script) {
    const auto path = fixture.dir / "serve";
    EXPECT_TRUE(util::write_file(path, "#!/bin/sh\n" + script, 0755));
    server.authorize_nobody();
    server.authorize(server.key(), "command=\"" + path + "\"");
  }
  test::Fetched fetch(Transport& transport) {
    return test::fetch_from(transport, {.wants = {scenario.tip()}, .deepen = 1}, fixture.limit());
  }

  test::FetchScenario scenario{fixture, repo};
};

TEST_F(SshFetchTest, BringsWhatIsWantedOverTheConnectionOfTheQuestion) {
  const auto transport = make(options());
  EXPECT_EQ(tip(*transport), scenario.tip().hex());
  scenario.brings_one_commit(*transport);
  scenario.brings_a_thin_update(*transport);
  scenario.brings_five_commits(*transport);
  scenario.brings_all_commits(*transport);
  scenario.says_that_what_is_wanted_has_gone(*transport);
  EXPECT_EQ(tip(*transport), scenario.tip().hex());
  EXPECT_THAT(server.starts(), SizeIs(1));
}

TEST_F(SshFetchTest, ConnectsIfNothingWasAskedBeforeOrTheConnectionIsGone) {
  const auto transport = make(options());
  scenario.brings_one_commit(*transport);
  server.end_connections();
  scenario.brings_a_thin_update(*transport);
  EXPECT_THAT(server.starts(), SizeIs(2));
}

class StockSshFetchTest : public SshFetchTest {
 protected:
  StockSshFetchTest() : SshFetchTest(std::vector<std::string>{}) {}
};

TEST_F(StockSshFetchTest, AServerThatTakesNoVariablesIsLeftToGit) {
  const auto transport = make(options());
  EXPECT_EQ(fetch(*transport).error.cause, util::Cause::kNotUnderstood);
  EXPECT_EQ(tip(*transport), scenario.tip().hex());
  server.stop();
  EXPECT_EQ(fetch(*transport).error.cause, util::Cause::kNotUnderstood)
      << "it need not be asked once more";
}

TEST_F(SshFetchTest, WhatHasBegunIsNotTriedAgain) {
  serve("echo x >>" + (fixture.dir / "served") +
        "; eval \"$SSH_ORIGINAL_COMMAND\" | dd bs=1 count=80000 status=none\n");
  const auto transport = make(options());
  const auto fetched = fetch(*transport);
  EXPECT_EQ(fetched.error.kind, util::ErrorKind::kNetwork) << fetched.error.message;
  EXPECT_EQ(fetched.error.cause, util::Cause::kConnectionBroke);
  EXPECT_THAT(fetched.pack, testing::StartsWith("PACK"));
  EXPECT_EQ(util::read_file(fixture.dir / "served").value(), "x\n");
}

TEST_F(SshFetchTest, ASinkThatFailsEndsItWithItsOwnErrorAndTheConnectionStays) {
  const auto transport = make(options());
  const auto fetched = transport->fetch({.wants = {scenario.tip()}},
                                        {.pack = [](std::string_view) -> util::Result<void> {
                                          return util::fail(util::ErrorKind::kCorrupt, "no pack");
                                        }},
                                        fixture.limit());
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().kind, util::ErrorKind::kCorrupt);
  EXPECT_EQ(fetched.error().message, "no pack");
  scenario.brings_one_commit(*transport);
  EXPECT_THAT(server.starts(), SizeIs(1));
}

// A server that thinks for longer than a question may take is none that is gone.
TEST_F(SshFetchTest, AStopEndsWhatHangsAndSilenceDoesNot) {
  auto asked = options();
  asked.patience = std::chrono::milliseconds(1);
  const auto transport = make(std::move(asked));
  EXPECT_EQ(tip(*transport), scenario.tip().hex());
  const auto flag = fixture.dir / "hang";
  EXPECT_TRUE(util::write_file(flag, ""));
  serve(
      "eval \"$SSH_ORIGINAL_COMMAND\" | dd bs=1 count=80000 status=none; "
      "while [ -e " +
      flag + " ]; do sleep 0.1; done\n");
  server.end_connections();
  util::Event stop;
  const auto fetched = transport->fetch({.wants = {scenario.tip()}},
                                        {.pack = [&](std::string_view) -> util::Result<void> {
                                          stop.set();
                                          return {};
                                        }},
                                        {.deadline = fixture.limit().deadline, .stop = &stop});
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().kind, util::ErrorKind::kStopped) << fetched.error().message;
}

TEST_F(SshFetchTest, WithoutAKeptConnectionEachFetchHasItsOwn) {
  const auto program = server.folder() + "/bin/ssh";
  auto script = util::read_file(program).value();
  script.insert(script.find("exec "), "case \"$*\" in *\" -M \"*) exit 1;; esac\n");
  EXPECT_TRUE(util::write_file(program, script, 0755));
  const auto transport = make(options());
  scenario.brings_one_commit(*transport);
  scenario.brings_a_thin_update(*transport);
}

}  // namespace
}  // namespace gitsync::source
