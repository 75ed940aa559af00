// SPDX-License-Identifier: Apache-2.0
#include "git/pack_index_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "git/pack_index.h"
#include "repository_fixture.h"

namespace gitsync::git {
namespace {

class PackIndexWriterAndGit : public testing::Test, public RepositoryFixture {
 protected:
  std::string path() const { return dir / "x.idx"; }

  void write(const std::vector<IndexedObject>& objects) {
    const util::Fd fd(::open(path().c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    ASSERT_TRUE(write_pack_index(
        fd.get(), path(), static_cast<std::uint32_t>(objects.size()),
        [&](std::uint32_t i) { return objects[i]; }, ObjectId{{0xab}}));
  }
  // What git reads in it: "<offset> <id> (<crc>)", a line each.
  std::string shown_by_git() { return sh("git show-index <x.idx"); }
};

TEST_F(PackIndexWriterAndGit, AgreeOnOffsetsBeyond4GiB) {
  const std::vector<IndexedObject> objects{
      {.id = {{0x00, 1}}, .crc = 0x12345678, .offset = 12},
      {.id = {{0x00, 2}}, .crc = 1, .offset = 0x7fffffff},
      {.id = {{0x30}}, .crc = 0xffffffff, .offset = 0x80000000},
      {.id = {{0x30, 1}}, .crc = 3, .offset = 0x123456789a},
      {.id = {{0xff}}, .crc = 4, .offset = 0xffffffff},
      {.id = {{0xff, 0xff}}, .crc = 5, .offset = std::uint64_t{1} << 40},
  };
  write(objects);
  const auto zeros = [](std::size_t n) { return std::string(n, '0'); };
  EXPECT_EQ(shown_by_git(), "12 0001" + zeros(36) + " (12345678)\n" +              //
                                "2147483647 0002" + zeros(36) + " (00000001)\n" +  //
                                "2147483648 30" + zeros(38) + " (ffffffff)\n" + "78187493530 3001" +
                                zeros(36) + " (00000003)\n" + "4294967295 ff" + zeros(38) +
                                " (00000004)\n" + "1099511627776 ffff" + zeros(36) +
                                " (00000005)\n");
  auto index = PackIndex::open(util::Fd(::open(path().c_str(), O_RDONLY | O_CLOEXEC)), path());
  ASSERT_TRUE(index) << index.error().message;
  EXPECT_EQ(index->pack_checksum(), (ObjectId{{0xab}}));
  for (const auto& object : objects) {
    const auto offset = index->find(object.id);
    ASSERT_TRUE(offset);
    EXPECT_EQ(*offset, object.offset);
  }
}

TEST_F(PackIndexWriterAndGit, AgreeOnNoObjects) {
  write({});
  EXPECT_EQ(shown_by_git(), "");
}

// More than one buffer of each table.
TEST_F(PackIndexWriterAndGit, AgreeOnManyObjects) {
  std::vector<IndexedObject> objects;
  std::string expected;
  for (std::uint32_t i = 0; i < 30000; ++i) {
    IndexedObject object{.crc = i, .offset = (std::uint64_t{i} << 20) + 7};
    object.id.bytes[0] = static_cast<std::uint8_t>(i >> 8);
    object.id.bytes[1] = static_cast<std::uint8_t>(i);
    expected += std::to_string(object.offset) + " " + object.id.hex() + "\n";
    objects.push_back(object);
  }
  write(objects);
  EXPECT_EQ(sh("git show-index <x.idx | cut -d' ' -f1,2"), expected);
}

TEST(PackIndexWriter, SaysThatTheDiskIsFull) {
  const util::Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  const auto result = write_pack_index(full.get(), "the index", 0,
                                       [](std::uint32_t) { return IndexedObject{}; }, {});
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("the index"), std::string::npos);
}

}  // namespace
}  // namespace gitsync::git
