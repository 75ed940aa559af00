// SPDX-License-Identifier: Apache-2.0
#include "tree/turn.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

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

TEST(Turns, ALockOfAnotherUserIsNamedAsSuch) {
  if (::geteuid() != 0) GTEST_SKIP() << "becomes another user";
  test::TempDir dir;
  test::CapturedLog log;
  const Layout layout{dir / "root"};
  ASSERT_TRUE(util::make_directories(layout.root));
  ASSERT_TRUE(util::write_file(layout.lock_file(), "", 0644));
  ASSERT_EQ(::chmod(dir.path().c_str(), 0755), 0);
  ASSERT_EQ(::seteuid(65533), 0);
  const auto refused = Turns(layout, log.logger()).take({});
  ASSERT_EQ(::seteuid(0), 0);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().hint.find("belongs to uid 0"), std::string::npos);
  EXPECT_NE(refused.error().hint.find("--group-write"), std::string::npos);
}

}  // namespace
}  // namespace gitsync::tree
