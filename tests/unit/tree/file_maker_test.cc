// SPDX-License-Identifier: Apache-2.0
// Sources that announce a size and do not keep it.
#include "tree/file_maker.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <functional>

#include "support/temp_dir.h"
#include "util/fd.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

using testing::HasSubstr;
using util::Result;

// Of one file.
class Announcing final : public TreeContents {
 public:
  explicit Announcing(std::function<Result<void>(ContentSink&)> tell) : tell_(std::move(tell)) {}
  Result<void> for_each_change(const Revision* /*from*/,
                               const std::function<Result<void>(const Change&)>& /*visit*/,
                               const util::Limit& /*limit*/) override {
    return {};
  }
  Result<void> read(const FileEntry& /*entry*/, std::string_view /*path*/, ContentSink& sink,
                    const util::Limit& /*limit*/) override {
    return tell_(sink);
  }

 private:
  const std::function<Result<void>(ContentSink&)> tell_;
};

// Whether the file is written at once, or may wait for a WritePool.
class FileMakerTest : public testing::TestWithParam<bool> {
 protected:
  // The error, or nothing.
  std::string make(const std::function<Result<void>(ContentSink&)>& tell) {
    Announcing contents(tell);
    const FileMaker maker(Sharing::kNone, {}, {});
    const std::string name = "file" + std::to_string(++files_);
    const Spot spot{.folder = folder_.get(), .name = name, .path = name};
    if (GetParam()) {
      const auto made = maker.write(spot, {}, contents);
      return made ? "" : made.error().message;
    }
    std::string bytes;
    const auto made = maker.read(spot, {}, contents, bytes);
    return made ? "" : made.error().message;
  }
  // Bytes that the last file takes on the disk.
  std::int64_t used() const {
    struct stat info{};
    EXPECT_EQ(::lstat((dir_ / ("file" + std::to_string(files_))).c_str(), &info), 0);
    return std::int64_t{info.st_blocks} * 512;
  }

 private:
  const test::TempDir dir_;
  const util::Fd folder_{::open(dir_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  int files_ = 0;
};

// What the source has ready is linked, as far as it is what is wanted.
TEST(FileMakerReady, IsLinkedIfItHasTheKindAndTheSize) {
  const test::TempDir dir;
  const util::Fd folder(::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ASSERT_TRUE(util::write_file(dir / "plain", "text"));
  ASSERT_EQ(::chmod((dir / "plain").c_str(), 0644), 0);
  const auto inode_of = [&](const std::string& name) {
    const auto stat = stat_entry(folder.get(), name);
    return stat ? stat->inode : 0;
  };
  int made = 0;
  const auto link = [&](FileKind kind, TreeContents::Ready ready) {
    const std::string name = "linked" + std::to_string(++made);
    const Spot spot{.folder = folder.get(), .name = name, .path = name};
    const auto stat = FileMaker::link_ready(spot, {.kind = kind}, ready);
    EXPECT_EQ(stat.has_value(), inode_of(name) != 0) << "nothing is left of what is refused";
    return stat && stat->inode == inode_of("plain");
  };
  EXPECT_TRUE(link(FileKind::kRegular, {folder.get(), "plain", 4}));
  EXPECT_FALSE(link(FileKind::kRegular, {folder.get(), "plain", 5}));
  EXPECT_FALSE(link(FileKind::kExecutable, {folder.get(), "plain", 4}));
  EXPECT_FALSE(link(FileKind::kRegular, {folder.get(), "missing", 4}));
}

INSTANTIATE_TEST_SUITE_P(As, FileMakerTest, testing::Bool(),
                         [](const auto& one) { return one.param ? "Written" : "Read"; });

TEST_P(FileMakerTest, AnAnnouncementTakesLittleOfTheDiskBeforeItIsKept) {
  std::int64_t taken = 0;
  const auto error = make([&](ContentSink& sink) -> Result<void> {
    GS_TRY_VOID(sink.expect(std::uint64_t{5} << 30));
    const std::string piece(1 << 20, 'x');
    for (int i = 0; i < 70; ++i) GS_TRY_VOID(sink.write(piece));
    taken = used();
    return {};
  });
  EXPECT_THAT(error, HasSubstr("its size is not what was announced"));
  EXPECT_GE(taken, 70 << 20);
  EXPECT_LE(taken, 200 << 20);
}

TEST_P(FileMakerTest, WhatIsNoSizeThatADiskCouldHaveIsRefusedLater) {
  const auto error = make([&](ContentSink& sink) -> Result<void> {
    GS_TRY_VOID(sink.expect(std::uint64_t{1} << 63));
    return sink.write("x");
  });
  EXPECT_THAT(error, HasSubstr("its size is not what was announced"));
}

TEST_P(FileMakerTest, MoreThanWasAnnouncedEndsAtOnce) {
  for (const std::uint64_t announced : {0U, 10U, 300'000U, 3'000'000U}) {
    std::uint64_t written = 0;
    const auto error = make([&](ContentSink& sink) -> Result<void> {
      GS_TRY_VOID(sink.expect(announced));
      const std::string piece(10'000, 'x');
      for (; written < 10'000'000; written += piece.size()) GS_TRY_VOID(sink.write(piece));
      return {};
    });
    EXPECT_THAT(error, HasSubstr("its size is not what was announced")) << announced;
    EXPECT_LE(written, announced) << announced;
  }
}

TEST_P(FileMakerTest, WhatIsKeptIsTaken) {
  for (const std::size_t size : {0U, 10U, 300'000U, 3'000'000U, 70'000'000U}) {
    EXPECT_EQ(make([&](ContentSink& sink) -> Result<void> {
                GS_TRY_VOID(sink.expect(size));
                const std::string content(size, 'x');
                GS_TRY_VOID(sink.write(std::string_view(content).substr(0, size / 3)));
                return sink.write(std::string_view(content).substr(size / 3));
              }),
              "");
  }
}

}  // namespace
}  // namespace gitsync::tree
