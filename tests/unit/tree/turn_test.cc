// SPDX-License-Identifier: Apache-2.0
#include "tree/turn.h"

#include <gtest/gtest.h>

#include <optional>

#include "support/captured_log.h"
#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

using namespace std::chrono_literals;

TEST(Turns, OneAtATimeAndTheRootIsMade) {
  test::TempDir dir;
  test::CapturedLog log;
  const Layout layout{dir / "deep/root"};
  Turns ours(layout, log.logger());
  Turns theirs(layout, log.logger());
  auto turn = std::optional(ours.take(util::Limit{}.within(1s)).value());
  EXPECT_TRUE(util::is_real_directory(layout.root));
  const auto refused = theirs.take(util::Limit{}.within(50ms));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, util::ErrorKind::kTimeout);
  EXPECT_NE(log.text().find("waiting for its pass"), std::string::npos);
  turn.reset();
  EXPECT_TRUE(theirs.take(util::Limit{}.within(1s)));
}

TEST(Turns, StopEndsTheWait) {
  test::TempDir dir;
  test::CapturedLog log;
  const Layout layout{dir / "root"};
  Turns turns(layout, log.logger());
  const auto held = turns.take({}).value();
  const util::Event stop;
  stop.set();
  const auto stopped = turns.take({.stop = &stop});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, util::ErrorKind::kStopped);
}

}  // namespace
}  // namespace gitsync::tree
