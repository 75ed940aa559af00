// SPDX-License-Identifier: Apache-2.0
// Worktrees made by git whose files then change behind its back.
#include "source/lost_content.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "source/worktree_pointers.h"
#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::source {
namespace {

class LostContentTest : public testing::Test {
 protected:
  LostContentTest() {
    EXPECT_TRUE(util::make_directories(layout.root));
    const std::string repo = fixture.make_repo("repo");
    fixture.commit(repo, "a", "first\n");
    EXPECT_TRUE(util::make_directories(repo + "/folder"));
    fixture.commit(repo, "folder/b", "second\n");
    fixture.commit(repo, "c", "third\n");
    fixture.git(fixture.dir.path(), {"clone", "-q", "--no-checkout", repo, layout.root});
    id = fixture.git(layout.root, {"rev-parse", "HEAD"});
    tree = layout.tree({id});
    fixture.git(layout.root, {"worktree", "add", "-q", "--detach", tree, id});
    shown = {.tree = tree, .revision = tree::Revision{id}};
  }
  // Other bytes under the same size, times and inode. The ctime tells: git must not look at it,
  // as it does not in roots of ours.
  void rot(const std::string& name, const std::string& content) const {
    const std::string path = tree + "/" + name;
    struct stat before{};
    ASSERT_EQ(::stat(path.c_str(), &before), 0);
    ASSERT_EQ(before.st_size, static_cast<off_t>(content.size()));
    const util::Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    ASSERT_EQ(::write(file.get(), content.data(), content.size()), before.st_size);
    const std::array<timespec, 2> times{before.st_atim, before.st_mtim};
    ASSERT_EQ(::futimens(file.get(), times.data()), 0);
  }
  std::string status() const {
    return fixture.git(tree, {"-c", "core.trustctime=false", "status", "--porcelain"});
  }
  // A file that is as old as its index is read by git whatever its stat data say.
  void age() const {
    for (const std::string name : {"a", "folder/b", "c"}) {
      const std::string path = tree + "/" + name;
      const std::array<timespec, 2> times{timespec{1000, 0}, timespec{1000, 0}};
      ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times.data(), 0), 0);
    }
    fixture.git(tree, {"update-index", "-q", "--refresh"});
  }
  util::Result<std::size_t> expose() const {
    return expose_lost_content(layout, shown, fixture.limit());
  }

  test::GitFixture fixture;
  const tree::Layout layout{fixture.dir / "root"};
  std::string id;
  std::string tree;
  tree::Published shown;
};

TEST_F(LostContentTest, AWholeTreeStaysUntouched) {
  age();
  EXPECT_EQ(expose().value(), 0U);
  struct stat info{};
  ASSERT_EQ(::stat((tree + "/a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mtim.tv_sec, 1000);
}

TEST_F(LostContentTest, WhatOnlyTheHashTellsIsShownToGit) {
  age();
  rot("folder/b", std::string(7, '\0'));
  ASSERT_EQ(status(), "") << "git saw it anyway: this proves nothing";
  EXPECT_EQ(expose().value(), 1U);
  EXPECT_EQ(status(), "M folder/b");
}

TEST_F(LostContentTest, WhatIsMissingOrShorterIsCounted) {
  ASSERT_EQ(::unlink((tree + "/a").c_str()), 0);
  ASSERT_EQ(::truncate((tree + "/c").c_str(), 0), 0);
  EXPECT_EQ(expose().value(), 2U);
}

TEST_F(LostContentTest, AnIndexThatWentIsAnError) {
  ASSERT_EQ(::truncate((layout.store() + "/worktrees/" + id + "/index").c_str(), 0), 0);
  EXPECT_FALSE(expose());
}

// What PowerCut does before anybody looks at the repository.
TEST_F(LostContentTest, PointersAndIndexThatWentAreMended) {
  const std::string metadata = layout.store() + "/worktrees/" + id;
  for (const std::string name : {"commondir", "gitdir", "HEAD", "index"}) {
    ASSERT_EQ(::truncate((metadata + "/" + name).c_str(), 0), 0);
  }
  ASSERT_EQ(::truncate((tree + "/.git").c_str(), 0), 0);
  ASSERT_EQ(::truncate((tree + "/a").c_str(), 0), 0);
  ASSERT_TRUE(mend_worktree_pointers(layout, {id}));
  EXPECT_EQ(fixture.git(tree, {"rev-parse", "HEAD"}), id);
  fixture.git(tree, {"reset", "-q", "--hard"});
  EXPECT_EQ(status(), "");
  EXPECT_EQ(util::read_file(tree + "/a").value(), "first\n");
  EXPECT_EQ(expose().value(), 0U);
}

TEST_F(LostContentTest, WhatIsWholeIsNotWrittenAgain) {
  ASSERT_TRUE(mend_worktree_pointers(layout, {id}));
  const std::string head = layout.store() + "/worktrees/" + id + "/HEAD";
  struct stat before{};
  struct stat after{};
  ASSERT_EQ(::stat(head.c_str(), &before), 0);
  ASSERT_TRUE(mend_worktree_pointers(layout, {id}));
  ASSERT_EQ(::stat(head.c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_TRUE(util::exists(layout.store() + "/worktrees/" + id + "/index"));
}

}  // namespace
}  // namespace gitsync::source
