// SPDX-License-Identifier: Apache-2.0
#include "source/local_transport.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "cli/repository.h"
#include "source/git_fetch.h"
#include "support/child.h"
#include "support/git_fixture.h"
#include "util/files.h"
#include "util/text.h"

namespace gitsync::source {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class LocalTransportTest : public testing::Test {
 protected:
  LocalTransportTest() {
    EXPECT_TRUE(util::make_directories(root));
    EXPECT_TRUE(cli::Repository(root, fixture.cli, fixture.logger()).init(fixture.limit()));
  }

  LocalTransportOptions options(const std::string& url) const {
    return {.environment = fixture.cli.environment(), .url = url, .root = root};
  }
  util::Result<git::RemoteAnswer> ask(const std::string& url, const std::string& ref) const {
    return LocalTransport(options(url)).ask(git::RefQuery::of(ref).value(), fixture.limit());
  }
  // "<name> <id>", or why there is none.
  std::string tip(const std::string& url, const std::string& ref) const {
    const auto answer = ask(url, ref);
    if (!answer) return answer.error().message;
    return answer->tip ? answer->tip->name + " " + answer->tip->id.hex() : "none";
  }
  // The same by the source that runs git.
  util::Result<git::Oid> fetch(const std::string& url, const std::string& ref) const {
    return GitFetch({.url = url, .ref = ref, .root = root}, fixture.cli, fixture.logger())
        .run(fixture.limit());
  }
  std::string script(const std::string& text) const {
    std::string path = fixture.dir / "script";
    EXPECT_TRUE(util::write_file(path, "#!/bin/sh\n" + text));
    EXPECT_EQ(::chmod(path.c_str(), 0755), 0);
    return path;
  }

  test::GitFixture fixture;
  const std::string repo = fixture.make_repo("repo");
  const std::string root = fixture.dir / "root";
  const git::Oid first = fixture.commit(repo, "a", "1");
};

TEST_F(LocalTransportTest, FindsBranchesTagsAndHeadAsGitDoes) {
  fixture.git(repo, {"tag", "light"});
  fixture.git(repo, {"tag", "-a", "-m", "x", "annotated"});
  fixture.git(repo, {"tag", "-a", "-m", "x", "nested", "annotated"});
  fixture.git(repo, {"branch", "both"});
  const auto second = fixture.commit(repo, "a", "2");
  fixture.git(repo, {"tag", "-a", "-m", "x", "both"});
  for (const auto* when : {"loose", "packed"}) {
    EXPECT_EQ(tip(repo, "HEAD"), "HEAD " + second.hex()) << when;
    EXPECT_EQ(tip(repo, "main"), "refs/heads/main " + second.hex()) << when;
    EXPECT_EQ(tip(repo, "light"), "refs/tags/light " + first.hex()) << when;
    EXPECT_EQ(tip(repo, "nested"), "refs/tags/nested " + first.hex()) << when;
    EXPECT_EQ(tip(repo, "both"), "refs/tags/both " + second.hex()) << when;
    EXPECT_EQ(tip(repo, "mai"), "none") << when;
    for (const auto* name : {"HEAD", "main", "light", "nested", "both", "heads/both"}) {
      EXPECT_EQ(ask(repo, name)->tip->id, fetch(repo, name).value()) << when << name;
    }
    fixture.git(repo, {"pack-refs", "--all"});
  }
}

TEST_F(LocalTransportTest, SpeaksVersionTwo) {
  const auto answer = ask(repo, "main");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->server.protocol, 2);
  EXPECT_EQ(answer->server.object_format, "sha1");
}

TEST_F(LocalTransportTest, EveryQuestionSeesTheRefsAsTheyAreNow) {
  LocalTransport transport(options("file://" + repo));
  const auto now = [&](const char* ref) {
    return transport.ask(git::RefQuery::of(ref).value(), fixture.limit()).value().tip;
  };
  fixture.git(repo, {"branch", "gone"});
  EXPECT_EQ(now("gone")->id, first);
  fixture.git(repo, {"branch", "-D", "gone"});
  EXPECT_FALSE(now("gone"));
  const auto second = fixture.commit(repo, "a", "2");
  EXPECT_EQ(now("main")->id, second);
  fixture.git(repo, {"checkout", "-q", "--detach", first.hex()});
  EXPECT_EQ(now("HEAD")->id, first);
  fixture.git(repo, {"symbolic-ref", "HEAD", "refs/heads/unborn"});
  EXPECT_FALSE(now("HEAD"));
}

TEST_F(LocalTransportTest, ReadsAnAddressAsGitDoes) {
  const auto spaced = fixture.make_repo("a b.git");
  const auto commit = fixture.commit(spaced, "a", "3");
  for (const std::string& url :
       {"file://" + fixture.dir.path() + "/a%20b.git", "file://localhost" + spaced, spaced + "/",
        spaced + "/.git", fixture.dir / "a b", std::string("../a b.git")}) {
    EXPECT_EQ(tip(url, "main"), "refs/heads/main " + commit.hex()) << url;
  }
}

TEST_F(LocalTransportTest, AnEmptyRepositoryAndOneOfOtherHashesAreAnswers) {
  const auto empty = fixture.make_repo("empty");
  EXPECT_EQ(tip(empty, "HEAD"), "none");
  const auto other = fixture.dir / "sha256";
  fixture.git(root, {"init", "-q", "-b", "main", "--object-format=sha256", other});
  const auto commit = fixture.commit(other, "a", "1");
  const auto answer = ask(other, "main");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->server.object_format, "sha256");
  EXPECT_EQ(answer->tip->id, commit);
}

TEST_F(LocalTransportTest, OneOfTwentyThousandTagsIsFound) {
  std::string lines = "# pack-refs with: peeled fully-peeled sorted \n";
  for (int i = 10000; i < 30000; ++i) {
    lines += first.hex() + " refs/tags/v" + std::to_string(i) + "\n";
  }
  ASSERT_TRUE(util::write_file(repo + "/.git/packed-refs", lines));
  EXPECT_EQ(tip(repo, "v29999"), "refs/tags/v29999 " + first.hex());
  EXPECT_EQ(tip(repo, "main"), "refs/heads/main " + first.hex());
}

// What a repository can suffer from: for both engines the same error.
TEST_F(LocalTransportTest, FailsAsTheSourceThatRunsGit) {
  const auto damaged = [&](const std::string& name, const std::string& file,
                           const std::string& text) {
    const auto path = fixture.make_repo(name);
    fixture.commit(path, "a", "1");
    EXPECT_TRUE(util::write_file(path + "/.git/" + file, text));
    return path;
  };
  ASSERT_TRUE(util::make_directories(fixture.dir / "plain"));
  for (const std::string& url :
       {fixture.dir / "missing", "file://" + (fixture.dir / "missing"), fixture.dir / "plain",
        std::string("org/repo"), std::string("host.example/org/repo"),
        damaged("no-head", "HEAD", "nonsense\n"), damaged("config", "config", "[core\n"),
        damaged("version", "config", "[core]\nrepositoryformatversion = 9\n")}) {
    const auto answer = ask(url, "main");
    const auto fetched = fetch(url, "main");
    ASSERT_FALSE(answer) << url;
    ASSERT_FALSE(fetched) << url;
    EXPECT_EQ(answer.error().kind, fetched.error().kind) << url << answer.error().message;
    EXPECT_EQ(answer.error().cause, fetched.error().cause) << url;
    EXPECT_EQ(answer.error().subject, fetched.error().subject) << url;
    EXPECT_THAT(answer.error().message, StartsWith("Run(git upload-pack "));
    EXPECT_THAT(answer.error().message,
                HasSubstr("): exit status 128: { stdout: \"\", stderr: \"fatal: "));
  }
}

TEST_F(LocalTransportTest, ARepositoryOfAnotherUserIsNotTrusted) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a repository away";
  ASSERT_EQ(::chown((repo + "/.git").c_str(), 12345, 12345), 0);
  const auto answer = ask(repo, "main");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, util::ErrorKind::kLocal);
  EXPECT_EQ(answer.error().cause, util::Cause::kDubiousOwnership) << answer.error().message;
  EXPECT_EQ(fetch(repo, "main").error().cause, util::Cause::kDubiousOwnership);
  fixture.git(root, {"config", "--global", "safe.directory", repo + "/.git"});
  EXPECT_EQ(tip(repo, "main"), "refs/heads/main " + first.hex());
}

TEST_F(LocalTransportTest, WhatOnlyGitCanReadIsLeftToIt) {
  const auto bundle = fixture.dir / "x.bundle";
  fixture.git(repo, {"bundle", "create", "-q", bundle, "main"});
  ASSERT_TRUE(util::write_file(repo + "/.git/refs/heads/damaged", "nonsense\n"));
  const std::vector<std::pair<std::string, std::string>> kQuestions{
      {bundle, "main"}, {"file:///a%2", "main"}, {repo, "damaged"}};
  for (const auto& [url, ref] : kQuestions) {
    const auto answer = ask(url, ref);
    ASSERT_FALSE(answer) << url;
    EXPECT_EQ(answer.error().cause, util::Cause::kNotUnderstood) << answer.error().message;
    EXPECT_EQ(answer.error().message.find('{'), std::string::npos) << answer.error().message;
  }
  EXPECT_EQ(tip(repo, "main"), "refs/heads/main " + first.hex());
}

// Both run the same command with the same variables, as far as they matter.
TEST_F(LocalTransportTest, RunsWhatGitFetchRuns) {
  const auto seen = fixture.dir / "seen";
  const auto wrapper = script(
      "{ echo \"$PWD\"; for a; do [ \"$a\" = upload-pack ] || echo \"$a\"; done\n"
      "env | grep -e ^GIT_CONFIG_COUNT -e ^GIT_CONFIG_PARAM -e ^GIT_DIR "
      "-e ^GIT_PROTOCOL -e ^GIT_CONFIG_GLOBAL -e ^LC_ALL | sort; } >" +
      seen + "\nexit 1\n");
  fixture.cli.set_environment("GIT_CONFIG_COUNT", "1");
  fixture.cli.set_environment("GIT_CONFIG_KEY_0", "a.b");
  fixture.cli.set_environment("GIT_CONFIG_VALUE_0", "c");
  EXPECT_TRUE(fixture.cli.ask({"-c", "x.y=z", "fetch", "--upload-pack=" + wrapper, "../repo"}, root,
                              fixture.limit()));
  const auto by_git = util::read_file(seen).value();
  auto ours = options("../repo");
  ours.executable = wrapper;
  ours.environment.set("GIT_CONFIG_PARAMETERS", "'x.y=z'");
  ours.environment.set("GIT_PROTOCOL", "version=0");
  EXPECT_FALSE(LocalTransport(ours).ask(git::RefQuery::of("main").value(), fixture.limit()));
  EXPECT_EQ(util::read_file(seen).value(), by_git);
  EXPECT_THAT(by_git, HasSubstr("GIT_PROTOCOL=version=2"));
}

// As for every git of ours; other limits are given back.
TEST_F(LocalTransportTest, ItsGitLeavesNoCoreDumpWhateverLimitWasInherited) {
  auto asked = options(repo);
  asked.executable =
      script("{ ulimit -c; ulimit -n; } >'" + (fixture.dir / "limits") + "'\nexec git \"$@\"\n");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_CORE, &before), 0);
  ASSERT_GT(before.rlim_max, 0U) << "nothing can be proved here";
  const rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_CORE, &none), 0);
  asked.limits = {{.resource = RLIMIT_CORE, .value = {before.rlim_max, before.rlim_max}},
                  {.resource = RLIMIT_NOFILE, .value = {200, 200}}};
  EXPECT_TRUE(LocalTransport(asked).ask(git::RefQuery::of("main").value(), fixture.limit()));
  EXPECT_EQ(util::read_file(fixture.dir / "limits").value(), "0\n200\n");
  ::setrlimit(RLIMIT_CORE, &before);
}

TEST_F(LocalTransportTest, AnOldServersListIsReadToo) {
  auto ours = options(repo);
  ours.executable = script("unset GIT_PROTOCOL; exec git \"$@\"\n");
  const auto answer = LocalTransport(ours).ask(git::RefQuery::of("main").value(), fixture.limit());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->server.protocol, 0);
  EXPECT_EQ(answer->tip->id, first);
}

TEST_F(LocalTransportTest, AHangingServerEndsWithTheLimit) {
  auto ours = options(repo);
  ours.executable = script("exec sleep 1000\n");
  const auto answer = LocalTransport(ours).ask(
      git::RefQuery::of("main").value(), util::Limit{}.within(std::chrono::milliseconds(200)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, util::ErrorKind::kTimeout);
  EXPECT_THAT(answer.error().message, HasSubstr("): deadline exceeded: {"));
}

TEST_F(LocalTransportTest, AStopEndsTheServerWhereverItHangs) {
  for (const auto* what :
       {"exec sleep 1000\n", "printf 0000; exec sleep 1000\n", "exec >&-; exec sleep 1000\n"}) {
    auto ours = options(repo);
    const auto pid_file = fixture.dir / "pid";
    ::unlink(pid_file.c_str());
    ours.executable =
        script("echo $$ >" + pid_file + ".new; mv " + pid_file + ".new " + pid_file + "\n" + what);
    util::Event stop;
    std::jthread stopper([&] {
      EXPECT_TRUE(test::eventually([&] { return util::exists(pid_file); }));
      stop.set();
    });
    const auto answer =
        LocalTransport(ours).ask(git::RefQuery::of("main").value(), {.stop = &stop});
    ASSERT_FALSE(answer) << what;
    EXPECT_EQ(answer.error().kind, util::ErrorKind::kStopped) << answer.error().message;
    const auto pid = std::stoi(util::read_file(pid_file).value());
    EXPECT_NE(::kill(pid, 0), 0) << "it is gone";
  }
}

TEST_F(LocalTransportTest, AKilledServerAndOneThatSaysNothingAreTold) {
  auto ours = options(repo);
  const auto ask_script = [&](const std::string& text) {
    ours.executable = script(text);
    return LocalTransport(ours).ask(git::RefQuery::of("main").value(), fixture.limit()).error();
  };
  const auto killed = ask_script("kill -9 $$\n");
  EXPECT_EQ(killed.kind, util::ErrorKind::kLocal);
  EXPECT_EQ(killed.cause, util::Cause::kKilled);
  EXPECT_THAT(killed.message, HasSubstr("): signal: killed: {"));
  const auto silent = ask_script("exit 0\n");
  EXPECT_EQ(silent.kind, util::ErrorKind::kNetwork);
  EXPECT_EQ(silent.cause, util::Cause::kConnectionBroke);
  const auto chatty = ask_script("echo Welcome to this machine; cat >/dev/null\n");
  EXPECT_EQ(chatty.kind, util::ErrorKind::kProtocol);
  EXPECT_EQ(chatty.cause, util::Cause::kNoGitServer) << chatty.message;
}

TEST_F(LocalTransportTest, AMissingGitIsNamed) {
  auto ours = options(repo);
  ours.executable = "no-such-git";
  const auto answer = LocalTransport(ours).ask(git::RefQuery::of("main").value(), fixture.limit());
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("no-such-git"));
}

}  // namespace
}  // namespace gitsync::source
