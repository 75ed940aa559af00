// SPDX-License-Identifier: Apache-2.0
// Servers and ssh programs with which a connection cannot be kept, or only in part.

#include <signal.h>

#include "ssh_fixture.h"
#include "support/child.h"
#include "util/files.h"
#include "util/text.h"

namespace gitsync::source {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class SshSessionsTest : public SshTest {
 protected:
  SshSessionsTest() = default;
  explicit SshSessionsTest(const std::vector<std::string>& settings) : SshTest(settings) {}

  // Puts a line before the real ssh into the program that the transport starts.
  void change_ssh(const std::string& line) {
    const auto program = server.folder() + "/bin/ssh";
    auto script = util::read_file(program).value();
    script.insert(script.find("exec "), line + "\n");
    EXPECT_TRUE(util::write_file(program, script, 0755));
  }
};

class OneSessionTest : public SshSessionsTest {
 protected:
  OneSessionTest() : SshSessionsTest({"MaxSessions 1", "AcceptEnv GIT_PROTOCOL"}) {}
};

TEST_F(OneSessionTest, OneSessionAtATimeIsEnough) {
  const auto transport = make(options());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(tip(*transport), first);
  EXPECT_THAT(server.starts(), SizeIs(1));
}

// A session that somebody leaves open blocks the connection, so another one is made.
TEST_F(OneSessionTest, AConnectionThatRefusesTwiceIsReplaced) {
  server.authorize_nobody();
  const auto flag = fixture.dir / "hang";
  server.authorize(server.key(), "command=\"eval $SSH_ORIGINAL_COMMAND; while [ -e " + flag +
                                     " ]; do sleep 0.1; done\"");
  const auto transport = make(options());
  EXPECT_TRUE(util::write_file(flag, ""));
  EXPECT_EQ(tip(*transport), first);
  EXPECT_EQ(tip(*transport), first);
  ::unlink(flag.c_str());
  EXPECT_THAT(server.starts(), AllOf(SizeIs(2), Each(HasSubstr("-M -N"))));
}

TEST_F(OneSessionTest, ServersWithOneSessionAConnectionGetASshAQuestion) {
  server.authorize_nobody();
  const auto flag = fixture.dir / "hang";
  server.authorize(server.key(), "command=\"eval $SSH_ORIGINAL_COMMAND; while [ -e " + flag +
                                     " ]; do sleep 0.1; done\"");
  const auto transport = make(options());
  EXPECT_TRUE(util::write_file(flag, ""));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(tip(*transport), first);
  ::unlink(flag.c_str());
  EXPECT_EQ(tip(*transport), first);
  EXPECT_THAT(log.text(), HasSubstr("the server takes one session a connection"));
  EXPECT_THAT(server.starts(), SizeIs(4));
  EXPECT_THAT(server.starts().back(), Not(HasSubstr("-M -N")));
}

TEST_F(SshSessionsTest, AnSshThatOffersNoSocketIsRunForEachQuestion) {
  change_ssh("case \"$*\" in *\" -M \"*) sleep 100;; esac");
  auto asked = options();
  asked.connect_patience = std::chrono::milliseconds(300);
  const auto transport = make(std::move(asked));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(tip(*transport), first);
  EXPECT_EQ(ask(*transport).value().server.protocol, 2);
  EXPECT_THAT(log.text(), HasSubstr("ssh offers no control socket"));
  EXPECT_THAT(server.starts(), SizeIs(4));
}

TEST_F(SshSessionsTest, AnSshThatKnowsNoMastersIsRunForEachQuestion) {
  change_ssh("case \"$*\" in *\" -M \"*) echo unknown option -M >&2; exit 1;; esac");
  const auto transport = make(options());
  for (int i = 0; i < 2; ++i) EXPECT_EQ(tip(*transport), first);
  EXPECT_THAT(server.starts(), SizeIs(3));
}

// Slow to connect is not unable to.
TEST_F(SshSessionsTest, AConnectionThatTakesLongIsKeptAllTheSame) {
  const auto flag = fixture.dir / "wait";
  EXPECT_TRUE(util::write_file(flag, ""));
  change_ssh("case \"$*\" in *\" -M \"*) while [ -e " + flag + " ]; do sleep 0.1; done;; *) rm " +
             flag + "; until ls " + fixture.dir.path() +
             "/git-sync.*/s; do sleep 0.1; done >/dev/null 2>&1;; esac");
  auto asked = options();
  asked.connect_patience = std::chrono::milliseconds(300);
  const auto transport = make(std::move(asked));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(tip(*transport), first);
  EXPECT_THAT(server.starts(), SizeIs(2));
}

TEST_F(SshSessionsTest, APathTooLongForASocketMeansAnSshAQuestion) {
  auto asked = options();
  asked.temporary_directory = fixture.dir / std::string(80, 'a');
  EXPECT_TRUE(util::make_directories(asked.temporary_directory));
  const auto folder = asked.temporary_directory;
  const auto transport = make(std::move(asked));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(tip(*transport), first);
  EXPECT_THAT(server.starts(), AllOf(SizeIs(2), Each(Not(HasSubstr("-M")))));
  EXPECT_THAT(util::list_directory(folder).value(), IsEmpty());
}

TEST_F(SshSessionsTest, ForcedCommandsAndGitShellGetTheirExactCommand) {
  const auto forced = fixture.dir / "forced";
  EXPECT_TRUE(util::write_file(forced,
                               "#!/bin/sh\ncase $SSH_ORIGINAL_COMMAND in\n"
                               "  \"git-upload-pack '\"*\"'\") exec git shell -c "
                               "\"$SSH_ORIGINAL_COMMAND\" ;;\nesac\nexit 1\n",
                               0755));
  server.authorize_nobody();
  server.authorize(server.key(), "restrict,command=\"" + forced + "\"");
  const auto strange = fixture.make_repo("it's a ! \"repo\" $HOME \\");
  const auto id = fixture.commit(strange, "file", "1").hex();
  auto transport = make(options());
  for (int i = 0; i < 2; ++i) EXPECT_EQ(tip(*transport), first);
  std::string path;
  for (const char c : strange) path += c == ' ' ? "%20" : std::string(1, c);
  transport = make(options(server.url(path)));
  EXPECT_EQ(tip(*transport), id);
}

// What ssh tells of itself must not fill the pipe that it is written to.
TEST_F(SshSessionsTest, AnSshThatTalksMuchIsListenedTo) {
  auto asked = options();
  asked.environment.set("GIT_SSH_COMMAND", server.command() + " -vvv");
  const auto transport = make(std::move(asked));
  for (int i = 0; i < 30; ++i) EXPECT_EQ(tip(*transport), first);
  EXPECT_THAT(server.starts(), SizeIs(1));
}

TEST_F(SshSessionsTest, SecretsOfOursStayWithUs) {
  const auto seen = fixture.dir / "seen";
  change_ssh("env >>" + util::shell_quote(seen));
  auto asked = options();
  asked.environment.set("GITSYNC_PASSWORD", "swordfish");
  const auto transport = make(std::move(asked));
  EXPECT_EQ(tip(*transport), first);
  EXPECT_THAT(util::read_file(seen).value(),
              AllOf(HasSubstr("GIT_PROTOCOL=version=2"), Not(HasSubstr("swordfish"))));
}

}  // namespace
}  // namespace gitsync::source
