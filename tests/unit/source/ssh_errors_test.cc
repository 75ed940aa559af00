// SPDX-License-Identifier: Apache-2.0
// What goes wrong by ssh is understood as it is when git runs ssh.

#include <sys/stat.h>
#include <unistd.h>

#include "ssh_fixture.h"
#include "support/tcp_server.h"
#include "util/files.h"

namespace gitsync::source {
namespace {

using testing::HasSubstr;

class SshErrorsTest : public SshTest {
 protected:
  SshErrorsTest() = default;
  explicit SshErrorsTest(const std::vector<std::string>& settings) : SshTest(settings) {}

  SshTransportOptions with_command(SshTransportOptions asked, const std::string& command) const {
    asked.environment.set("GIT_SSH_COMMAND", command);
    return asked;
  }
  SshTransportOptions with_key(const std::string& key) const {
    return with_command(options(), server.command(key, server.known_hosts()));
  }
  // A key for which the server runs this script whatever is asked of it.
  std::string key_for(const std::string& script) {
    const auto name = fixture.dir / ("key" + std::to_string(++keys_));
    EXPECT_TRUE(util::write_file(name + ".sh", "#!/bin/sh\n" + script + "\n", 0755));
    server.make_key(name);
    server.authorize(name, "command=\"" + name + ".sh\"");
    return name;
  }

  // Asks both ways; returns the error, which has `cause`.
  util::Error same_error(const SshTransportOptions& asked, util::Cause cause) {
    const auto transport = make(asked);
    const auto ours = ask(*transport);
    const auto theirs = by_git(asked);
    EXPECT_FALSE(theirs);
    EXPECT_FALSE(ours);
    if (ours || theirs) return {};
    EXPECT_EQ(ours.error().kind, theirs.error().kind) << theirs.error().message;
    EXPECT_EQ(ours.error().cause, theirs.error().cause) << theirs.error().message;
    EXPECT_EQ(ours.error().subject, theirs.error().subject);
    EXPECT_EQ(ours.error().cause, cause) << ours.error().message;
    return ours.error();
  }

 private:
  int keys_ = 0;
};

class NoSessionsTest : public SshErrorsTest {
 protected:
  NoSessionsTest() : SshErrorsTest({"MaxSessions 0"}) {}
};

class FewTriesTest : public SshErrorsTest {
 protected:
  FewTriesTest() : SshErrorsTest({"MaxAuthTries 1"}) {}
};

using util::Cause;

TEST_F(SshErrorsTest, TheHostsKey) {
  EXPECT_TRUE(util::write_file(fixture.dir / "none", ""));
  const auto unknown =
      same_error(with_command(options(), server.command(server.key(), fixture.dir / "none")),
                 Cause::kHostKeyUnknown);
  EXPECT_THAT(unknown.message, HasSubstr("Host key verification failed."));

  server.make_key(fixture.dir / "other");
  const auto other = util::read_file(fixture.dir / "other.pub").value();
  EXPECT_TRUE(util::write_file(fixture.dir / "none",
                               "[127.0.0.1]:" + std::to_string(server.port()) + " " + other));
  same_error(with_command(options(), server.command(server.key(), fixture.dir / "none")),
             Cause::kHostKeyChanged);
  same_error(with_command(options(), server.command() + " -o HostKeyAlgorithms=ssh-rsa"),
             Cause::kSshHostKeyOld);
}

TEST_F(SshErrorsTest, TheUsersKey) {
  server.make_key(fixture.dir / "wrong");
  const auto refused = same_error(with_key(fixture.dir / "wrong"), Cause::kSshKeyRefused);
  EXPECT_THAT(refused.message, HasSubstr("Permission denied (publickey"));
  same_error(with_key(fixture.dir / "missing"), Cause::kSshKeyMissing);
  EXPECT_TRUE(util::write_file(fixture.dir / "broken", "no key", 0600));
  same_error(with_key(fixture.dir / "broken"), Cause::kSshKeyUnusable);
  ::chmod(server.key().c_str(), 0644);
  same_error(options(), Cause::kSshKeyExposed);
}

TEST_F(FewTriesTest, TooManyKeys) {
  server.make_key(fixture.dir / "wrong");
  same_error(with_command(options(), server.command(fixture.dir / "wrong", server.known_hosts()) +
                                         " -i " + server.key()),
             Cause::kTooManySshKeys);
}

TEST_F(SshErrorsTest, TheWayThere) {
  const test::ReservedPort nobody;
  same_error(options(server.url(repo, nobody.number())), Cause::kConnectionRefused);
  same_error(options("ssh://git@no-such-host.invalid/repo"), Cause::kHostNameUnknown);
  test::TcpServer rude([](test::Peer&) {});
  same_error(options(server.url(repo, rude.port())), Cause::kSshClosedAtOnce);
  test::TcpServer web([](test::Peer& peer) {
    peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    peer.shutdown_write();
    peer.wait_until_closed();
  });
  same_error(options(server.url(repo, web.port())), Cause::kSshClosedAtOnce);
  test::TcpServer silent(test::TcpServer::hanging());
  same_error(with_command(options(server.url(repo, silent.port())),
                          server.command() + " -o ConnectTimeout=1"),
             Cause::kNoAnswer);
}

TEST_F(SshErrorsTest, TheRepository) {
  const auto missing = same_error(options(server.url("/no/such/repo")), Cause::kNothingServed);
  EXPECT_THAT(missing.message, HasSubstr("exit status 128"));
  EXPECT_THAT(missing.message, HasSubstr("does not appear to be a git repository"));
  same_error(with_key(key_for("echo 'ERROR: Repository not found.' >&2; exit 1")),
             Cause::kRepositoryNotSeenBySsh);
  same_error(with_key(key_for("printf '0021ERR Repository not found: x/y'")),
             Cause::kRepositoryNotFound);
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown((repo + "/.git").c_str(), 1, 1), 0);
    same_error(options(), Cause::kDubiousOwnership);
  }
}

TEST_F(SshErrorsTest, AServerThatSaysLittle) {
  same_error(with_key(key_for("exit 0")), Cause::kUnknown);
  same_error(with_key(key_for("exit 3")), Cause::kUnknown);
  same_error(with_key(key_for("git-no-such-program")), Cause::kUnknown);
  same_error(with_key(key_for("echo welcome to this host")), Cause::kNoGitServer);
  same_error(with_key(key_for("printf '000eversion 2\\n'")), Cause::kConnectionBroke);
  same_error(with_key(key_for("printf '000eversion 2\\n0013ls-refs=unborn\\n0000'")),
             Cause::kConnectionBroke);
  same_error(with_key(key_for("printf '0045%s refs/heads/main\\0agent=x\\n' " + first)),
             Cause::kConnectionBroke);
}

TEST_F(NoSessionsTest, AServerThatTakesNoSessions) { same_error(options(), Cause::kUnknown); }

TEST_F(SshErrorsTest, AddressesThatSshWouldTakeForOptions) {
  same_error(options("ssh://-oProxyCommand=true/repo"), Cause::kAddressMalformed);
  same_error(options("host:-oProxyCommand=true"), Cause::kAddressMalformed);
  same_error(options("ssh://host"), Cause::kAddressMalformed);
}

}  // namespace
}  // namespace gitsync::source
