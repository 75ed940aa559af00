// SPDX-License-Identifier: Apache-2.0
// Packs of more than 4 GiB: sparse files, in which hardly anything is written.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "git/arrived_reader.h"
#include "git/crc32.h"
#include "git/delta_resolver.h"
#include "git/object_store.h"
#include "git/pack_index.h"
#include "git/pack_index_writer.h"
#include "pack_builder.h"
#include "repository_fixture.h"
#include "util/files.h"

namespace gitsync::git {
namespace {

constexpr std::size_t kLimit = std::size_t{64} << 20;
constexpr std::uint64_t kHalf = std::uint64_t{1} << 31;  // the first offset of 8 bytes in an index
constexpr std::uint64_t kFull = std::uint64_t{1} << 32;
constexpr ObjectId kChecksum{{0xab, 1, 2}};

// Some thousand lines, which hardly differ from one number to the next.
std::string text_of(int number) {
  std::string text;
  for (int line = 0; line < 3000; ++line) text += std::to_string(line * 7919 % 10007) + "\n";
  return text + "number " + std::to_string(number) + "\n";
}

class LargePackAndGit : public testing::Test, public RepositoryFixture {
 protected:
  struct Entry {
    IndexedObject indexed;
    std::string content;
    std::uint64_t end = 0;
  };

  LargePackAndGit() {
    sh("mkdir -p repo/.git/objects/pack");
    pack_ = util::Fd(::open(path("pack").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    EXPECT_TRUE(pack_);
  }

  std::string path(const std::string& kind) const { return objects() + "/pack/pack-large." + kind; }

  // What stands at `offset` and is, in the end, `content`.
  const Entry& put(std::uint64_t offset, const std::string& head, const std::string& inflated,
                   const std::string& content) {
    const std::string bytes = head + zlib_of(inflated);
    write_at(offset, bytes);
    entries_.push_back({.indexed = {.id = id_of(ObjectType::kBlob, content),
                                    .crc = crc32(0, bytes),
                                    .offset = offset},
                        .content = content,
                        .end = offset + bytes.size()});
    return entries_.back();
  }
  void put_whole(std::uint64_t offset, const std::string& content) {
    put(offset, PackBuilder::head(static_cast<unsigned>(ObjectType::kBlob), content.size()),
        content, content);
  }
  std::string delta(std::uint64_t base, const std::string& content) const {
    return delta_of(
        std::ranges::find(entries_, base, [](const Entry& entry) { return entry.indexed.offset; })
            ->content,
        content);
  }
  void put_delta(std::uint64_t offset, std::uint64_t base, const std::string& content) {
    const auto text = delta(base, content);
    put(offset,
        PackBuilder::head(PackBuilder::kOffsetDelta, text.size()) +
            PackBuilder::distance(offset - base),
        text, content);
  }
  // Bases are up to 8 GiB before their deltas; some entries are larger than a block, and one
  // stretches over the border of 4 GiB.
  void put_all() {
    put_whole(12, text_of(1));
    put_whole(kHalf - 1, "at the last offset of 31 bits");
    put_whole(kHalf + 1000, text_of(2));
    put_whole(kFull - 3, text_of(3));
    put_delta(kFull + 100000, 12, text_of(4));
    put_delta(2 * kFull + 5, kFull - 3, text_of(5));
    put_delta(2 * kFull + 100000, 12, text_of(6));
    put_delta(2 * kFull + 200000, 2 * kFull + 100000, text_of(7));
    put_whole(2 * kFull + 300000, "the last one");
  }

  void finish() {
    write_at(0, "PACK" + big_endian(2) + big_endian(static_cast<std::uint32_t>(entries_.size())));
    write_at(entries_.back().end, std::string(kChecksum.view()));
    struct stat info{};
    ASSERT_EQ(::fstat(pack_.get(), &info), 0);
    ASSERT_GT(info.st_size, static_cast<off_t>(2 * kFull));
    EXPECT_LT(info.st_blocks * 512, 8 << 20) << "the volume has no sparse files";
  }
  std::vector<IndexedObject> meant() const {
    std::vector<IndexedObject> objects;
    for (const auto& entry : entries_) objects.push_back(entry.indexed);
    return objects;
  }
  void write_index(std::vector<IndexedObject> objects) {
    std::ranges::sort(objects, {}, &IndexedObject::id);
    const util::Fd index(::open(path("idx").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    const auto written = write_pack_index(
        index.get(), path("idx"), static_cast<std::uint32_t>(objects.size()),
        [&](std::uint32_t i) { return objects[i]; }, kChecksum);
    ASSERT_TRUE(written) << written.error().message;
  }

  // git reads in the pair of files what was meant to be there.
  void expect_git_to_read_it() {
    const auto all = all_objects();
    ASSERT_EQ(all.size(), entries_.size());
    const std::string shown = sh("git show-index <" + path("idx"));
    for (const auto& entry : entries_) {
      ASSERT_TRUE(all.contains(entry.indexed.id)) << entry.indexed.offset;
      EXPECT_EQ(all.at(entry.indexed.id).bytes, entry.content) << entry.indexed.offset;
      EXPECT_NE(shown.find(std::to_string(entry.indexed.offset) + " " + entry.indexed.id.hex()),
                std::string::npos);
    }
  }

  util::Fd pack_;
  std::vector<Entry> entries_;

 private:
  void write_at(std::uint64_t offset, const std::string& bytes) const {
    ASSERT_EQ(::pwrite(pack_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset)),
              static_cast<ssize_t>(bytes.size()));
  }
};

TEST_F(LargePackAndGit, ReadTheSame) {
  put_all();
  finish();
  write_index(meant());
  expect_git_to_read_it();
  // Without a cache every chain is followed to its end.
  for (const PackBudgets budgets : {PackBudgets{}, PackBudgets{.base_cache = 0}}) {
    auto store = ObjectStore::open(objects(), budgets);
    ASSERT_TRUE(store) << store.error().message;
    for (const auto& entry : entries_) {
      SCOPED_TRACE(entry.indexed.offset);
      const auto object = store->read(entry.indexed.id, kLimit);
      ASSERT_TRUE(object) << object.error().message;
      EXPECT_EQ(object->bytes, entry.content);
      EXPECT_EQ(store->info(entry.indexed.id).value().size, entry.content.size());
      std::string streamed;
      ASSERT_TRUE(store->stream(entry.indexed.id,
                                {.write = [&](std::string_view piece) -> util::Result<void> {
                                  streamed += piece;
                                  return {};
                                }}));
      EXPECT_EQ(streamed, entry.content);
    }
  }
}

TEST_F(LargePackAndGit, ListTheSameOffsets) {
  put_all();
  finish();
  write_index(meant());
  auto index = PackIndex::open(util::Fd(::open(path("idx").c_str(), O_RDONLY | O_CLOEXEC)), "idx");
  ASSERT_TRUE(index) << index.error().message;
  std::string listed;
  ASSERT_TRUE(index->for_each([&](const PackIndexEntry& entry) -> util::Result<void> {
    listed += std::to_string(entry.offset) + " " + entry.id.hex() + "\n";
    return {};
  }));
  EXPECT_EQ(listed, sh("git show-index <" + path("idx") + " | cut -d' ' -f1,2"));
}

// What a receiver has of a pack of which so much has arrived.
TEST_F(LargePackAndGit, ReadWhatWasReceived) {
  put_all();
  finish();
  const auto received = std::make_shared<ReceivedObjects>(std::move(pack_), path("pack"));
  PackWork work;
  auto hasher = ObjectHasher::create().value();
  auto reader = ArrivedReader::create(received, {.base_cache = 0}, work, nullptr).value();
  DeltaResolver resolver(*received, reader, work, hasher, nullptr);
  PackTable& table = received->table;
  for (const auto& [place, content, end] : entries_) {
    SCOPED_TRACE(place.offset);
    std::string head(kMaxPackEntry, '\0');
    ASSERT_GT(
        ::pread(received->fd.get(), head.data(), head.size(), static_cast<off_t>(place.offset)), 0);
    const auto entry = parse_pack_entry(head).value();
    PackedObject object{.offset = place.offset, .crc = place.crc};
    if (entry.type) {
      object.id = place.id;
      object.type = *entry.type;
      const auto position = table.add(object, end);
      ASSERT_TRUE(resolver.add_whole(position, content.size(), nullptr));
    } else {
      object.state = PackedState::kWaitsForId;
      const auto position = table.add(object, end);
      const auto added =
          resolver.add_delta(position, entry, delta(place.offset - entry.base_distance, content));
      ASSERT_TRUE(added) << added.error().message;
    }
  }
  ASSERT_TRUE(resolver.finish());
  std::vector<IndexedObject> indexed;
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    const auto object = table.at(i);
    indexed.push_back({.id = object.id, .crc = object.crc, .offset = object.offset});
    EXPECT_EQ(object.id, entries_[i].indexed.id) << object.offset;
    const auto content = reader.read(i);
    ASSERT_TRUE(content) << content.error().message;
    EXPECT_EQ((*content)->bytes, entries_[i].content) << object.offset;
  }
  write_index(indexed);
  expect_git_to_read_it();
}

TEST_F(LargePackAndGit, RefuseABaseThatIsNowhere) {
  put_whole(12, text_of(1));
  put_delta(kFull + 20, 12, text_of(2));
  // 4 GiB further down than it is: of 32 bits the distance would be right.
  const auto text = delta(12, text_of(3));
  const std::uint64_t offset = 2 * kFull + 100000;
  put(offset,
      PackBuilder::head(PackBuilder::kOffsetDelta, text.size()) +
          PackBuilder::distance(offset - 12 - kFull),
      text, text_of(3));
  finish();
  write_index(meant());
  auto store = ObjectStore::open(objects()).value();
  EXPECT_TRUE(store.read(entries_[1].indexed.id, kLimit));
  const auto object = store.read(entries_[2].indexed.id, kLimit);
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().kind, util::ErrorKind::kCorrupt);
  EXPECT_FALSE(try_sh("git -C repo cat-file blob " + entries_[2].indexed.id.hex()).ok());
}

}  // namespace
}  // namespace gitsync::git
