// SPDX-License-Identifier: Apache-2.0
#include "git/ref_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "git/packed_refs.h"
#include "repository_fixture.h"
#include "util/files.h"

namespace gitsync::git {
namespace {

class RefStoreAndGit : public testing::Test, public RepositoryFixture {
 protected:
  RefStoreAndGit() {
    git("commit -q --allow-empty -m one");
    git("commit -q --allow-empty -m two");
    one_ = id("main~1");
    two_ = id("main");
  }

  std::string git_dir() const { return repo() + "/.git"; }
  RefStore open() { return RefStore::open(git_dir()).value(); }
  util::Result<std::optional<ObjectId>> resolve(const std::string& name) {
    return open().resolve(name);
  }
  void put(const std::string& name, const std::string& content) {
    ASSERT_TRUE(util::write_file(git_dir() + "/" + name, content));
  }
  // As git resolves it; nothing if it does not.
  std::optional<ObjectId> git_resolves(const std::string& name) {
    const auto result = try_sh("git -C repo rev-parse -q --verify " + name);
    return result.ok() ? ObjectId::from_hex(util::trim(result.standard_output)) : std::nullopt;
  }

  ObjectId one_;
  ObjectId two_;
};

TEST_F(RefStoreAndGit, AgreeOnLooseAndPackedRefs) {
  git("branch a/b main~1");
  git("tag -a -m x tag");
  git("tag light main~1");
  for (int i = 0; i < 2; ++i) {
    for (const std::string name : {"HEAD", "refs/heads/main", "refs/heads/a/b", "refs/tags/tag",
                                   "refs/tags/light", "refs/heads/none", "refs/heads/a"}) {
      EXPECT_EQ(resolve(name).value(), git_resolves(name)) << name;
    }
    git("pack-refs --all --prune");
    git("update-ref refs/heads/newer main~1");
  }
  EXPECT_FALSE(util::exists(git_dir() + "/refs/heads/main")) << "they were packed";
  EXPECT_EQ(open().read("refs/tags/tag")->peeled, two_);
  EXPECT_EQ(open().read("refs/tags/light")->peeled, std::nullopt);
  // A loose ref hides the packed one.
  git("update-ref refs/heads/main main~1");
  EXPECT_EQ(resolve("refs/heads/main").value(), one_);
}

TEST_F(RefStoreAndGit, TellWhatASymbolicRefNames) {
  EXPECT_EQ(open().read("HEAD")->target, "refs/heads/main");
  git("checkout -q --detach");
  EXPECT_EQ(open().read("HEAD")->target, "");
  EXPECT_EQ(open().read("HEAD")->id, two_);
  git("symbolic-ref HEAD refs/heads/unborn");
  EXPECT_EQ(resolve("HEAD").value(), std::nullopt);
  EXPECT_TRUE(open().read("HEAD")->exists());
  EXPECT_FALSE(open().read("refs/heads/unborn")->exists());
}

TEST_F(RefStoreAndGit, FollowAsManySymbolicRefsAsGit) {
  put("refs/heads/s0", one_.hex() + "\n");
  for (int i = 1; i < 8; ++i) {
    const std::string name = "refs/heads/s" + std::to_string(i);
    put(name, "ref: refs/heads/s" + std::to_string(i - 1) + "\n");
    const auto ours = resolve(name);
    if (git_resolves(name)) {
      EXPECT_EQ(ours.value(), one_) << i;
    } else {
      EXPECT_EQ(ours.error().cause, util::Cause::kNotUnderstood) << i;
    }
  }
  put("refs/heads/circle", "ref: refs/heads/circle\n");
  EXPECT_FALSE(resolve("refs/heads/circle"));
}

TEST_F(RefStoreAndGit, ReadTheHeadOfAWorktreeAndTheBranchesOfItsRepository) {
  git("worktree add -q --detach ../tree main~1");
  const auto store = RefStore::open(git_dir() + "/worktrees/tree");
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(store->resolve("HEAD").value(), one_);
  EXPECT_EQ(store->resolve("refs/heads/main").value(), two_);
  git("-C ../tree update-ref refs/worktree/mine main");
  EXPECT_EQ(store->resolve("refs/worktree/mine").value(), two_);
  EXPECT_EQ(open().resolve("refs/worktree/mine").value(), std::nullopt);
}

TEST_F(RefStoreAndGit, NeverReadAnotherIdThanGit) {
  const std::string id = one_.hex();
  for (const std::string& content : {id,
                                     id + "\n",
                                     id + "\n\n",
                                     id + " x\n",
                                     id + "\tx",
                                     id + "x",
                                     " " + id,
                                     util::to_lower(id),
                                     "A" + id.substr(1) + "\n",
                                     id + "\r\n",
                                     std::string("ref: refs/heads/main"),
                                     std::string("ref:refs/heads/main\n"),
                                     std::string("ref:  refs/heads/main \n"),
                                     std::string("ref: refs/heads/main x\n"),
                                     std::string("ref: main\n"),
                                     std::string("ref: ../x\n"),
                                     std::string("ref: HEAD\n"),
                                     std::string("REF: HEAD\n"),
                                     std::string(),
                                     std::string("\n"),
                                     std::string(40, '0') + "\n",
                                     id + '\0',
                                     std::string(41, '\0'),
                                     std::string("garbage\n")}) {
    put("refs/heads/t", content);
    const auto ours = resolve("refs/heads/t");
    if (ours) {
      EXPECT_EQ(*ours, git_resolves("refs/heads/t")) << content;
    } else if (ours.error().kind == util::ErrorKind::kCorrupt) {
      EXPECT_FALSE(git_resolves("refs/heads/t")) << content;
    } else {
      EXPECT_EQ(ours.error().cause, util::Cause::kNotUnderstood) << content;
    }
  }
  put("refs/heads/t", id + "\n");
  EXPECT_TRUE(resolve("refs/heads/t")) << "what git writes is read";
}

TEST_F(RefStoreAndGit, LeaveSymlinksAndReftablesToGit) {
  sh("cd repo/.git; ln -s main refs/heads/link");
  EXPECT_EQ(resolve("refs/heads/link").error().cause, util::Cause::kNotUnderstood);
  sh("cd repo/.git; mkdir reftable");
  EXPECT_EQ(RefStore::open(git_dir()).error().cause, util::Cause::kNotUnderstood);
}

TEST_F(RefStoreAndGit, RefuseWhatIsNoName) {
  for (const std::string name :
       {"", "main", "refs/heads/../../config", "refs/heads/a.lock", "config", "../HEAD", "a/HEAD",
        "refs//heads", "refs/heads/a b", "/HEAD", "refs/", "worktrees/x/HEAD"}) {
    EXPECT_EQ(open().read(name).error().kind, util::ErrorKind::kInvalid) << name;
    EXPECT_EQ(open().write(name, one_).error().kind, util::ErrorKind::kInvalid) << name;
  }
  EXPECT_EQ(open().write("HEAD", one_).error().kind, util::ErrorKind::kInvalid);
}

TEST_F(RefStoreAndGit, WriteWhatGitReadsAndGoesOnWith) {
  const auto store = open();
  ASSERT_TRUE(store.write("refs/heads/git-sync", one_));
  EXPECT_EQ(id("refs/heads/git-sync"), one_);
  ASSERT_TRUE(store.write("refs/heads/git-sync", two_));
  EXPECT_EQ(id("refs/heads/git-sync"), two_);
  // Over a packed one, and below folders that are not there.
  git("pack-refs --all --prune");
  ASSERT_TRUE(store.write("refs/heads/git-sync", one_));
  EXPECT_EQ(id("refs/heads/git-sync"), one_);
  ASSERT_TRUE(store.write("refs/deep/er/ref", one_));
  EXPECT_EQ(id("refs/deep/er/ref"), one_);
  EXPECT_TRUE(sh("find repo/.git -name '*.lock'").empty());
  git("update-ref refs/heads/git-sync " + two_.hex() + " " + one_.hex());
  EXPECT_EQ(git("fsck"), "");
}

TEST_F(RefStoreAndGit, GoOnWithABranchWhoseReflogLagsBehind) {
  const auto store = open();
  ASSERT_TRUE(store.write("refs/heads/main", one_));
  EXPECT_EQ(git("reflog main | wc -l"), "2");
  git("reflog expire --expire-unreachable=all --all");
  git("reset -q --soft " + two_.hex());
  EXPECT_EQ(git("fsck"), "");
  git("gc -q --prune=now");
  EXPECT_EQ(store.resolve("HEAD").value(), two_);
}

TEST_F(RefStoreAndGit, WriteNothingIfTheRefIsThereAlready) {
  const auto store = open();
  struct stat before{};
  struct stat after{};
  ASSERT_EQ(::stat((git_dir() + "/refs/heads/main").c_str(), &before), 0);
  ASSERT_TRUE(store.write("refs/heads/main", two_));
  ASSERT_EQ(::stat((git_dir() + "/refs/heads/main").c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
}

TEST_F(RefStoreAndGit, KeepOutOfTheWayOfAnotherWriter) {
  put("refs/heads/main.lock", "");
  EXPECT_EQ(open().write("refs/heads/main", one_).error().kind, util::ErrorKind::kBusy);
  EXPECT_FALSE(try_sh("git -C repo update-ref refs/heads/main main~1").ok()) << "as git does";
  EXPECT_TRUE(util::exists(git_dir() + "/refs/heads/main.lock")) << "it is not ours";
  EXPECT_EQ(resolve("refs/heads/main").value(), two_);
}

TEST_F(RefStoreAndGit, LeaveWhatIsInTheWayOfARefToGit) {
  git("branch taken/below");
  const auto store = open();
  EXPECT_EQ(store.write("refs/heads/taken", one_).error().cause, util::Cause::kNotUnderstood);
  git("pack-refs --all --prune");
  EXPECT_EQ(store.write("refs/heads/taken", one_).error().cause, util::Cause::kNotUnderstood);
  EXPECT_EQ(store.write("refs/heads/main/below", one_).error().cause, util::Cause::kNotUnderstood);
  put("refs/heads/symbolic", "ref: refs/heads/main\n");
  EXPECT_EQ(store.write("refs/heads/symbolic", one_).error().cause, util::Cause::kNotUnderstood);
  put("hooks/reference-transaction", "#!/bin/sh\n");
  EXPECT_EQ(store.write("refs/heads/x", one_).error().cause, util::Cause::kNotUnderstood);
}

TEST_F(RefStoreAndGit, NoticeWhatChangesTheMeaningOfCommits) {
  EXPECT_FALSE(open().has_substitutes().value());
  git("replace main main~1");
  EXPECT_TRUE(open().has_substitutes().value());
  git("pack-refs --all --prune");
  EXPECT_TRUE(open().has_substitutes().value());
  git("replace -d main");
  EXPECT_FALSE(open().has_substitutes().value());
  put("info/grafts", two_.hex() + "\n");
  EXPECT_TRUE(open().has_substitutes().value());
}

TEST_F(RefStoreAndGit, TellWhichCommitsAreShallow) {
  EXPECT_TRUE(open().shallow()->empty());
  sh("git clone -q --no-local --depth 1 repo shallow");
  EXPECT_EQ(RefStore::open(dir / "shallow/.git")->shallow().value(), std::vector{two_});
  put("shallow", one_.hex() + "\nx\n");
  EXPECT_EQ(open().shallow().error().kind, util::ErrorKind::kCorrupt);
}

// What a reader makes of a text that comes in pieces of `piece` bytes.
std::string read_packed(const std::string& text, std::size_t piece) {
  std::string seen;
  PackedRefsReader reader([&](const PackedRef& ref) {
    seen += ref.name + (ref.peeled ? "^" : "") + ";";
    return ref.name == "stop" ? util::Walk::kStop : util::Walk::kGoOn;
  });
  for (std::size_t at = 0; at < text.size(); at += piece) {
    if (!reader.feed(std::string_view(text).substr(at, piece))) return "error";
  }
  return reader.finish() ? seen : "error";
}

TEST(PackedRefsReader, ReadsTheSameInPiecesOfAnySize) {
  const std::string id(40, 'a');
  const std::string text = "# pack-refs with: peeled \n" + id + " refs/a\n^" + id + "\n" + id +
                           " refs/b\n" + id + " stop\n" + id + " refs/d\n";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    EXPECT_EQ(read_packed(text, piece), "refs/a^;refs/b;stop;") << piece;
  }
}

TEST(PackedRefsReader, RefusesLinesThatAreNone) {
  const std::string id(40, 'a');
  const std::string good = id + " refs/a\n";
  EXPECT_EQ(read_packed("", 1), "");
  EXPECT_EQ(read_packed(good, 100), "refs/a;");
  for (const std::string& bad :
       {good.substr(0, good.size() - 1), good + "x\n", good + "# pack-refs with:\n", id + "\n",
        id + " \n", "^" + id + "\n" + good, good + "^x\n", good + "^" + id + "\n^" + id + "\n",
        good + "\n", std::string("# other\n"), std::string(40, 'A') + " refs/a\n",
        id + "\trefs/a\n", id + " " + std::string(9000, 'n') + "\n"}) {
    EXPECT_EQ(read_packed(bad, 100000), "error") << bad;
    EXPECT_EQ(read_packed(bad, 1), "error") << bad;
  }
}

}  // namespace
}  // namespace gitsync::git
