// SPDX-License-Identifier: Apache-2.0
#include "tree/draft.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/captured_log.h"
#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

class DraftTest : public testing::Test {
 protected:
  DraftTest() { EXPECT_TRUE(util::make_directories(path + "/below")); }
  Draft built() {
    return Draft::built(layout, revision, turn, util::Limit{.stop = &stop}, log.logger());
  }

  test::TempDir dir;
  test::CapturedLog log;
  util::Event stop;
  const Layout layout{dir / "root"};
  const Revision revision{std::string(40, 'a')};
  const std::string path = layout.tree(revision);
  Turns turns{layout, log.logger()};
  const Turn turn = turns.take({}).value();
};

TEST_F(DraftTest, GoesWhenItIsGivenUp) {
  {
    const auto given_up = built();
  }
  EXPECT_FALSE(util::exists(path));
}

TEST_F(DraftTest, StaysWhenItIsKeptWasFoundOrMovedAway) {
  {
    built().keep();
  }
  {
    const auto found = Draft::found(layout, revision, log.logger());
  }
  EXPECT_TRUE(util::exists(path));
  {
    auto first = built();
    auto second = std::move(first);
    second.keep();
  }
  EXPECT_TRUE(util::exists(path));
}

TEST_F(DraftTest, StaysWhenTheTurnWasLost) {
  {
    const auto given_up = built();
    ASSERT_EQ(::unlink(layout.lock_file().c_str()), 0);
  }
  EXPECT_TRUE(util::exists(path));
}

TEST_F(DraftTest, StaysWhenThereIsNoTimeToRemoveIt) {
  stop.set();
  {
    const auto interrupted = built();
  }
  EXPECT_TRUE(util::exists(path));
}

}  // namespace
}  // namespace gitsync::tree
