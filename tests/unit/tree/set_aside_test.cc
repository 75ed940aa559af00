// SPDX-License-Identifier: Apache-2.0
#include "tree/set_aside.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

TEST(SetAside, ReadersKeepTheTreeWithoutAGap) {
  test::GitFixture fixture;
  const Layout layout{fixture.dir / "root"};
  const auto revision = Revision::parse(std::string(40, 'b')).value();
  ASSERT_TRUE(util::make_directories(layout.tree(revision)));
  ASSERT_TRUE(util::write_file(layout.tree(revision) + "/file", "content"));
  const std::string link = layout.root + "/link";
  Publisher publisher(layout, link, fixture.logger());
  ASSERT_TRUE(publisher.flip(layout.tree(revision)));

  std::atomic<bool> done = false;
  std::atomic<int> misses = 0;
  std::atomic<int> reads = 0;
  std::thread reader([&] {
    while (!done) {
      const auto content = util::read_file(link + "/file");
      if (!content || *content != "content") ++misses;
      ++reads;
    }
  });
  while (reads < 10) std::this_thread::yield();
  const auto result = set_aside(layout, revision, publisher);
  const int seen = reads;
  while (reads < seen + 10) std::this_thread::yield();
  done = true;
  reader.join();

  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(misses, 0);
  const auto now = publisher.current().value().value();
  EXPECT_EQ(now.revision, revision);
  EXPECT_NE(now.tree, layout.tree(revision));
  // Its old place may now be cleared for the new tree.
  ASSERT_TRUE(util::remove_tree(layout.tree(revision)));
  EXPECT_EQ(util::read_file(link + "/file").value(), "content");
}

TEST(SetAside, AfterARunThatWasKilledInItThePublishedTreeStaysReadable) {
  test::GitFixture fixture;
  const Layout layout{fixture.dir / "root"};
  const auto revision = Revision::parse(std::string(40, 'b')).value();
  const std::string bridge = ".suspect.x/" + revision.id;
  const std::string aside = layout.trees() + "/" + bridge;
  ASSERT_TRUE(util::make_directories(aside));
  ASSERT_TRUE(util::write_file(aside + "/file", "content"));
  ASSERT_EQ(::symlink(bridge.c_str(), layout.tree(revision).c_str()), 0);
  const std::string link = layout.root + "/link";
  Publisher publisher(layout, link, fixture.logger());
  ASSERT_TRUE(publisher.flip(layout.tree(revision)));

  ASSERT_TRUE(set_aside(layout, revision, publisher));
  ASSERT_TRUE(util::remove_tree(layout.tree(revision)));
  EXPECT_EQ(util::read_file(link + "/file").value(), "content");
}

}  // namespace
}  // namespace gitsync::tree
