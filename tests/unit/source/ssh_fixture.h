// SPDX-License-Identifier: Apache-2.0
// A repository behind a real ssh server, and transports that ask for it.

#pragma once

#include <gmock/gmock.h>
#include <signal.h>

#include <memory>
#include <string>
#include <vector>

#include "source/ssh_transport.h"
#include "support/captured_log.h"
#include "support/git_fixture.h"
#include "support/ssh_server.h"

namespace gitsync::source {

class SshTest : public testing::Test {
 protected:
  // The program ignores it (app/signals.h).
  static void SetUpTestSuite() { ::signal(SIGPIPE, SIG_IGN); }
  static void TearDownTestSuite() { ::signal(SIGPIPE, SIG_DFL); }

  explicit SshTest(const std::vector<std::string>& settings = {"AcceptEnv GIT_PROTOCOL"})
      : server(fixture.dir / "ssh", settings) {}

  SshTransportOptions options(const std::string& url) const {
    auto environment = fixture.cli.environment();
    environment.set("GIT_SSH_COMMAND", server.command());
    return {.url = url,
            .environment = std::move(environment),
            .temporary_directory = fixture.dir.path(),
            .watched_files = {server.key(), server.known_hosts()}};
  }
  SshTransportOptions options() const { return options(server.url(repo)); }

  std::unique_ptr<SshTransport> make(SshTransportOptions options) {
    return std::make_unique<SshTransport>(std::move(options), log.logger());
  }

  util::Result<git::RemoteAnswer> ask(Transport& transport, const std::string& name = "main") {
    return transport.ask(git::RefQuery::of(name).value(), fixture.limit());
  }

  // The id of the tip, or why there is none.
  std::string tip(Transport& transport, const std::string& name = "main") {
    const auto answer = ask(transport, name);
    if (!answer) return answer.error().message;
    return answer->tip ? answer->tip->id.hex() : "no such ref";
  }

  std::string commit(const std::string& content) {
    return fixture.commit(repo, "file", content).hex();
  }

  // What `git ls-remote` has to say of the same question.
  util::Result<std::string> by_git(const SshTransportOptions& asked) {
    auto environment = asked.environment;
    environment.set("GIT_TERMINAL_PROMPT", "0");
    const cli::Git git({.environment = std::move(environment)}, fixture.runner, fixture.logger());
    // It is ended by SIGPIPE, and says nothing, if the other side has gone before it writes.
    while (true) {
      auto answer = git.run({"ls-remote", "--", asked.url, "refs/heads/main"}, "", fixture.limit());
      const bool by_pipe = !answer && answer.error().message.contains("signal: broken pipe");
      if (!by_pipe || !fixture.limit().check()) return answer;
    }
  }

  test::GitFixture fixture;
  test::SshServer server;
  test::CapturedLog log;
  const std::string repo = fixture.make_repo("repo");
  const std::string first = fixture.commit(repo, "file", "1").hex();
};

}  // namespace gitsync::source
