// SPDX-License-Identifier: Apache-2.0
// The git source as a pass uses it, with a real git.
#include "source/git_cli.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "metrics/metrics.h"
#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::source {
namespace {

using testing::HasSubstr;

class GitCliTest : public testing::Test {
 protected:
  GitCliTest() { EXPECT_TRUE(util::make_directories(layout.root)); }

  std::unique_ptr<GitCli> make(GitCliOptions options = {}) {
    options.setup.environment = fixture.cli.environment();
    options.setup.environment.set("TMPDIR", fixture.dir.path());
    options.setup.working_directory = fixture.dir.path();
    options.fetch.url = "file://" + repo;
    if (options.fetch.ref.empty()) options.fetch.ref = "main";
    return GitCli::create(std::move(options), layout,
                          {.processes = fixture.runner,
                           .credentials = credentials,
                           .forced_end = forced_end,
                           .stop = stop},
                          fixture.logger())
        .value();
  }
  tree::Published published(const git::Oid& oid) const {
    return {.tree = layout.trees() + "/" + oid.hex(), .revision = tree::Revision{oid.hex()}};
  }
  // Opens, resolves and builds what is wanted, and keeps the tree.
  tree::Revision sync(GitCli& source) {
    EXPECT_TRUE(source.open(std::nullopt, fixture.limit()));
    const auto wanted = source.resolve(fixture.limit()).value();
    auto draft = source.materialize(wanted, nullptr, turn, fixture.limit()).value();
    draft.keep();
    return draft.revision();
  }

  test::GitFixture fixture;
  const std::string repo = fixture.make_repo("repo");
  const git::Oid commit = fixture.commit(repo, "file", "1");
  const tree::Layout layout{fixture.dir / "root"};
  const tree::Turn turn{std::nullopt};
  metrics::Metrics metrics;
  auth::Credentials credentials{{}, fixture.logger(), metrics};
  util::ForcedEnd forced_end;
  util::Event stop;
};

TEST_F(GitCliTest, BuildsAWholeTreeOfTheTip) {
  const auto source = make();
  EXPECT_EQ(sync(*source).id, commit.hex());
  EXPECT_EQ(util::read_file(published(commit).tree + "/file").value(), "1");
  EXPECT_EQ(source->inspect(published(commit), Depth::kStart, fixture.limit()).value(),
            Health::kWhole);
}

TEST_F(GitCliTest, OnlyAFullHashIsImmutable) {
  const auto branch = make();
  ASSERT_TRUE(branch->open(std::nullopt, fixture.limit()));
  EXPECT_FALSE(branch->resolve(fixture.limit())->immutable);
  const auto hash = make({.fetch = {.ref = commit.hex()}});
  ASSERT_TRUE(hash->open(std::nullopt, fixture.limit()));
  EXPECT_TRUE(hash->resolve(fixture.limit())->immutable);
}

TEST_F(GitCliTest, RestoreRevertsEditsAndKeepsWhatIsNobodys) {
  const auto source = make();
  sync(*source);
  const std::string tree = published(commit).tree;
  ASSERT_TRUE(util::write_file(tree + "/file", "edited"));
  ASSERT_TRUE(util::write_file(tree + "/mine", "kept"));
  ASSERT_TRUE(source->restore(published(commit), fixture.limit()));
  EXPECT_EQ(util::read_file(tree + "/file").value(), "1");
  EXPECT_EQ(util::read_file(tree + "/mine").value(), "kept");
}

TEST_F(GitCliTest, AWholeTreeThatIsThereIsTakenAndNotBuiltAgain) {
  const auto source = make();
  sync(*source);
  const auto wanted = source->resolve(fixture.limit()).value();
  {
    const auto given_up = source->materialize(wanted, nullptr, turn, fixture.limit()).value();
  }
  EXPECT_TRUE(util::exists(published(commit).tree + "/file"));
}

TEST_F(GitCliTest, NothingIsBuiltInAPlaceWhoseTurnWasLost) {
  const auto source = make();
  ASSERT_TRUE(source->open(std::nullopt, fixture.limit()));
  const auto wanted = source->resolve(fixture.limit()).value();
  ASSERT_TRUE(util::make_directories(published(commit).tree + "/of-another"));
  tree::Turns turns(layout, fixture.logger());
  const auto lost = turns.take(fixture.limit()).value();
  ASSERT_EQ(::unlink(layout.lock_file().c_str()), 0);
  const auto draft = source->materialize(wanted, nullptr, lost, fixture.limit());
  ASSERT_FALSE(draft);
  EXPECT_EQ(draft.error().kind, util::ErrorKind::kBusy);
  EXPECT_TRUE(util::exists(published(commit).tree + "/of-another"));
}

TEST_F(GitCliTest, ATreeAtAnotherCommitIsDamaged) {
  const auto source = make();
  sync(*source);
  const auto other = fixture.commit(repo, "file", "2");
  auto claimed = published(commit);
  claimed.revision = tree::Revision{other.hex()};
  EXPECT_EQ(source->inspect(claimed, Depth::kPoll, fixture.limit()).value(), Health::kDamaged);
}

TEST_F(GitCliTest, DescribesACommit) {
  const auto source = make();
  const auto revision = sync(*source);
  const auto about = source->describe(revision, fixture.limit()).value();
  EXPECT_EQ(about.author, "test");
  EXPECT_EQ(about.subject, "file");
  EXPECT_GT(about.time.time_since_epoch().count(), 1'600'000'000);
}

TEST_F(GitCliTest, LocksOfTheProcessBeforeAreRemovedAtTheFirstOpenOnly) {
  const auto source = make();
  sync(*source);
  const std::string lock = layout.store() + "/shallow.lock";
  ASSERT_TRUE(util::write_file(lock, ""));
  ASSERT_TRUE(make()->open(std::nullopt, fixture.limit()));
  EXPECT_FALSE(util::exists(lock));
  // A hook's git may hold one rightfully.
  ASSERT_TRUE(util::write_file(lock, ""));
  ASSERT_TRUE(source->open(std::nullopt, fixture.limit()));
  EXPECT_TRUE(util::exists(lock));
  ASSERT_EQ(::unlink(lock.c_str()), 0);
}

TEST_F(GitCliTest, MakingRoomFreesTheCommitThatIsNotKept) {
  const auto source = make();
  const auto kept = sync(*source);
  const auto other = fixture.commit(repo, "file", "2");
  ASSERT_TRUE(source->resolve(fixture.limit()));
  const std::vector<tree::Revision> keep{kept};
  ASSERT_TRUE(source->reclaim(keep, Urgency::kDiskFull, fixture.limit()));
  EXPECT_TRUE(fixture.cli.ask({"cat-file", "-e", kept.id}, layout.root, fixture.limit())->ok());
  EXPECT_FALSE(
      fixture.cli.ask({"cat-file", "-e", other.hex()}, layout.root, fixture.limit())->ok());
}

TEST_F(GitCliTest, LeavesNothingInTheTemporaryDirectory) {
  const auto entries = [&] {
    auto names = util::list_directory(fixture.dir.path()).value();
    return std::erase_if(names, [](const auto& name) { return !name.starts_with("git-sync."); }),
           names;
  };
  const auto before = entries();
  auto source = make();
  EXPECT_EQ(entries().size(), before.size() + 1);
  source.reset();
  EXPECT_EQ(entries(), before);
  const auto forced = make();
  forced_end.run();
  EXPECT_EQ(entries(), before);
}

TEST_F(GitCliTest, AStartThatFailsNamesTheSetting) {
  GitCliOptions options;
  options.setup.environment = fixture.cli.environment();
  options.setup.settings = {{"nosection", "x"}};
  const auto source = GitCli::create(options, layout,
                                     {.processes = fixture.runner,
                                      .credentials = credentials,
                                      .forced_end = forced_end,
                                      .stop = stop},
                                     fixture.logger());
  ASSERT_FALSE(source);
  EXPECT_THAT(source.error().message, HasSubstr("--git-config"));
}

}  // namespace
}  // namespace gitsync::source
