// SPDX-License-Identifier: Apache-2.0
#include "source/pack_list.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::source {
namespace {

class PackListTest : public testing::Test {
 protected:
  PackListTest() { EXPECT_TRUE(util::make_directories(packs)); }
  void write(const std::string& name, const std::string& content, time_t modified = 1000) const {
    const std::string path = packs + "/" + name;
    ASSERT_TRUE(util::write_file(path, content));
    const timespec times[2]{{modified, 0}, {modified, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  }
  PackList read() const { return PackList::read(util::Folder::open(dir.path()).value()).value(); }

  test::TempDir dir;
  const std::string packs = dir / ".git/objects/pack";
};

TEST_F(PackListTest, IsTheSameAfterTextAndBack) {
  write("pack-1.pack", "abc");
  write("pack-1.idx", "d");
  write("tmp_pack_x", "not counted");
  EXPECT_EQ(PackList::parse(read().text()), read());
  EXPECT_NE(read(), PackList{});
  EXPECT_EQ(PackList::parse("no list\nat all"), PackList{});
}

TEST_F(PackListTest, NewAndMissingPacksAreNoContradiction) {
  write("pack-1.pack", "abc");
  const auto before = read();
  write("pack-2.pack", "abc");
  ASSERT_TRUE(util::remove_tree(packs + "/pack-1.pack"));
  EXPECT_FALSE(read().contradicts(before));
  EXPECT_NE(read(), before);
}

TEST_F(PackListTest, ASizeOrATimeThatChangedIs) {
  write("pack-1.pack", "abc");
  const auto before = read();
  write("pack-1.pack", "ab");
  EXPECT_TRUE(read().contradicts(before));
  write("pack-1.pack", "abd", 1001);
  EXPECT_TRUE(read().contradicts(before));
  write("pack-1.pack", "abc");
  EXPECT_FALSE(read().contradicts(before));
}

}  // namespace
}  // namespace gitsync::source
