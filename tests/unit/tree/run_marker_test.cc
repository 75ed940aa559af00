// SPDX-License-Identifier: Apache-2.0
#include "tree/run_marker.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

class RunMarkerTest : public testing::Test {
 protected:
  RunMarkerTest() { EXPECT_TRUE(util::make_directories(layout.store())); }
  std::size_t markers() const {
    std::size_t count = 0;
    const auto names = util::list_directory(layout.store() + "/git-sync").value();
    for (const auto& name : names) {
      if (name.starts_with("running.")) ++count;
    }
    return count;
  }
  // A process that dies without running a destructor.
  void die_with_a_marker(const std::string& boot = RunMarker::current_boot()) const {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto marker = RunMarker::leave(layout, boot);
      ::_exit(marker ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
  }

  test::TempDir dir;
  const Layout layout{dir.path()};
};

TEST_F(RunMarkerTest, NothingIsKnownOfAStoreWithoutMarkers) {
  EXPECT_TRUE(RunMarker::leave(layout).value().found_dead());
}

TEST_F(RunMarkerTest, AnOrderlyEndLeavesNone) {
  {
    const auto marker = RunMarker::leave(layout);
  }
  EXPECT_EQ(markers(), 0U);
  EXPECT_FALSE(RunMarker::leave(layout).value().found_dead());
}

TEST_F(RunMarkerTest, AProcessThatWasKilledIsFoundOnceUntilItIsForgotten) {
  {
    const auto first = RunMarker::leave(layout);
  }
  die_with_a_marker();
  {
    auto marker = RunMarker::leave(layout).value();
    EXPECT_TRUE(marker.found_dead());
  }
  // It was not forgotten: whoever comes next has to look as well.
  auto marker = RunMarker::leave(layout).value();
  EXPECT_TRUE(marker.found_dead());
  marker.forget_the_dead();
  EXPECT_FALSE(marker.found_dead());
  EXPECT_EQ(markers(), 1U);
  EXPECT_FALSE(RunMarker::leave(layout).value().found_dead());
}

TEST_F(RunMarkerTest, ItIsToldWhetherTheMachineWentWithTheProcess) {
  EXPECT_FALSE(RunMarker::tells_of_power_cut(layout));
  die_with_a_marker();
  EXPECT_FALSE(RunMarker::tells_of_power_cut(layout));
  die_with_a_marker("1b3c6d4e-0000-4000-8000-000000000000");
  EXPECT_TRUE(RunMarker::tells_of_power_cut(layout));
  auto marker = RunMarker::leave(layout).value();
  EXPECT_TRUE(RunMarker::tells_of_power_cut(layout));
  marker.forget_the_dead();
  EXPECT_FALSE(RunMarker::tells_of_power_cut(layout));
}

TEST_F(RunMarkerTest, ABootHasAnIdThatIsAName) {
  EXPECT_THAT(RunMarker::current_boot(), testing::MatchesRegex("[0-9a-f-]{36}|unknown"));
  EXPECT_EQ(RunMarker::current_boot(), RunMarker::current_boot());
}

TEST_F(RunMarkerTest, OneThatLivesIsNotDead) {
  {
    const auto first = RunMarker::leave(layout);
  }
  const auto living = RunMarker::leave(layout).value();
  auto other = RunMarker::leave(layout).value();
  EXPECT_FALSE(other.found_dead());
  other.forget_the_dead();
  EXPECT_TRUE(living.is_current());
}

TEST_F(RunMarkerTest, AReplacedStoreHasLostIt) {
  const auto marker = RunMarker::leave(layout).value();
  ASSERT_TRUE(util::remove_tree(layout.store()));
  EXPECT_FALSE(marker.is_current());
}

}  // namespace
}  // namespace gitsync::tree
