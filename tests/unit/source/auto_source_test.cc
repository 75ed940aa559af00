// SPDX-License-Identifier: Apache-2.0
// Which steps of a pass need git, with real repositories and a server's answer from a fake
// transport.
#include "source/auto_source.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <future>

#include "metrics/metrics.h"
#include "source/local_transport.h"
#include "support/git_fixture.h"
#include "util/files.h"
#include "util/remove_tree.h"

namespace gitsync::source {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

// Notes which git commands are run.
class CountingRunner final : public util::ProcessRunner {
 public:
  explicit CountingRunner(util::ProcessRunner& real) : real_(real) {}
  std::expected<util::ProcessResult, util::ProcessFailure> run(const util::Command& command,
                                                               const util::Environment& environment,
                                                               const util::Limit& limit) override {
    commands.push_back(command.argv.at(1));
    return real_.run(command, environment, limit);
  }
  std::vector<std::string> commands;

 private:
  util::ProcessRunner& real_;
};

// What a test makes of the server: a tip, or a fault.
struct FakeServer {
  std::optional<git::RefTip> tip;
  std::optional<util::Error> fault;
  std::optional<std::chrono::seconds> retry_after;
};

class FakeTransport final : public Transport {
 public:
  // Packs are those of the repository `repo`.
  FakeTransport(const FakeServer& server, LocalTransportOptions repo)
      : server_(server), repo_(std::move(repo)) {}
  util::Result<git::RemoteAnswer> ask(const git::RefQuery& /*query*/,
                                      const util::Limit& /*limit*/) override {
    if (server_.fault) return util::fail(*server_.fault);
    return git::RemoteAnswer{.server = {.protocol = 2}, .tip = server_.tip};
  }
  util::Result<git::ShallowChanges> fetch(const git::FetchRequest& request,
                                          const git::FetchSinks& sinks,
                                          const util::Limit& limit) override {
    return repo_.fetch(request, sinks, limit);
  }
  std::optional<std::chrono::seconds> retry_after() const override { return server_.retry_after; }
  void disconnect() override {}

 private:
  const FakeServer& server_;
  LocalTransport repo_;
};

class AutoSourceTest : public testing::Test {
 protected:
  AutoSourceTest() { EXPECT_TRUE(util::make_directories(layout.root)); }

  std::unique_ptr<AutoSource> make(AutoOptions options = {}) {
    if (options.ref.empty()) options.ref = "main";
    options.builder.sharing = tree::Sharing::kHardLinks;
    GitCliOptions git;
    git.setup.environment = fixture.cli.environment();
    git.setup.environment.set("TMPDIR", fixture.dir.path());
    git.setup.working_directory = fixture.dir.path();
    git.fetch.url = "file://" + repo;
    git.fetch.ref = options.ref;
    auto cli = GitCli::create(std::move(git), layout,
                              {.processes = runner,
                               .credentials = credentials,
                               .forced_end = forced_end,
                               .stop = stop},
                              fixture.logger(), GitStart::kAtFirstUse)
                   .value();
    auto resolver = std::make_unique<NativeResolver>(
        NativeResolverOptions{.url = "file://" + repo, .ref = options.ref},
        [this]() -> util::Result<std::unique_ptr<Transport>> {
          return std::make_unique<FakeTransport>(
              server, LocalTransportOptions{.environment = fixture.cli.environment(),
                                            .url = "file://" + repo,
                                            .root = layout.root});
        },
        fixture.logger());
    return std::make_unique<AutoSource>(options, layout, std::move(cli), std::move(resolver),
                                        metrics, fixture.logger());
  }
  git::Oid push(const std::string& name, const std::string& content) {
    const auto commit = fixture.commit(repo, name, content);
    server.tip = git::RefTip{"refs/heads/main", commit};
    return commit;
  }
  static tree::Published published(const tree::Layout& layout, const tree::Revision& revision) {
    return {.tree = layout.tree(revision), .revision = revision};
  }
  // Everything up to the flip; returns what would be shown.
  tree::Published sync(AutoSource& source, const std::optional<tree::Published>& shown = {}) {
    EXPECT_TRUE(source.open(shown, fixture.limit()));
    const auto wanted = source.resolve(fixture.limit());
    EXPECT_TRUE(wanted) << wanted.error().message;
    auto draft = source.materialize(*wanted, shown ? &*shown : nullptr, turn, fixture.limit());
    EXPECT_TRUE(draft) << draft.error().message;
    draft->keep();
    return published(layout, draft->revision());
  }
  std::string metric(const std::string& step, const std::string& engine) const {
    const std::string text = metrics.render();
    const std::string name =
        "git_sync_engine_steps_total{engine=\"" + engine + "\",step=\"" + step + "\"} ";
    const auto at = text.find(name);
    if (at == std::string::npos) return "0";
    return text.substr(at + name.size(), text.find('\n', at) - at - name.size());
  }

  test::GitFixture fixture;
  const std::string repo = fixture.make_repo("repo");
  const tree::Layout layout{fixture.dir / "root"};
  CountingRunner runner{fixture.runner};
  metrics::Metrics metrics;
  auth::Credentials credentials{{}, fixture.logger(), metrics};
  util::ForcedEnd forced_end;
  util::Event stop;
  const tree::Turn turn{std::nullopt};
  FakeServer server;
};

TEST_F(AutoSourceTest, AFirstSyncRunsNoGit) {
  const auto commit = push("file", "1");
  const auto source = make();
  const auto shown = sync(*source);
  EXPECT_EQ(shown.revision->id, commit.hex());
  EXPECT_EQ(util::read_file(shown.tree + "/file").value(), "1");
  EXPECT_THAT(runner.commands, testing::IsEmpty());
  EXPECT_EQ(metric("fetch", "native"), "1");
  EXPECT_EQ(fixture.git(shown.tree, {"status", "--porcelain", "--ignored"}), "");
  EXPECT_EQ(fixture.git(shown.tree, {"diff-files", "--name-only"}), "");
  EXPECT_EQ(fixture.git(shown.tree, {"rev-parse", "HEAD"}), commit.hex());
  EXPECT_EQ(fixture.git(layout.root, {"rev-parse", "refs/heads/git-sync"}), commit.hex());
  EXPECT_EQ(fixture.git(layout.root, {"fsck"}), "");
}

TEST_F(AutoSourceTest, APollThatFindsNothingNewRunsNothing) {
  push("file", "1");
  const auto source = make();
  const auto shown = sync(*source);
  runner.commands.clear();
  ASSERT_TRUE(source->open(shown, fixture.limit()));
  EXPECT_EQ(source->resolve(fixture.limit()).value().revision, *shown.revision);
  EXPECT_EQ(source->inspect(shown, Depth::kPoll, fixture.limit()).value(), Health::kWhole);
  EXPECT_THAT(runner.commands, testing::IsEmpty());
  EXPECT_EQ(metric("resolve", "native"), "2");
  EXPECT_EQ(metric("resolve", "git"), "0");
}

TEST_F(AutoSourceTest, AStartOnAWholeTreeRunsNothing) {
  push("file", "1");
  auto source = make();
  const auto shown = sync(*source);
  source.reset();
  runner.commands.clear();
  source = make();
  ASSERT_TRUE(source->open(shown, fixture.limit()));
  EXPECT_EQ(source->inspect(shown, Depth::kStart, fixture.limit()).value(), Health::kWhole);
  ASSERT_TRUE(source->restore(shown, fixture.limit()));
  EXPECT_THAT(runner.commands, testing::IsEmpty());
}

TEST_F(AutoSourceTest, AnEditedTreeIsRestoredAndUntrackedFilesStay) {
  push("file", "1");
  auto source = make();
  const auto shown = sync(*source);
  ASSERT_TRUE(util::write_file(shown.tree + "/file", "edited"));
  ASSERT_TRUE(util::write_file(shown.tree + "/untracked", "x"));
  ASSERT_TRUE(source->open(shown, fixture.limit()));
  ASSERT_TRUE(source->restore(shown, fixture.limit()));
  EXPECT_EQ(util::read_file(shown.tree + "/file").value(), "1");
  EXPECT_TRUE(util::exists(shown.tree + "/untracked"));
}

TEST_F(AutoSourceTest, AnUpdateKeepsTheInodeOfWhatDidNotChange) {
  push("same", "same");
  push("file", "1");
  const auto source = make();
  const auto first = sync(*source);
  push("file", "2");
  const auto second = sync(*source, first);
  EXPECT_EQ(util::read_file(second.tree + "/file").value(), "2");
  struct stat before{};
  struct stat after{};
  ASSERT_EQ(::lstat((first.tree + "/same").c_str(), &before), 0);
  ASSERT_EQ(::lstat((second.tree + "/same").c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_EQ(fixture.git(second.tree, {"status", "--porcelain"}), "");
  EXPECT_EQ(fixture.git(second.tree, {"diff-files", "--name-only"}), "");
}

TEST_F(AutoSourceTest, ATreeThatStandsIsTakenWhenTheRefGoesBackToIt) {
  const auto old = push("file", "1");
  const auto source = make({.engine = Engine::kNative});
  const auto first = sync(*source);
  struct stat before{};
  ASSERT_EQ(::lstat((first.tree + "/file").c_str(), &before), 0);
  push("file", "2");
  const auto second = sync(*source, first);
  fixture.git(repo, {"reset", "-q", "--hard", old.hex()});
  server.tip->id = old;
  runner.commands.clear();
  const auto third = sync(*source, second);
  EXPECT_EQ(third.tree, first.tree);
  EXPECT_THAT(runner.commands, testing::IsEmpty());
  struct stat after{};
  ASSERT_EQ(::lstat((third.tree + "/file").c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_EQ(fixture.git(third.tree, {"status", "--porcelain"}), "");
  EXPECT_EQ(fixture.git(layout.root, {"rev-parse", "refs/heads/git-sync"}), old.hex());
  // What a commit after it costs is as before.
  push("file", "3");
  const auto fourth = sync(*source, third);
  EXPECT_EQ(util::read_file(fourth.tree + "/file").value(), "3");
  EXPECT_EQ(metric("build", "git"), "0");
}

TEST_F(AutoSourceTest, ATreeThatStandsAndIsNotAsItWasBuiltIsRepairedByGit) {
  for (const std::string name : {"file", "untracked", ".git"}) {
    const auto old = push("file", "1" + name);
    const auto source = make();
    const auto first = sync(*source);
    push("file", "2" + name);
    const auto second = sync(*source, first);
    ASSERT_TRUE(util::write_file(first.tree + "/" + name, "edited"));
    fixture.git(repo, {"reset", "-q", "--hard", old.hex()});
    server.tip->id = old;
    const auto before = std::stoi(metric("build", "git"));
    const auto third = sync(*source, second);
    EXPECT_EQ(util::read_file(third.tree + "/file").value(), "1" + name);
    EXPECT_EQ(fixture.git(third.tree, {"status", "--porcelain"}), "");
    EXPECT_EQ(metric("build", "git"), std::to_string(before + 1)) << name;
  }
}

TEST_F(AutoSourceTest, WhatAPowerCutHasLeftIsBuiltUponOnceItIsRestored) {
  push("same", "same");
  push("file", "1");
  auto source = make();
  const auto first = sync(*source);
  source.reset();
  // What a file system may forget of what was not flushed.
  const std::string notes = layout.store() + "/git-sync";
  ASSERT_TRUE(util::remove_tree(notes + "/manifests"));
  ASSERT_TRUE(util::write_file(first.tree + "/file", ""));
  ASSERT_TRUE(util::write_file(notes + "/running.another-boot.1", ""));
  struct stat before{};
  ASSERT_EQ(::lstat((first.tree + "/same").c_str(), &before), 0);
  source = make();
  ASSERT_TRUE(source->open(first, fixture.limit()));
  EXPECT_EQ(util::read_file(first.tree + "/file").value(), "1");
  EXPECT_EQ(metric("restore", "git"), "1");
  push("file", "2");
  const auto second = sync(*source, first);
  EXPECT_EQ(util::read_file(second.tree + "/file").value(), "2");
  struct stat after{};
  ASSERT_EQ(::lstat((second.tree + "/same").c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_EQ(fixture.git(second.tree, {"status", "--porcelain"}), "");
  EXPECT_EQ(fixture.git(second.tree, {"diff-files", "--name-only"}), "");
}

TEST_F(AutoSourceTest, WhatAttributesWouldChangeIsBuiltByGitAndTheReasonIsSaidOnce) {
  push(".gitattributes", "*.txt text eol=crlf\n");
  push("a.txt", "one\n");
  const auto source = make();
  const auto first = sync(*source);
  EXPECT_EQ(util::read_file(first.tree + "/a.txt").value(), "one\r\n");
  push("a.txt", "two\n");
  const auto second = sync(*source, first);
  EXPECT_EQ(util::read_file(second.tree + "/a.txt").value(), "two\r\n");
  EXPECT_EQ(metric("build", "git"), "2");
  const std::string log = fixture.log_text();
  const auto at = log.find("does not fully understand");
  ASSERT_NE(at, std::string::npos);
  EXPECT_THAT(log.substr(at), HasSubstr(".gitattributes"));
  EXPECT_EQ(log.find("does not fully understand", at + 1), std::string::npos);
}

TEST_F(AutoSourceTest, TheNativeEngineFailsInstead) {
  push(".gitattributes", "*.txt text eol=crlf\n");
  const auto source = make({.engine = Engine::kNative});
  ASSERT_TRUE(source->open({}, fixture.limit()));
  const auto wanted = source->resolve(fixture.limit()).value();
  const auto draft = source->materialize(wanted, nullptr, turn, fixture.limit());
  ASSERT_FALSE(draft);
  EXPECT_EQ(draft.error().cause, util::Cause::kOnlyGitUnderstands);
  EXPECT_THAT(draft.error().message, HasSubstr(".gitattributes"));
}

TEST_F(AutoSourceTest, ARefThatTheServerLacksIsAskedForByGitWhichSaysWhatElseThereIs) {
  push("file", "1");
  server.tip.reset();
  const auto source = make({.ref = "mian"});
  ASSERT_TRUE(source->open({}, fixture.limit()));
  const auto wanted = source->resolve(fixture.limit());
  ASSERT_FALSE(wanted);
  EXPECT_EQ(wanted.error().kind, util::ErrorKind::kNotFound);
  EXPECT_THAT(wanted.error().hint, HasSubstr("main"));
}

TEST_F(AutoSourceTest, AFullHashThatIsShownIsNotAskedForAgain) {
  const auto commit = push("file", "1");
  const auto source = make({.ref = commit.hex()});
  const auto shown = sync(*source);
  runner.commands.clear();
  ASSERT_TRUE(source->open(shown, fixture.limit()));
  EXPECT_TRUE(source->resolve(fixture.limit()).value().immutable);
  EXPECT_THAT(runner.commands, testing::IsEmpty());
}

// Half a MiB and more that the next commit has not.
std::string large(char c) {
  std::string text;
  for (unsigned i = 0; text.size() < 900'000; ++i)
    text += c + std::to_string(i * 2654435761U % 99991);
  return text;
}

TEST_F(AutoSourceTest, WhatNobodyNeedsGoesWithoutGit) {
  push("file", large('a'));
  const auto source = make();
  const auto old = sync(*source);
  push("file", "small");
  const auto shown = sync(*source, old);
  ASSERT_TRUE(util::remove_tree(old.tree));
  runner.commands.clear();
  const std::vector keep{*shown.revision};
  ASSERT_TRUE(source->reclaim(keep, Urgency::kRoutine, fixture.limit()));
  EXPECT_THAT(runner.commands, testing::IsEmpty());
  EXPECT_EQ(metric("reclaim", "native"), "1");
  EXPECT_EQ(fixture.git(layout.root, {"fsck", "--full", "--strict"}), "");
  EXPECT_THAT(fixture.git(layout.root, {"cat-file", "--batch-all-objects", "--batch-check"}),
              Not(HasSubstr(old.revision->id)));
  EXPECT_THAT(fixture.git(layout.root, {"count-objects", "-v"}), HasSubstr("\npacks: 1\n"));
  // What it has done to the packs is no reason for doubt.
  EXPECT_TRUE(source->open(shown, fixture.limit()));
  EXPECT_THAT(runner.commands, testing::IsEmpty());
  // And there is nothing more to do.
  ASSERT_TRUE(source->reclaim(keep, Urgency::kRoutine, fixture.limit()));
  EXPECT_EQ(metric("reclaim", "native"), "1");
}

TEST_F(AutoSourceTest, GarbageIsForGitWhereItsSettingsSaySo) {
  push("file", large('a'));
  const auto source = make({.reclaim_for_git = "git's setting gc.x"});
  const auto old = sync(*source);
  push("file", "small");
  const auto shown = sync(*source, old);
  const std::vector keep{*shown.revision};
  ASSERT_TRUE(source->reclaim(keep, Urgency::kRoutine, fixture.limit()));
  EXPECT_THAT(runner.commands, testing::Contains("gc"));
  EXPECT_THAT(fixture.log_text(), HasSubstr("git's setting gc.x"));
  EXPECT_EQ(metric("reclaim", "git"), "1");
}

TEST_F(AutoSourceTest, AnExplicitGcIsGits) {
  push("file", "1");
  const auto source = make({.explicit_gc = true});
  const auto shown = sync(*source);
  const std::vector keep{*shown.revision};
  ASSERT_TRUE(source->reclaim(keep, Urgency::kRoutine, fixture.limit()));
  EXPECT_THAT(runner.commands, testing::Contains("gc"));
}

TEST_F(AutoSourceTest, OnAFullDiskOnlyWhatIsShownStays) {
  push("file", "1");
  const auto source = make();
  const auto shown = sync(*source);
  push("file", large('b'));
  ASSERT_TRUE(source->open(shown, fixture.limit()));
  const auto wanted = source->resolve(fixture.limit()).value();
  {
    ASSERT_TRUE(source->materialize(wanted, &shown, turn, fixture.limit()));
  }
  EXPECT_EQ(fixture.git(layout.root, {"rev-parse", "refs/heads/git-sync"}), wanted.revision.id);
  runner.commands.clear();
  const std::vector keep{*shown.revision};
  ASSERT_TRUE(source->reclaim(keep, Urgency::kDiskFull, fixture.limit()));
  EXPECT_THAT(runner.commands, testing::IsEmpty());
  EXPECT_EQ(fixture.git(layout.root, {"rev-parse", "refs/heads/git-sync"}), shown.revision->id);
  EXPECT_EQ(fixture.git(layout.root, {"fsck", "--full", "--strict"}), "");
  EXPECT_THAT(fixture.git(layout.root, {"cat-file", "--batch-all-objects", "--batch-check"}),
              Not(HasSubstr(wanted.revision.id)));
  EXPECT_EQ(fixture.git(shown.tree, {"status", "--porcelain"}), "");
}

TEST_F(AutoSourceTest, WhatWasResolvedIsBuiltThoughTheTipHasMovedMeanwhile) {
  const auto commit = push("file", "1");
  const auto source = make();
  ASSERT_TRUE(source->open({}, fixture.limit()));
  const auto wanted = source->resolve(fixture.limit()).value();
  push("file", "2");
  auto draft = source->materialize(wanted, nullptr, turn, fixture.limit());
  ASSERT_TRUE(draft) << draft.error().message;
  EXPECT_EQ(draft->revision().id, commit.hex());
}

TEST_F(AutoSourceTest, ATipThatMovedMeanwhileIsBuiltAsGitFindsItNow) {
  push("file", "1");
  const auto source = make({.fetch_for_git = "a test"});
  ASSERT_TRUE(source->open({}, fixture.limit()));
  const auto wanted = source->resolve(fixture.limit()).value();
  const auto newer = push("file", "2");
  auto draft = source->materialize(wanted, nullptr, turn, fixture.limit());
  ASSERT_TRUE(draft) << draft.error().message;
  EXPECT_EQ(draft->revision().id, newer.hex());
}

TEST_F(AutoSourceTest, ARunOfFaultsIsExplainedByGitOnce) {
  const auto source = make();
  ASSERT_TRUE(source->open({}, fixture.limit()));
  server.fault = util::Error{.kind = util::ErrorKind::kNetwork, .message = "broken"};
  ASSERT_TRUE(util::remove_tree(repo));
  for (int i = 0; i < 3; ++i) {
    const auto wanted = source->resolve(fixture.limit());
    ASSERT_FALSE(wanted);
    EXPECT_THAT(wanted.error().message, HasSubstr("Run(git fetch"));
  }
  EXPECT_EQ(std::ranges::count(runner.commands, "fetch"), 1);
}

TEST_F(AutoSourceTest, AServerWithTooMuchToDoIsNotAskedByGitAsWell) {
  push("file", "1");
  const auto source = make();
  ASSERT_TRUE(source->open({}, fixture.limit()));
  server.fault = util::Error{.kind = util::ErrorKind::kNetwork,
                             .message = "too many requests",
                             .cause = util::Cause::kRateLimited};
  EXPECT_THAT(source->resolve(fixture.limit()).error().message, HasSubstr("too many requests"));
  server.fault->cause = util::Cause::kServerFault;
  server.retry_after = 5s;
  EXPECT_THAT(source->resolve(fixture.limit()).error().message, HasSubstr("too many requests"));
  EXPECT_THAT(runner.commands, Not(testing::Contains("fetch")));
}

TEST_F(AutoSourceTest, APauseForTheServersSakeIsCutShortLikeAnyOther) {
  const auto source = make();
  server.fault = util::Error{.kind = util::ErrorKind::kNetwork, .message = "busy"};
  server.retry_after = 1h;
  EXPECT_FALSE(source->resolve(fixture.limit()));
  const util::Event wake;
  auto pause = std::async(std::launch::async, [&] {
    source->wait_for_change(util::Limit{.stop = &stop}.within(1ms), wake);
  });
  EXPECT_EQ(pause.wait_for(200ms), std::future_status::timeout);
  wake.set();
  pause.get();
  stop.set();
  source->wait_for_change({.stop = &stop}, {});
}

TEST_F(AutoSourceTest, AFullHashThatCannotBeHadIsAskedForOnce) {
  push("file", "1");
  const auto source = make({.ref = std::string(40, 'd')});
  ASSERT_TRUE(source->open({}, fixture.limit()));
  EXPECT_FALSE(source->resolve(fixture.limit()));
  EXPECT_EQ(std::ranges::count(runner.commands, "fetch"), 1);
}

}  // namespace
}  // namespace gitsync::source
