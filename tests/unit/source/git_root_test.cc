// SPDX-License-Identifier: Apache-2.0
#include "source/git_root.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::source {
namespace {

class GitRootTest : public testing::Test {
 protected:
  GitRootTest() { EXPECT_TRUE(util::make_directories(layout.root)); }

  util::Result<void> ensure(const std::optional<tree::Published>& published = std::nullopt) {
    GitRoot root(layout, {.repo_url = "https://example.com/x"}, fixture.cli, fixture.config,
                 fixture.logger());
    GitCare care(repository, [] { return util::Result<void>{}; });
    return root.ensure_usable(published, care, fixture.limit());
  }
  bool has(const std::string& name) const { return util::exists(layout.root + "/" + name); }

  test::GitFixture fixture;
  const tree::Layout layout{fixture.dir / "root"};
  const cli::Repository repository{layout.root, fixture.cli, fixture.logger()};
};

TEST_F(GitRootTest, AnEmptyOneBecomesARepository) {
  ASSERT_TRUE(ensure());
  EXPECT_EQ(fixture.git(layout.root, {"remote", "get-url", "origin"}), "https://example.com/x");
}

TEST_F(GitRootTest, OneThatWasNeverOursIsCleared) {
  ASSERT_TRUE(util::make_directories(layout.root + "/folder/below"));
  ASSERT_TRUE(util::write_file(layout.root + "/.hidden", "x"));
  ASSERT_TRUE(util::write_file(layout.lock_file(), ""));
  ASSERT_TRUE(util::make_directories(layout.root + "/lost+found"));
  ASSERT_TRUE(ensure());
  EXPECT_FALSE(has("folder"));
  EXPECT_FALSE(has(".hidden"));
  EXPECT_TRUE(has(tree::Layout::kLockName));
  EXPECT_TRUE(has("lost+found"));
}

TEST_F(GitRootTest, AVolumeWithNothingButLostAndFoundIsEmpty) {
  ASSERT_TRUE(util::make_directories(layout.root + "/lost+found"));
  ASSERT_TRUE(ensure());
  EXPECT_EQ(fixture.log_text().find("clearing"), std::string::npos);
}

TEST_F(GitRootTest, AHealthyRepositoryKeepsForeignFiles) {
  ASSERT_TRUE(ensure());
  ASSERT_TRUE(util::write_file(layout.root + "/foreign", "x"));
  ASSERT_TRUE(ensure());
  EXPECT_TRUE(has("foreign"));
}

TEST_F(GitRootTest, ADamagedRepositoryIsReplacedWhileItsTreesStay) {
  const std::string hash(40, 'a');
  const std::string file = ".worktrees/" + hash + "/file";
  ASSERT_TRUE(util::make_directories(layout.trees() + "/" + hash));
  ASSERT_TRUE(util::write_file(layout.root + "/" + file, "content"));
  ASSERT_TRUE(util::make_directories(layout.store()));
  ASSERT_TRUE(util::write_file(layout.store() + "/HEAD", "nonsense"));
  ASSERT_TRUE(util::write_file(layout.root + "/foreign", "x"));
  ASSERT_TRUE(ensure());
  EXPECT_TRUE(has(file));
  EXPECT_TRUE(has("foreign"));
  EXPECT_TRUE(repository.is_usable(fixture.limit()).value());
}

TEST_F(GitRootTest, ARepositoryThatLeadsElsewhereIsReplacedWhileItsTreesStay) {
  ASSERT_TRUE(ensure());
  const std::string file = ".worktrees/" + std::string(40, 'a') + "/file";
  ASSERT_TRUE(util::make_directories(layout.trees() + "/" + std::string(40, 'a')));
  ASSERT_TRUE(util::write_file(layout.root + "/" + file, "content"));
  const std::string config = layout.store() + "/config";
  const std::string ours = util::read_file(config).value();
  ASSERT_TRUE(util::write_file(config, ours + "[include]\n\tpath = /evil\n"));
  ASSERT_TRUE(ensure());
  EXPECT_EQ(util::read_file(config).value(), ours);
  EXPECT_TRUE(has(file));
  EXPECT_NE(fixture.log_text().find("repository is not ours"), std::string::npos);
}

TEST_F(GitRootTest, OtherSettingsInItHaveNoEffectOnOurGitsButStayForHooks) {
  ASSERT_TRUE(ensure());
  fixture.git(layout.root, {"config", "core.pager", "evil"});
  ASSERT_TRUE(ensure());
  EXPECT_EQ(fixture.git(layout.root, {"config", "core.pager"}), "");
  EXPECT_EQ(fixture.git(layout.root, {"config", "--local", "core.pager"}), "evil");
  EXPECT_EQ(fixture.git(layout.root, {"config", "core.hooksPath"}), "/dev/null");
}

TEST_F(GitRootTest, OnlyTheFirstDamagedRepositoryIsKept) {
  ASSERT_TRUE(util::make_directories(layout.trees() + "/" + std::string(40, 'a')));
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(util::make_directories(layout.store()));
    ASSERT_TRUE(util::write_file(layout.store() + "/HEAD", "nonsense"));
    ASSERT_TRUE(ensure());
  }
  const auto names = util::list_directory(layout.root).value();
  EXPECT_EQ(
      std::ranges::count_if(
          names, [](const auto& name) { return name.starts_with(tree::Layout::kOldStorePrefix); }),
      1);
}

TEST_F(GitRootTest, ADanglingPublishedLinkSurvivesTheClearing) {
  ASSERT_EQ(::symlink(".worktrees/gone", (layout.root + "/link").c_str()), 0);
  ASSERT_TRUE(util::write_file(layout.root + "/junk", "x"));
  ASSERT_TRUE(ensure());
  EXPECT_EQ(util::read_link(layout.root + "/link").value().value(), ".worktrees/gone");
  EXPECT_FALSE(has("junk"));
}

}  // namespace
}  // namespace gitsync::source
