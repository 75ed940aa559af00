// SPDX-License-Identifier: Apache-2.0
// Garbage collection without git, with real git as the judge of what is left: fsck accepts it, all
// that was reachable is there, and nothing else is.
#include "source/native_compaction.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../git/repository_fixture.h"
#include "source/delegation.h"
#include "support/captured_log.h"
#include "util/files.h"

namespace gitsync::source {
namespace {

using git::ObjectId;
using testing::HasSubstr;
using util::Result;

class NativeCompactionTest : public testing::Test, protected git::RepositoryFixture {
 protected:
  NativeCompaction make() { return {tree::Layout{repo()}, log.logger()}; }
  Result<bool> run(const std::vector<std::string>& keep = {}) {
    std::vector<tree::Revision> revisions;
    for (const auto& revision : keep) revisions.push_back({id(revision).hex()});
    return make().run(revisions, false, {});
  }

  std::string reachable() {
    return git(
        "rev-list --objects --no-object-names --all --indexed-objects $(git -C repo "
        "worktree list --porcelain | sed -n 's/^HEAD //p' | grep -v ^0000) | sort -u");
  }
  std::string all() {
    return git("cat-file --batch-all-objects --batch-check='%(objectname)' --unordered | sort -u");
  }
  std::string packs() { return sh("cd repo/.git/objects/pack; ls"); }
  std::uint64_t size() { return std::stoul(sh("du -sb repo/.git/objects | cut -f1")); }

  // What git says of the repository, and what it holds.
  void expect_only(const std::string& wanted) {
    const auto fsck = try_sh("git -C repo fsck --full --strict --no-dangling");
    EXPECT_TRUE(fsck.ok()) << fsck.standard_error;
    EXPECT_EQ(fsck.standard_error.find("error"), std::string::npos) << fsck.standard_error;
    EXPECT_EQ(all(), wanted);
    EXPECT_THAT(sh("find repo/.git/objects -type f | grep -vE '/(pack|info)/' || true"), "");
    EXPECT_THAT(sh("ls repo/.git/git-sync"), "");
    if (packs().empty()) return;
    sh("git verify-pack repo/.git/objects/pack/*.idx");
    EXPECT_EQ(sh("cd repo/.git/objects/pack; ls | sed 's/.*\\.//' | sort"), "idx\npack\n");
  }
  // A history of which the branch has forgotten the newer half, packed or not.
  void make_garbage() {
    make_history(12, 10);
    git("repack -adq");
    git("update-ref refs/heads/main main~6");
    sh("cd repo; git reset -q --hard; echo new >new; git add new; git commit -qm new");
    sh("cd repo; echo never | git hash-object -w --stdin");
  }
  void expect_not_understood(const std::string& why) {
    const auto before = packs();
    const auto done = run();
    ASSERT_FALSE(done) << why;
    EXPECT_TRUE(is_not_understood(done.error())) << done.error().message;
    EXPECT_THAT(done.error().message, HasSubstr(why));
    EXPECT_EQ(packs(), before);
  }

  test::CapturedLog log;
};

TEST_F(NativeCompactionTest, LeavesOnePackOfWhatIsReachable) {
  make_garbage();
  const auto wanted = reachable();
  ASSERT_TRUE(run().value());
  expect_only(wanted);
}

TEST_F(NativeCompactionTest, DoesNothingWhereThereIsNothingToDo) {
  make_garbage();
  ASSERT_TRUE(run().value());
  const std::string state = "cd repo/.git; find objects shallow logs -printf '%p %i %T@\\n' | sort";
  const auto before = try_sh(state).standard_output;
  ASSERT_TRUE(run().value());
  EXPECT_EQ(try_sh(state).standard_output, before);
}

TEST_F(NativeCompactionTest, KeepsWhatThePassWantsToKeep) {
  make_history(12, 10);
  git("repack -adq");
  const auto kept = git("rev-parse main~3");
  const auto wanted = git("rev-list --objects --no-object-names main~3 | sort -u");
  git("symbolic-ref HEAD refs/heads/none");
  git("update-ref -d refs/heads/main");
  ASSERT_TRUE(run({kept}).value());
  expect_only(wanted);
}

TEST_F(NativeCompactionTest, LeavesAnEmptyStoreWhereNothingIsKept) {
  make_history(3, 3);
  git("symbolic-ref HEAD refs/heads/none");
  git("update-ref -d refs/heads/main");
  ASSERT_TRUE(run().value());
  expect_only("");
  EXPECT_EQ(packs(), "");
}

TEST_F(NativeCompactionTest, KeepsWorktreesAndWhatTheirIndexesList) {
  make_history(12, 10);
  git("repack -adq");
  sh("cd repo; git worktree add -q --detach ../a main~2; git worktree add -q --detach ../b main~5;"
     "git reset -q --hard main~9");
  sh("cd a; echo added >added; git add added; mkdir d; echo written >d/written; git add d;"
     "git write-tree");
  const auto wanted = reachable();
  EXPECT_THAT(wanted, HasSubstr(util::trim(sh("cd a; git rev-parse :added"))));
  ASSERT_TRUE(run().value());
  expect_only(wanted);
  EXPECT_EQ(sh("cd a; git status --porcelain | sort; git -C ../b status --porcelain"),
            "A  added\nA  d/written\n");
}

TEST_F(NativeCompactionTest, KeepsTagsNotesAndRefsOfWorktrees) {
  make_history(12, 10);
  sh("cd repo; git tag -a annotated -m x main~7; git notes add -m note main~8;"
     "git worktree add -q --detach ../a main~2; git -C ../a update-ref refs/worktree/w main~4;"
     "git pack-refs --all; git reset -q --hard main~9; git reset -q --hard main~1");
  const auto wanted =
      git("rev-list --objects --no-object-names --all $(git -C a rev-parse HEAD refs/worktree/w) "
          "| sort -u");
  ASSERT_TRUE(run().value());
  expect_only(wanted);
}

TEST_F(NativeCompactionTest, ForgetsWhatAPackedRefHasHidden) {
  make_history(12, 10);
  sh("cd repo; git pack-refs --all; git reset -q --hard main~6; rm .git/logs -r");
  const auto wanted = reachable();
  ASSERT_TRUE(run().value());
  EXPECT_THAT(util::read_file(repo() + "/.git/packed-refs").value(), HasSubstr("refs/heads/main"));
  expect_only(wanted);
}

TEST_F(NativeCompactionTest, EndsWithTheHistoryThatWasFetched) {
  for (const int depth : {1, 5}) {
    sh("rm -rf server repo; git init -q -b main repo");
    make_history(30, 10);
    sh("mv repo server; git init -q -b main repo");
    for (const int back : {20, 10, 9, 0}) {
      sh("cd repo; git fetch -q --depth=" + std::to_string(depth) + " file://$PWD/../server " +
         git("-C ../server rev-parse main~" + std::to_string(back)) +
         "; git reset -q --hard FETCH_HEAD");
      const auto wanted = reachable();
      ASSERT_TRUE(run({"HEAD"}).value());
      expect_only(wanted);
      EXPECT_EQ(git("rev-list --count HEAD"), std::to_string(depth));
      EXPECT_EQ(sh("wc -l <repo/.git/shallow"), "1\n");
      EXPECT_EQ(sh("cat repo/.git/logs/HEAD").find(git("-C ../server rev-parse main~20")) ==
                    std::string::npos,
                back != 20);
    }
  }
}

TEST_F(NativeCompactionTest, RemovesTheShallowFileWithItsLastCommit) {
  make_history(3, 3);
  sh("mv repo server; git clone -q --depth=1 file://$PWD/server repo; cd repo; git checkout -q "
     "--orphan other; git commit -qm other; git branch -qD main; git symbolic-ref -d "
     "refs/remotes/origin/HEAD; git remote remove origin");
  ASSERT_TRUE(run().value());
  EXPECT_FALSE(util::exists(repo() + "/.git/shallow"));
  EXPECT_TRUE(try_sh("git -C repo fsck").ok());
}

TEST_F(NativeCompactionTest, MovesToAnAlmostEmptyCommitLeaveAlmostNothing) {
  sh("cd repo; head -c 4000000 /dev/urandom >one; git add .; git commit -qm one;"
     "head -c 4000000 /dev/urandom >two; git add .; git commit -qm two; git repack -adq");
  EXPECT_GT(size(), 8'000'000u);
  sh("cd repo; git checkout -q --orphan small; git rm -qrf .; echo x >x; git add x;"
     "git commit -qm small; git branch -qD main");
  ASSERT_TRUE(run({"HEAD"}).value());
  EXPECT_LT(size(), 100'000u);
}

TEST_F(NativeCompactionTest, LeavesPacksThatSomebodyKeeps) {
  make_history(12, 10);
  git("repack -adq");
  sh("cd repo/.git/objects/pack; for i in *.idx; do echo mine >${i%.idx}.keep; done");
  const auto before = packs();
  sh("cd repo; git reset -q --hard main~6; for i in 1 2 3; do echo $i >f; git add f;"
     "git commit -qm $i; git repack -q; done");
  ASSERT_TRUE(run().value());
  EXPECT_TRUE(try_sh("git -C repo fsck --full --strict").ok());
  const auto after = packs();
  for (const auto& name : util::split(before, '\n')) EXPECT_THAT(after, HasSubstr(name));
  EXPECT_EQ(sh("ls repo/.git/objects/pack/*.pack | wc -l"), "2\n");
  // What the kept one has is not in the other.
  EXPECT_EQ(sh("cd repo/.git/objects/pack; for i in *.idx; do git show-index <$i; done | "
               "cut -d' ' -f2 | sort | uniq -d"),
            "");
}

TEST_F(NativeCompactionTest, RemovesAKeepFileOfAFetchThatWasKilled) {
  make_history(12, 10);
  git("repack -adq");
  sh("cd repo/.git/objects/pack; for i in *.idx; do echo git-sync 12 >${i%.idx}.keep; done");
  sh("cd repo; git reset -q --hard main~6; rm -rf .git/logs");
  const auto wanted = reachable();
  ASSERT_TRUE(run().value());
  expect_only(wanted);
}

TEST_F(NativeCompactionTest, RemovesWhatWasMadeOfTheOldPacks) {
  make_garbage();
  git("-c pack.writeReverseIndex=true repack -adq --write-bitmap-index");
  git("multi-pack-index write");
  git("commit-graph write --reachable");
  git("update-server-info");
  sh("cd repo; git reset -q --hard main~2; rm -rf .git/logs");
  const auto wanted = reachable();
  ASSERT_TRUE(run().value());
  expect_only(wanted);
  EXPECT_THAT(sh("find repo/.git/objects/info -type f"), "");
}

TEST_F(NativeCompactionTest, LeavesToGitWhatItDoesNotUnderstand) {
  make_garbage();
  const auto with = [&](const std::string& before, const std::string& why,
                        const std::string& after) {
    sh("cd repo; " + before);
    expect_not_understood(why);
    sh("cd repo; " + after);
  };
  with("echo /x >.git/objects/info/alternates", "borrows", "rm .git/objects/info/alternates");
  with("touch .git/objects/pack/pack-1.promisor", "promised", "rm .git/objects/pack/*.promisor");
  with("git replace HEAD HEAD~1", "substitutes", "git replace -d HEAD");
  with("touch .git/info/grafts", "substitutes", "rm .git/info/grafts");
  with("git config gc.pruneExpire never", "gc.pruneexpire", "git config --unset gc.pruneExpire");
  with("git config core.sharedRepository group", "sharedrepository",
       "git config --unset core.sharedRepository");
  with("git config remote.x.promisor true", "promisor", "git config --unset remote.x.promisor");
  with("git config extensions.other 1", "extensions.other", "git config --unset extensions.other");
  with("echo x >'.git/refs/heads/a..b'", "no ref", "rm '.git/refs/heads/a..b'");
  ASSERT_TRUE(run());
}

TEST_F(NativeCompactionTest, GivesWayToAGcOfGit) {
  make_garbage();
  const auto before = packs();
  sh("echo 1 x >repo/.git/gc.pid");
  EXPECT_FALSE(run().value());
  EXPECT_EQ(packs(), before);
  sh("touch -d '13 hours ago' repo/.git/gc.pid");
  EXPECT_TRUE(run().value());
  EXPECT_NE(packs(), before);
}

TEST_F(NativeCompactionTest, RemovesNothingIfSomethingIsMissing) {
  make_garbage();
  const auto blob = git("rev-parse HEAD:new");
  sh("cd repo/.git/objects; rm -f " + blob.substr(0, 2) + "/" + blob.substr(2));
  const auto before = all();
  const auto done = run();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, util::ErrorKind::kNotFound);
  EXPECT_THAT(done.error().message, HasSubstr(blob));
  EXPECT_EQ(all(), before);
}

TEST_F(NativeCompactionTest, RemovesNothingIfAPackIsDamaged) {
  make_history(12, 10);
  git("repack -adq");
  sh("cd repo; git reset -q --hard main~6; rm -rf .git/logs");
  // Within a blob, of which nothing is read before it is copied.
  const auto at = std::stoul(sh("git show-index <$(echo repo/.git/objects/pack/*.idx) | grep " +
                                git("rev-parse HEAD:d1/e1/f1") + " | cut -d' ' -f1"));
  sh("chmod u+w repo/.git/objects/pack/*");
  const std::string name = sh("printf %s repo/.git/objects/pack/*.pack");
  auto bytes = util::read_file(dir / name).value();
  bytes[at + 8] = static_cast<char>(bytes[at + 8] ^ 1);
  ASSERT_TRUE(util::write_file(dir / name, bytes));
  const auto before = packs();
  const auto done = run();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, util::ErrorKind::kCorrupt);
  EXPECT_EQ(packs(), before);
  EXPECT_THAT(sh("ls repo/.git/git-sync"), "");
}

TEST_F(NativeCompactionTest, GivesWayToARefThatAppearsMeanwhile) {
  make_history(12, 10);
  git("repack -adq");
  const auto dead = git("rev-parse main~2");
  sh("cd repo; git reset -q --hard main~6; rm -rf .git/logs");
  auto compaction = make();
  compaction.stop_at([&](std::string_view step) -> Result<void> {
    if (step == "write the pack") git("update-ref refs/heads/late " + dead);
    return {};
  });
  const auto done = compaction.run({}, false, {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, util::ErrorKind::kBusy);
  const auto wanted = reachable();
  EXPECT_THAT(wanted, HasSubstr(dead));
  ASSERT_TRUE(run().value());
  expect_only(wanted);
}

TEST_F(NativeCompactionTest, LeavesLooseObjectsThatAreWrittenMeanwhile) {
  make_garbage();
  const auto never = sh("echo never | git hash-object --stdin");
  auto compaction = make();
  compaction.stop_at([&](std::string_view step) -> Result<void> {
    // git touches one that is there already.
    if (step != "look") return {};
    sh("cd repo; echo never | git hash-object -w --stdin; touch -d '+1 minute' .git/objects/" +
       never.substr(0, 2) + "/" + never.substr(2, 38));
    return {};
  });
  ASSERT_TRUE(compaction.run({}, false, {}));
  EXPECT_EQ(git("cat-file -p " + never), "never");
}

TEST_F(NativeCompactionTest, StopsAtTheDeadline) {
  make_garbage();
  const auto before = all();
  const auto done = make().run({}, false, {.deadline = util::SteadyClock::now()});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, util::ErrorKind::kTimeout);
  EXPECT_EQ(all(), before);
}

TEST_F(NativeCompactionTest, LeavesNothingOfUseUndoneWhereverItIsKilled) {
  make_history(8, 4);
  sh("mv repo server; git init -q -b main repo");
  sh("cd repo; git fetch -q --depth=2 file://$PWD/../server $(git -C ../server rev-parse main~3);"
     "git reset -q --hard FETCH_HEAD; git repack -adq; git fetch -q --depth=2 "
     "file://$PWD/../server main; git reset -q --hard FETCH_HEAD;"
     "echo never | git hash-object -w --stdin;"
     "git rev-list --objects main | head -3 | git pack-objects -q .git/objects/pack/pack;"
     "git commit-tree -m x main^{tree} | git pack-objects -q .git/objects/pack/pack");
  const auto wanted = reachable();
  sh("mv repo prepared");
  int steps = 0;
  for (bool killed = true; killed; ++steps) {
    sh("rm -rf repo; cp -a prepared repo");
    const auto child = ::fork();
    if (child == 0) {
      auto compaction = make();
      int left = steps;
      compaction.stop_at([&](std::string_view /*step*/) -> Result<void> {
        if (left-- == 0) ::_exit(1);
        return {};
      });
      ::_exit(compaction.run({}, false, {}) ? 0 : 2);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) != 2) << steps;
    killed = WEXITSTATUS(status) == 1;
    const auto fsck = try_sh("git -C repo fsck --full --strict --no-dangling");
    EXPECT_TRUE(fsck.ok()) << steps << ": " << fsck.standard_error;
    EXPECT_EQ(reachable(), wanted) << steps;
    make().recover();
    EXPECT_TRUE(try_sh("git -C repo fsck --full --strict --no-dangling").ok()) << steps;
    ASSERT_TRUE(run().value()) << steps;
    expect_only(wanted);
  }
  EXPECT_GT(steps, 10);
}

TEST_F(NativeCompactionTest, AgreesWithGitOnRandomRepositories) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    sh("rm -rf repo a; git init -q -b main repo");
    make_history(static_cast<int>(5 + seed * 7 % 19), static_cast<int>(2 + seed * 5 % 13));
    const auto back = [&](unsigned factor) { return std::to_string(seed * factor % 4); };
    if (seed % 2 == 0) git("repack -adq");
    sh("cd repo; git worktree add -q --detach ../a main~" + back(3) +
       "; git reset -q --hard main~" + back(5) + "; echo " + back(7) +
       " >n; git add n; git commit -qm n");
    if (seed % 3 == 0) git("repack -q");
    if (seed % 3 == 1) git("gc -q");
    if (seed % 4 == 3)
      sh("cd repo; echo x >x; git add x; git commit -qm x; git reset -q --soft @~");
    sh("cd repo; git reflog expire --expire-unreachable=all --all");
    const auto wanted =
        git("rev-list --objects --no-object-names --all --reflog --indexed-objects "
            "$(git -C a rev-parse HEAD) | sort -u");
    ASSERT_TRUE(run().value()) << seed;
    expect_only(wanted);
    sh("rm -rf a");
  }
}

TEST_F(NativeCompactionTest, MovesThePrivateBranch) {
  make_history(3, 3);
  git("update-ref refs/heads/git-sync main");
  ASSERT_TRUE(make().move_branch(tree::Revision{id("main~1").hex()}));
  EXPECT_EQ(id("git-sync"), id("main~1"));
  ASSERT_TRUE(make().move_branch(std::nullopt));
  EXPECT_FALSE(try_sh("git -C repo rev-parse --verify -q git-sync").ok());
  ASSERT_TRUE(make().move_branch(std::nullopt));
  sh("cd repo; git update-ref refs/heads/git-sync main; git pack-refs --all");
  const auto packed = make().move_branch(std::nullopt);
  ASSERT_FALSE(packed);
  EXPECT_TRUE(is_not_understood(packed.error()));
}

}  // namespace
}  // namespace gitsync::source
