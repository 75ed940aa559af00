// SPDX-License-Identifier: Apache-2.0
#include "tree/pruner.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>

#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

class PrunerTest : public testing::Test {
 protected:
  PrunerTest() {
    for (const char c : {'a', 'b'}) {
      EXPECT_TRUE(util::make_directories(path(c)));
      EXPECT_TRUE(util::write_file(path(c) + "/file", "content"));
    }
  }
  std::string path(char c) const { return layout.trees() + "/" + std::string(40, c); }
  Published published(char c) const {
    return {.tree = path(c), .revision = Revision::parse(std::string(40, c))};
  }
  Pruner pruner(std::chrono::nanoseconds timeout) const {
    return {layout, timeout, fixture.logger()};
  }
  static void age(const std::string& path, std::int64_t seconds) {
    const timespec now{.tv_sec = ::time(nullptr) - seconds, .tv_nsec = 0};
    const timespec times[] = {now, now};
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW), 0);
  }

  test::GitFixture fixture;
  const Layout layout{fixture.dir / "root"};
};

TEST_F(PrunerTest, WithoutATimeoutEverythingButTheCurrentTreeGoes) {
  ASSERT_TRUE(util::write_file(layout.trees() + "/junk", ""));
  ASSERT_TRUE(pruner({}).prune(published('a'), fixture.limit()));
  EXPECT_EQ(util::list_directory(layout.trees()).value(),
            std::vector<std::string>{std::string(40, 'a')});
}

TEST_F(PrunerTest, WithATimeoutOnlyWhatIsOldGoes) {
  age(path('b'), 100);
  ASSERT_TRUE(pruner(std::chrono::seconds(200)).prune(published('a'), fixture.limit()));
  EXPECT_TRUE(util::exists(path('b')));
  ASSERT_TRUE(pruner(std::chrono::seconds(50)).prune(published('a'), fixture.limit()));
  EXPECT_FALSE(util::exists(path('b')));
}

TEST_F(PrunerTest, ATreeThatIsReadStaysUntilItIsGivenBack) {
  const auto leases = std::make_shared<Leases>();
  Pruner pruner(layout, std::chrono::nanoseconds(0), fixture.logger(), leases);
  {
    const auto lease = leases->take(path('b'));
    ASSERT_TRUE(pruner.prune(published('a'), fixture.limit()));
    EXPECT_TRUE(util::exists(path('b') + "/file"));
  }
  ASSERT_TRUE(pruner.prune(published('a'), fixture.limit()));
  EXPECT_FALSE(util::exists(path('b')));
}

TEST_F(PrunerTest, RetiringDoesNotReachThroughASymlink) {
  const std::string outside = fixture.dir / "outside";
  ASSERT_TRUE(util::make_directories(outside));
  age(outside, 100);
  ASSERT_EQ(std::rename(path('b').c_str(), (fixture.dir / "gone").c_str()), 0);
  ASSERT_EQ(::symlink(outside.c_str(), path('b').c_str()), 0);
  pruner({}).retire(published('b'));
  struct stat info{};
  ASSERT_EQ(::stat(outside.c_str(), &info), 0);
  EXPECT_LT(info.st_mtime, ::time(nullptr) - 50);
}

TEST_F(PrunerTest, RetiringDoesNotReachThroughASymlinkInThePlaceOfTheTrees) {
  const std::string elsewhere = fixture.dir / "elsewhere";
  ASSERT_EQ(std::rename(layout.trees().c_str(), elsewhere.c_str()), 0);
  ASSERT_EQ(::symlink(elsewhere.c_str(), layout.trees().c_str()), 0);
  age(path('b'), 100);
  pruner({}).retire(published('b'));
  struct stat info{};
  ASSERT_EQ(::stat(path('b').c_str(), &info), 0);
  EXPECT_LT(info.st_mtime, ::time(nullptr) - 50);
}

TEST_F(PrunerTest, NothingIsDeletedThroughASymlinkInThePlaceOfTheTrees) {
  const std::string elsewhere = fixture.dir / "elsewhere";
  ASSERT_EQ(std::rename(layout.trees().c_str(), elsewhere.c_str()), 0);
  ASSERT_EQ(::symlink(elsewhere.c_str(), layout.trees().c_str()), 0);
  ASSERT_TRUE(pruner({}).prune(published('a'), fixture.limit()));
  EXPECT_EQ(util::list_directory(elsewhere).value().size(), 2U);
}

TEST_F(PrunerTest, RetiringStartsTheTimer) {
  age(path('b'), 100);
  pruner({}).retire(published('b'));
  ASSERT_TRUE(pruner(std::chrono::seconds(50)).prune(published('a'), fixture.limit()));
  EXPECT_TRUE(util::exists(path('b')));
}

TEST_F(PrunerTest, RetiringASuspectStartsTheTimerOfItsFolder) {
  const std::string folder = layout.trees() + "/.suspect.x";
  const std::string suspect = folder + "/" + std::string(40, 'c');
  ASSERT_TRUE(util::make_directories(suspect));
  age(folder, 100);
  pruner({}).retire({.tree = suspect, .revision = Revision::parse(std::string(40, 'c'))});
  ASSERT_TRUE(pruner(std::chrono::seconds(50)).prune(published('a'), fixture.limit()));
  EXPECT_TRUE(util::exists(suspect));
}

TEST_F(PrunerTest, TheFolderOfASuspectThatIsStillPublishedStays) {
  const std::string suspect = layout.trees() + "/.suspect.x/" + std::string(40, 'a');
  ASSERT_TRUE(util::make_directories(suspect));
  ASSERT_TRUE(pruner({}).prune({.tree = suspect}, fixture.limit()));
  EXPECT_TRUE(util::exists(suspect));
}

TEST_F(PrunerTest, ATreeOfTheOldLayoutIsRemovedButNothingElse) {
  const std::string old = layout.root + "/" + std::string(40, 'c');
  const std::string foreign = fixture.dir / std::string(40, 'd');
  const std::string mine = layout.root + "/mine";
  for (const auto& directory : {old, foreign, mine}) ASSERT_TRUE(util::make_directories(directory));
  pruner({}).retire({.tree = old, .revision = Revision::parse(std::string(40, 'c'))});
  pruner({}).retire({.tree = foreign, .revision = Revision::parse(std::string(40, 'd'))});
  pruner({}).retire({.tree = mine});
  EXPECT_FALSE(util::exists(old));
  EXPECT_TRUE(util::exists(foreign));
  EXPECT_TRUE(util::exists(mine));
}

TEST_F(PrunerTest, ADanglingEntryIsSkippedWithARecord) {
  ASSERT_EQ(::symlink("nowhere", (layout.trees() + "/dangling").c_str()), 0);
  ASSERT_TRUE(pruner({}).prune(published('a'), fixture.limit()));
  EXPECT_NE(fixture.log_text().find("cannot tell the age"), std::string::npos);
}

}  // namespace
}  // namespace gitsync::tree
