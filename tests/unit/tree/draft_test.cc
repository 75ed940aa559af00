// SPDX-License-Identifier: Apache-2.0
#include "tree/draft.h"

#include <gtest/gtest.h>

#include "support/captured_log.h"
#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

class DraftTest : public testing::Test {
 protected:
  DraftTest() { EXPECT_TRUE(util::make_directories(path + "/below")); }
  Draft draft(Origin origin) {
    return {layout, revision, origin, util::Limit{.stop = &stop}, log.logger()};
  }

  test::TempDir dir;
  test::CapturedLog log;
  util::Event stop;
  const Layout layout{dir / "root"};
  const Revision revision{std::string(40, 'a')};
  const std::string path = layout.tree(revision);
};

TEST_F(DraftTest, GoesWhenItIsGivenUp) {
  {
    const auto given_up = draft(Origin::kBuilt);
  }
  EXPECT_FALSE(util::exists(path));
}

TEST_F(DraftTest, StaysWhenItIsKeptWasFoundOrMovedAway) {
  {
    draft(Origin::kBuilt).keep();
  }
  {
    const auto found = draft(Origin::kFound);
  }
  EXPECT_TRUE(util::exists(path));
  {
    auto first = draft(Origin::kBuilt);
    auto second = std::move(first);
    second.keep();
  }
  EXPECT_TRUE(util::exists(path));
}

TEST_F(DraftTest, StaysWhenThereIsNoTimeToRemoveIt) {
  stop.set();
  {
    const auto interrupted = draft(Origin::kBuilt);
  }
  EXPECT_TRUE(util::exists(path));
}

}  // namespace
}  // namespace gitsync::tree
