// SPDX-License-Identifier: Apache-2.0
#include "source/ssh_transport.h"

#include <signal.h>

#include <algorithm>

#include "ssh_fixture.h"
#include "support/child.h"
#include "support/tcp_relay.h"
#include "support/tcp_server.h"
#include "util/files.h"

namespace gitsync::source {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// As many as make the advertisement longer than all buffers on its way.
void make_tags(const std::string& repo, const std::string& id) {
  std::string refs = "# pack-refs with: peeled fully-peeled sorted \n";
  for (int i = 10000; i < 30000; ++i) {
    refs += id + " refs/tags/a-tag-with-a-long-name-" + std::to_string(i) + "\n";
  }
  EXPECT_TRUE(util::write_file(repo + "/.git/packed-refs", refs));
}

class AskingTest : public SshTest {
 protected:
  using SshTest::SshTest;

  void find_among_tags() {
    make_tags(repo, first);
    const auto transport = make(options());
    for (int i = 0; i < 3; ++i) EXPECT_EQ(tip(*transport), first);
    EXPECT_EQ(tip(*transport, "a-tag-with-a-long-name-29999"), first);
    EXPECT_THAT(server.starts(), SizeIs(1));
  }
};

class SshTransportTest : public AskingTest {
 protected:
  // ssh, the sole child beside the server.
  std::vector<pid_t> own_children() const {
    auto children = test::children_of(::getpid());
    std::erase_if(children, [](pid_t child) {
      return util::read_file("/proc/" + std::to_string(child) + "/comm").value_or("") == "sshd\n";
    });
    return children;
  }
};

// A server as people install it: it takes no variables.
class StockSshTest : public AskingTest {
 protected:
  StockSshTest() : AskingTest({}) {}
};

TEST_F(SshTransportTest, AsksInVersion2AndSeesEachPushOverOneConnection) {
  const auto transport = make(options());
  EXPECT_EQ(ask(*transport).value().server.protocol, 2);
  EXPECT_EQ(tip(*transport), first);
  const auto loose = commit("2");
  EXPECT_EQ(tip(*transport), loose);
  fixture.git(repo, {"pack-refs", "--all"});
  EXPECT_EQ(tip(*transport), loose);
  const auto packed = commit("3");
  fixture.git(repo, {"pack-refs", "--all"});
  EXPECT_EQ(tip(*transport), packed);
  EXPECT_EQ(tip(*transport, "no-such-branch"), "no such ref");
  EXPECT_THAT(server.starts(), SizeIs(1));
}

TEST_F(StockSshTest, AsksInVersion0AndSeesEachPushOverOneConnection) {
  const auto transport = make(options());
  EXPECT_EQ(ask(*transport).value().server.protocol, 0);
  EXPECT_EQ(tip(*transport), first);
  const auto loose = commit("2");
  EXPECT_EQ(tip(*transport), loose);
  const auto packed = commit("3");
  fixture.git(repo, {"pack-refs", "--all"});
  EXPECT_EQ(tip(*transport), packed);
  EXPECT_EQ(tip(*transport, "no-such-branch"), "no such ref");
  EXPECT_THAT(server.starts(), SizeIs(1));
}

TEST_F(SshTransportTest, FindsItsRefAmong20000Tags) { find_among_tags(); }

TEST_F(StockSshTest, FindsItsRefAmong20000Tags) { find_among_tags(); }

TEST_F(SshTransportTest, LaterQuestionsStartNoProcess) {
  const auto transport = make(options());
  EXPECT_EQ(tip(*transport), first);
  const auto children = own_children();
  EXPECT_THAT(children, SizeIs(1));
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(tip(*transport), first);
    EXPECT_EQ(own_children(), children);
  }
  EXPECT_THAT(server.starts(), SizeIs(1));
}

TEST_F(SshTransportTest, DisconnectingLeavesNoProcessAndNoFile) {
  const auto transport = make(options());
  const auto names = util::list_directory(fixture.dir.path()).value();
  EXPECT_EQ(tip(*transport), first);
  EXPECT_THAT(util::list_directory(fixture.dir.path()).value(), SizeIs(names.size() + 1));
  transport->disconnect();
  EXPECT_THAT(own_children(), IsEmpty());
  EXPECT_EQ(util::list_directory(fixture.dir.path()).value(), names);
  EXPECT_EQ(tip(*transport), first);
  EXPECT_THAT(server.starts(), SizeIs(2));
}

TEST_F(SshTransportTest, ConnectsAgainAfterSshWasKilled) {
  const auto transport = make(options());
  EXPECT_EQ(tip(*transport), first);
  ASSERT_THAT(own_children(), SizeIs(1));
  ::kill(own_children().front(), SIGKILL);
  EXPECT_EQ(tip(*transport), first);
  EXPECT_THAT(server.starts(), SizeIs(2));
}

TEST_F(SshTransportTest, ConnectsAgainAfterTheServerWasRestarted) {
  const auto transport = make(options());
  EXPECT_EQ(tip(*transport), first);
  server.stop();
  server.start();
  const auto second = commit("2");
  EXPECT_EQ(tip(*transport), second);
  EXPECT_THAT(server.starts(), SizeIs(2));
}

TEST_F(SshTransportTest, AServerThatIsAwayIsAnErrorUntilItIsBack) {
  const auto transport = make(options());
  EXPECT_EQ(tip(*transport), first);
  server.stop();
  const auto away = ask(*transport);
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().cause, util::Cause::kConnectionRefused);
  server.start();
  EXPECT_EQ(tip(*transport), first);
}

TEST_F(SshTransportTest, ConnectsAgainWithAKeyThatWasReplaced) {
  const auto transport = make(options());
  EXPECT_EQ(tip(*transport), first);
  server.make_key(server.key());
  server.authorize_nobody();
  server.authorize(server.key());
  EXPECT_EQ(tip(*transport), first);
  EXPECT_THAT(server.starts(), SizeIs(2));
}

TEST_F(SshTransportTest, AKeyThatIsNoGoodAnyMoreIsSeenAtTheNextQuestion) {
  const auto transport = make(options());
  EXPECT_EQ(tip(*transport), first);
  server.make_key(server.key());
  const auto refused = ask(*transport);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, util::ErrorKind::kAuth);
  EXPECT_EQ(refused.error().cause, util::Cause::kSshKeyRefused);
}

TEST_F(SshTransportTest, AKnownHostsFileThatWasReplacedCounts) {
  const auto transport = make(options());
  EXPECT_EQ(tip(*transport), first);
  EXPECT_TRUE(util::write_file(server.known_hosts(), ""));
  const auto unknown = ask(*transport);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().cause, util::Cause::kHostKeyUnknown);
  server.trust_port(server.port());
  EXPECT_EQ(tip(*transport), first);
}

// The connection stays, and nothing comes any more.
TEST_F(SshTransportTest, AFrozenConnectionIsReplacedWithinTheQuestion) {
  test::TcpRelay relay(server.port());
  server.trust_port(relay.port());
  auto asked = options(server.url(repo, relay.port()));
  asked.patience = std::chrono::milliseconds(300);
  const auto transport = make(std::move(asked));
  EXPECT_EQ(tip(*transport), first);
  relay.freeze();
  const auto second = commit("2");
  EXPECT_EQ(tip(*transport), second);
  EXPECT_EQ(relay.connections(), 2);
  EXPECT_THAT(server.starts(), SizeIs(2));
}

// A repository that takes its time is no broken connection.
TEST_F(SshTransportTest, ASlowServerKeepsItsConnection) {
  server.authorize_nobody();
  server.authorize(server.key(), "command=\"sleep 1; eval exec $SSH_ORIGINAL_COMMAND\"");
  auto asked = options();
  asked.patience = std::chrono::milliseconds(300);
  const auto transport = make(std::move(asked));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(tip(*transport), first);
  EXPECT_THAT(server.starts(), SizeIs(1));
}

TEST_F(SshTransportTest, TheLimitAndAStopEndAConnectionThatGetsNoAnswer) {
  test::TcpServer silent(test::TcpServer::hanging());
  const auto transport = make(options(server.url(repo, silent.port())));
  const auto query = git::RefQuery::of("main").value();
  util::Event stop;
  std::thread stopper([&] {
    EXPECT_TRUE(silent.wait_for_connections(1, test::kPatience));
    stop.set();
  });
  const auto stopped = transport->ask(query, {.stop = &stop});
  stopper.join();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, util::ErrorKind::kStopped);
  EXPECT_THAT(own_children(), IsEmpty());

  const auto late = transport->ask(query, util::Limit{}.within(std::chrono::seconds(1)));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, util::ErrorKind::kTimeout);
  EXPECT_THAT(own_children(), IsEmpty());
}

TEST_F(SshTransportTest, LogsItsSteps) {
  const auto transport = make(options());
  EXPECT_EQ(tip(*transport), first);
  EXPECT_THAT(log.text(), HasSubstr("ssh: connecting"));
  EXPECT_THAT(log.text(), HasSubstr(R"("msg":"ssh: answered","protocol":2)"));
}

TEST_F(SshTransportTest, WhatOnlyGitUnderstandsIsLeftToGit) {
  const auto why = [&](const SshTransportOptions& asked) {
    const auto transport = make(asked);
    const auto answer = ask(*transport);
    EXPECT_EQ(answer.error().cause, util::Cause::kNotUnderstood);
    return answer.error().message;
  };
  auto asked = options();
  asked.environment.set("GIT_SSH_COMMAND", "/usr/bin/plink");
  EXPECT_EQ(why(asked), "GIT_SSH_COMMAND does not run ssh");
  asked = options();
  asked.environment.set("GIT_SSH", "ssh");
  EXPECT_EQ(why(asked), "GIT_SSH is set");
  asked = options();
  asked.environment.set("GIT_SSH_VARIANT", "ssh");
  EXPECT_EQ(why(asked), "GIT_SSH_VARIANT is set");
  asked = options();
  asked.other_settings = {"core.sshCommand"};
  EXPECT_EQ(why(asked), "core.sshCommand is set");
  EXPECT_EQ(why(options("https://h/p")), "an unusual ssh address");
  EXPECT_THAT(server.starts(), IsEmpty());
}

TEST_F(SshTransportTest, SettingsOfTheUsersOwnSshDoNotDisturb) {
  const auto config = fixture.dir / "ssh_config";
  EXPECT_TRUE(
      util::write_file(config, "Host *\n ControlMaster auto\n ControlPersist 60\n ControlPath " +
                                   fixture.dir.path() + "/theirs\n RequestTTY force\n" +
                                   " RemoteCommand echo hello\n"));
  auto asked = options();
  asked.environment.set("GIT_SSH_COMMAND", server.command() + " -F " + config);
  const auto transport = make(std::move(asked));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(tip(*transport), first);
  EXPECT_FALSE(util::exists(fixture.dir / "theirs"));
  EXPECT_THAT(server.starts(), SizeIs(1));
}

// It would leave us for the background.
TEST_F(SshTransportTest, AMasterOfTheUsersOwnCommandDoesNotDisturb) {
  auto asked = options();
  asked.environment.set("GIT_SSH_COMMAND", server.command() +
                                               " -o ControlMaster=auto -o ControlPersist=60 -S " +
                                               fixture.dir.path() + "/theirs");
  const auto transport = make(std::move(asked));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(tip(*transport), first);
  EXPECT_THAT(own_children(), SizeIs(1));
  EXPECT_FALSE(util::exists(fixture.dir / "theirs"));
  EXPECT_THAT(server.starts(), SizeIs(1));
}

TEST_F(SshTransportTest, EndsWithTheProcessEvenIfThatIsKilled) {
  const auto transport = make(options());
  test::Child process([&] {
    const auto other = make(options());
    if (!ask(*other)) return 1;
    ::pause();
    return 0;
  });
  ASSERT_TRUE(test::eventually([&] { return !test::children_of(process.pid()).empty(); }));
  const pid_t ssh = test::children_of(process.pid()).front();
  ASSERT_TRUE(test::eventually([&] { return log.text().find("answered") != std::string::npos; }));
  process.signal(SIGKILL);
  process.wait();
  EXPECT_TRUE(
      test::eventually([&] { return ::kill(ssh, 0) != 0 || test::process_state(ssh) == 'Z'; }));
}

}  // namespace
}  // namespace gitsync::source
