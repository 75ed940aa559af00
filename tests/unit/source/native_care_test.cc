// SPDX-License-Identifier: Apache-2.0
// A root's repository without a process, with a real git as the judge of what was made.
#include "source/native_care.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/repository.h"
#include "metrics/metrics.h"
#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::source {
namespace {

using testing::HasSubstr;

class NativeCareTest : public testing::Test {
 protected:
  NativeCareTest() { EXPECT_TRUE(util::make_directories(layout.root)); }

  NativeCare make() { return {layout, git, "", delegation, fixture.logger()}; }
  // A repository of which everything is known.
  void settle() {
    auto care = make();
    ASSERT_TRUE(care.init(fixture.limit()));
    ASSERT_TRUE(care.set_origin("https://example.com/x", fixture.limit()));
    ASSERT_TRUE(care.is_usable(fixture.limit()).value());
    started = 0;
  }

  test::GitFixture fixture;
  const tree::Layout layout{fixture.dir / "root"};
  metrics::Metrics metrics;
  Delegation delegation{Engine::kAuto, metrics, fixture.logger()};
  const cli::Repository repository{layout.root, fixture.cli, fixture.logger()};
  int started = 0;  // how often git was to be run
  GitCare git{repository, [this] {
                ++started;
                return util::Result<void>{};
              }};
};

TEST_F(NativeCareTest, WhatItMakesIsARepositoryOfGit) {
  auto care = make();
  ASSERT_TRUE(care.init(fixture.limit()));
  ASSERT_TRUE(care.set_origin("https://example.com/x y", fixture.limit()));
  EXPECT_EQ(started, 0);
  EXPECT_EQ(fixture.git(layout.root, {"remote", "get-url", "origin"}), "https://example.com/x y");
  EXPECT_EQ(fixture.git(layout.root, {"rev-parse", "--show-toplevel"}), layout.root);
  EXPECT_EQ(fixture.git(layout.root, {"symbolic-ref", "HEAD"}), "refs/heads/git-sync");
  EXPECT_EQ(fixture.git(layout.root, {"fsck"}), "");
  EXPECT_TRUE(repository.is_usable(fixture.limit()).value());
}

TEST_F(NativeCareTest, ASoundRepositoryNeedsNoGit) {
  settle();
  auto care = make();
  EXPECT_TRUE(care.is_usable(fixture.limit()).value());
  EXPECT_TRUE(care.is_usable(fixture.limit()).value());
  ASSERT_TRUE(care.set_origin("https://example.com/x", fixture.limit()));
  EXPECT_EQ(started, 0);
}

TEST_F(NativeCareTest, AnotherOriginIsSetByGit) {
  settle();
  auto care = make();
  ASSERT_TRUE(care.set_origin("https://example.com/y", fixture.limit()));
  EXPECT_EQ(fixture.git(layout.root, {"remote", "get-url", "origin"}), "https://example.com/y");
}

TEST_F(NativeCareTest, GitLooksAtWhatAKilledProcessHasLeft) {
  settle();
  const pid_t child = ::fork();
  if (child == 0) {
    auto care = make();
    ::_exit(care.is_usable(fixture.limit()).value_or(false) ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  auto care = make();
  EXPECT_TRUE(care.is_usable(fixture.limit()).value());
  EXPECT_EQ(started, 1);
  EXPECT_TRUE(care.is_usable(fixture.limit()).value());
  EXPECT_EQ(started, 1);
}

TEST_F(NativeCareTest, GitLooksAtARepositoryThatGitSyncNeverSaw) {
  fixture.git(fixture.dir.path(), {"init", "-q", "-b", "git-sync", layout.root});
  auto care = make();
  EXPECT_TRUE(care.is_usable(fixture.limit()).value());
  EXPECT_EQ(started, 1);
}

TEST_F(NativeCareTest, APackThatWasChangedIsLookedAtByGitAndFoundDamaged) {
  settle();
  const std::string repo = fixture.make_repo("repo");
  fixture.commit(repo, "file", "1");
  fixture.git(layout.root, {"-c", "fetch.unpackLimit=1", "fetch", "-q", repo});
  fixture.git(layout.root, {"reset", "-q", "--soft", "FETCH_HEAD"});
  auto care = make();
  EXPECT_TRUE(care.is_usable(fixture.limit()).value());
  EXPECT_EQ(started, 0) << "a new pack is no reason for doubt";
  const std::string packs = layout.store() + "/objects/pack/";
  const auto names = util::list_directory(packs).value();
  for (const auto& name : names) {
    if (!name.ends_with(".idx")) continue;
    ASSERT_EQ(::chmod((packs + name).c_str(), 0644), 0);
    ASSERT_TRUE(util::write_file(packs + name, "damaged"));
  }
  EXPECT_FALSE(care.is_usable(fixture.limit()).value());
  EXPECT_EQ(started, 1);
}

TEST_F(NativeCareTest, DoubtIsForGitOnce) {
  settle();
  auto care = make();
  care.doubt();
  EXPECT_TRUE(care.is_usable(fixture.limit()).value());
  EXPECT_TRUE(care.is_usable(fixture.limit()).value());
  EXPECT_EQ(started, 1);
}

TEST_F(NativeCareTest, WhatIsNoRepositoryIsForGitToJudge) {
  settle();
  ASSERT_TRUE(util::remove_tree(layout.store() + "/objects"));
  auto care = make();
  EXPECT_FALSE(care.is_usable(fixture.limit()).value());
  EXPECT_EQ(started, 1);
}

}  // namespace
}  // namespace gitsync::source
