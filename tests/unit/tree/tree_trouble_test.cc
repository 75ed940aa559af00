// SPDX-License-Identifier: Apache-2.0
// Trees under trouble: killed at any moment, a full disk, links that cannot be made, other users.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "support/child.h"
#include "support/written_trees.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

namespace fs = std::filesystem;
using test::lstat_of;
using test::MemoryTree;
using test::read_tree;
using test::revision_of;
using testing::HasSubstr;

// Something mounted for the length of a test. Asked for by root alone, where it may.
class Mounted {
 public:
  Mounted(const std::string& from, std::string place, const char* type, unsigned long flags,
          const char* data)
      : place_(std::move(place)),
        mounted_(::mount(from.c_str(), place_.c_str(), type, flags, data) == 0) {}
  ~Mounted() {
    if (mounted_) ::umount2(place_.c_str(), MNT_DETACH);
  }
  Mounted(const Mounted&) = delete;
  Mounted& operator=(const Mounted&) = delete;
  explicit operator bool() const { return mounted_; }

 private:
  const std::string place_;
  const bool mounted_;
};

MemoryTree history_of(std::size_t number) {
  MemoryTree files;
  for (int i = 0; i < 200; ++i) {
    files["f" + std::to_string(i % 20) + "/g" + std::to_string(i % 3) + "/" + std::to_string(i)] = {
        .content = std::to_string(i)};
  }
  files["f" + std::to_string(number % 20) + "/g1/new"] = {.content = std::to_string(number)};
  files["f3/g0/3"].content = std::to_string(number);
  return files;
}

// Publishes one revision after the other, until it is killed.
int publish_for_ever(const TreeWriter& writer, const Layout& layout, const std::string& link,
                     const test::MemoryContents::History& history, const log::Logger& log) {
  Publisher publisher(layout, link, log);
  const Turn turn{std::nullopt};
  for (std::size_t number = 1;; number = number % 30 + 1) {
    const auto old = publisher.current();
    if (!old) return 1;
    const Published* base = *old ? &**old : nullptr;
    if (base != nullptr && base->revision == revision_of(number)) continue;
    test::MemoryContents contents(history, revision_of(number));
    auto built = writer.build(revision_of(number), base, contents, {});
    if (!built) return 2;
    auto draft = std::move(*built).finish(turn, {});
    if (!draft || !publisher.flip(draft->path())) return 3;
    draft->keep();
    const Published shown{.tree = draft->path(), .revision = draft->revision()};
    if (base != nullptr && !writer.offer_spare(*base, shown, {})) return 4;
    if (!writer.prepare_spare(shown, {}) || !writer.tidy({})) return 5;
  }
}

TEST(TreeTrouble, KilledAtAnyMomentWhatIsPublishedIsWholeAndTheNextBuildWorks) {
  test::WrittenTrees trees;
  for (std::size_t number = 1; number <= 31; ++number) trees.set(number, history_of(number));
  const Layout& layout = trees.options.layout;
  const std::string link = layout.root + "/link";
  int published = 0;
  for (int kill = 0; kill < 60; ++kill) {
    test::Child child([&] {
      // By CPU time, which a busy machine does not change. SIGPROF ends a process that does not
      // ask for it as SIGKILL does.
      const itimerval when{.it_interval = {},
                           .it_value = {.tv_sec = 0, .tv_usec = 997 * (kill + 1) % 60000 + 1}};
      ::setitimer(ITIMER_PROF, &when, nullptr);
      return publish_for_ever(trees.writer, layout, link, trees.history, trees.log.logger());
    });
    ASSERT_EQ(child.wait(), 128 + SIGPROF) << child.standard_error();
    Publisher publisher(layout, link, trees.log.logger());
    const auto shown = publisher.current();
    ASSERT_TRUE(shown);
    if (*shown) {
      ++published;
      ASSERT_EQ(read_tree((*shown)->tree), trees.history.at((*shown)->revision->id));
    }
    ASSERT_TRUE(trees.writer.recover({}));
    EXPECT_THAT(trees.trees(), testing::Not(HasSubstr(".new.")));
    const auto next = trees.build(31, *shown ? &**shown : nullptr);
    ASSERT_TRUE(next) << next.error().message;
    ASSERT_EQ(read_tree(next->tree), trees.history.at(revision_of(31).id));
    fs::remove_all(next->tree);
  }
  EXPECT_GT(published, 0);
}

TEST(TreeTrouble, AFullDiskLeavesTheBaseAndNoHiddenFolder) {
  test::TempDir dir;
  const std::string place = dir / "small";
  fs::create_directories(place);
  const Mounted disk("tmpfs", place, "tmpfs", 0, "size=3m");
  if (!disk) GTEST_SKIP() << "may not mount";
  test::WrittenTrees trees(Sharing::kHardLinks, place);
  MemoryTree files{{"small", {.content = std::string(100000, 's')}}, {"other", {}}};
  trees.set(1, files);
  const auto first = trees.build(1);
  ASSERT_TRUE(first);
  for (const std::size_t bytes : {std::size_t{4} << 20, std::size_t{900000}}) {
    auto more = files;
    for (int i = 0; i < 4; ++i)
      more["big" + std::to_string(i)] = {.content = std::string(bytes, 'b')};
    trees.set(2, more);
    const auto second = trees.build(2, &*first);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().sys_errno, ENOSPC) << second.error().message;
    EXPECT_THAT(second.error().message, HasSubstr("\"big"));
    EXPECT_EQ(trees.trees(), revision_of(1).id);
    EXPECT_EQ(trees.kept(), revision_of(1).id + " | ");
    EXPECT_EQ(read_tree(first->tree), files);
  }
}

TEST(TreeTrouble, AFullDiskWhileCopyingIsAnErrorToo) {
  test::TempDir dir;
  const std::string place = dir / "small";
  fs::create_directories(place);
  const Mounted disk("tmpfs", place, "tmpfs", 0, "size=3m");
  if (!disk) GTEST_SKIP() << "may not mount";
  test::WrittenTrees trees(Sharing::kNone, place);
  const MemoryTree files{{"large", {.content = std::string(2000000, 's')}}};
  trees.set(1, files);
  const auto first = trees.build(1);
  ASSERT_TRUE(first);
  trees.set(2, files);
  const auto second = trees.build(2, &*first);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().sys_errno, ENOSPC) << second.error().message;
  EXPECT_EQ(trees.trees(), revision_of(1).id);
}

TEST(TreeTrouble, AFileOnAnotherMountIsCopiedAndAFolderOnOneIsWrittenAnew) {
  test::WrittenTrees trees;
  const MemoryTree files{{"a/1", {.content = "1"}}, {"a/2", {.content = "2"}}, {"b/3", {}}};
  trees.set(1, files);
  const auto first = trees.build(1);
  ASSERT_TRUE(first);
  const std::string file = first->tree + "/a/1";
  const Mounted itself(file, file, nullptr, MS_BIND, nullptr);
  const Mounted other("tmpfs", first->tree + "/b", "tmpfs", 0, nullptr);
  if (!itself || !other) GTEST_SKIP() << "may not mount";
  trees.set(2, files);
  const auto second = trees.build(2, &*first);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(read_tree(second->tree), files);
  EXPECT_EQ(trees.counts.written, 1U);
  EXPECT_NE(lstat_of(file).st_ino, lstat_of(second->tree + "/a/1").st_ino);
  EXPECT_EQ(lstat_of(file).st_mtim.tv_nsec, lstat_of(second->tree + "/a/1").st_mtim.tv_nsec);
  EXPECT_EQ(lstat_of(first->tree + "/a/2").st_ino, lstat_of(second->tree + "/a/2").st_ino);
}

TEST(TreeTrouble, AFileWithTooManyLinksIsCopied) {
  test::TempDir dir;
  struct statfs info{};
  constexpr auto kExt4 = 0xef53;
  ASSERT_EQ(::statfs(dir.path().c_str(), &info), 0);
  if (info.f_type != kExt4) GTEST_SKIP() << "needs ext4, which has the fewest links";
  test::WrittenTrees trees(Sharing::kHardLinks, dir / "root");
  trees.set(1, {{"f", {.content = "x"}}});
  const auto first = trees.build(1);
  ASSERT_TRUE(first);
  fs::create_directories(dir / "links");
  const std::string file = first->tree + "/f";
  int links = 0;
  while (::link(file.c_str(), (dir / ("links/" + std::to_string(links))).c_str()) == 0) ++links;
  ASSERT_EQ(errno, EMLINK);
  trees.set(2, {{"f", {.content = "x"}}});
  const auto second = trees.build(2, &*first);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(trees.counts.taken, 1U);
  EXPECT_EQ(lstat_of(second->tree + "/f").st_nlink, 1U);
  EXPECT_EQ(lstat_of(second->tree + "/f").st_mtim.tv_nsec, lstat_of(file).st_mtim.tv_nsec);
}

// ramfs counts in steps of the kernel's tick, as most file systems of older kernels do.
TEST(TreeTrouble, AnEditRightAfterTheFlipShowsWhereTheClockIsCoarse) {
  test::TempDir dir;
  const std::string place = dir / "coarse";
  fs::create_directories(place);
  const Mounted disk("ramfs", place, "ramfs", 0, nullptr);
  if (!disk) GTEST_SKIP() << "may not mount";
  test::WrittenTrees trees(Sharing::kHardLinks, place);
  const MemoryTree files{{"f", {.content = "1"}}};
  trees.set(0, files);
  auto shown = trees.build(0);
  for (std::size_t number = 1; number < 50; ++number) {
    ASSERT_TRUE(shown) << shown.error().message;
    ASSERT_TRUE(util::write_file(shown->tree + "/f", "2"));
    trees.set(number, files);
    const Published old = *shown;
    shown = trees.build(number, &old);
    ASSERT_TRUE(shown);
    ASSERT_EQ(read_tree(shown->tree), files) << number;
  }
}

// After a change of runAsUser, or an init container as root: new files get the owner of now.
TEST(TreeTrouble, FilesOfAnotherOwnerAreCopiedAndTheSpareIsNotUsed) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  test::WrittenTrees trees;
  const MemoryTree files{{"a/1", {.content = "1"}}, {"a/l", {FileKind::kSymlink, "1"}}, {"2", {}}};
  trees.set(1, files);
  trees.set(2, files);
  const auto first = trees.build(1);
  ASSERT_TRUE(first);
  ASSERT_TRUE(trees.writer.prepare_spare(*first, {}));
  for (const char* place : {"", "/.worktrees", "/.git", "/.git/git-sync",
                            "/.git/git-sync/manifests", "/.git/git-sync/spare"}) {
    ASSERT_EQ(::chmod((trees.options.layout.root + place).c_str(), 0777), 0) << place;
  }
  ASSERT_EQ(::chmod(trees.dir.path().c_str(), 0755), 0);
  test::Child child([&] {
    if (::setgid(12345) != 0 || ::setuid(12345) != 0) return 1;
    const auto second = trees.build(2, &*first);
    return second && trees.counts.taken == 3 && trees.counts.moved_folders == 0 ? 0 : 2;
  });
  ASSERT_EQ(child.wait(), 0) << child.standard_error();
  const std::string second = trees.options.layout.tree(revision_of(2));
  EXPECT_EQ(read_tree(second), files);
  for (const char* path : {"/a/1", "/a/l", "/2"}) {
    EXPECT_EQ(lstat_of(second + path).st_uid, 12345U);
    EXPECT_EQ(lstat_of(second + path).st_mtim.tv_nsec,
              lstat_of(first->tree + path).st_mtim.tv_nsec);
  }
}

// Set once at the start, with --group-write.
TEST(TreeTrouble, FilesOfAnotherUmaskAreCopiedWithTheModeOfNow) {
  test::WrittenTrees trees;
  const MemoryTree files{{"a/1", {.content = "1"}}, {"x", {FileKind::kExecutable, ""}}};
  trees.set(1, files);
  const auto first = trees.build(1);
  ASSERT_TRUE(first);
  ASSERT_TRUE(trees.writer.prepare_spare(*first, {}));
  trees.set(2, files);
  ::umask(002);
  const auto second = trees.build(2, &*first);
  ::umask(022);
  ASSERT_TRUE(second);
  EXPECT_EQ(trees.counts.taken, 2U);
  EXPECT_EQ(lstat_of(second->tree + "/a/1").st_mode & 07777, 0664U);
  EXPECT_EQ(lstat_of(second->tree + "/x").st_mode & 07777, 0775U);
  EXPECT_EQ(lstat_of(second->tree + "/a").st_mode & 07777, 0775U);
  EXPECT_EQ(lstat_of(first->tree + "/a/1").st_mode & 07777, 0644U);
}

}  // namespace
}  // namespace gitsync::tree
