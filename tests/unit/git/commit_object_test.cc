// SPDX-License-Identifier: Apache-2.0
#include "git/commit_object.h"

#include <gtest/gtest.h>

#include "git/tag_object.h"
#include "repository_fixture.h"

namespace gitsync::git {
namespace {

const std::string kHex(40, 'a');
const std::string kTree = "tree " + kHex + "\n";

TEST(Commit, TellsItsTreeAndParents) {
  const std::string one(40, '1');
  const std::string two(40, '2');
  const auto commit = parse_commit(kTree + "parent " + one + "\nparent " + two +
                                   "\nauthor A <a@x> 1 +0000\ncommitter C <c@x> 2 +0000\n"
                                   "parent " +
                                   kHex + "\n\nparent " + kHex + "\n");
  ASSERT_TRUE(commit);
  EXPECT_EQ(commit->tree.hex(), kHex);
  ASSERT_EQ(commit->parents.size(), 2U) << "parents stand behind the tree, or they are none";
  EXPECT_EQ(commit->parents[0].hex(), one);
  EXPECT_EQ(commit->parents[1].hex(), two);
  EXPECT_FALSE(commit->is_signed);
}

TEST(Commit, TellsWhetherItIsSigned) {
  const auto commit =
      parse_commit(kTree + "gpgsig -----BEGIN\n \n tree x\n author X <y> 1 +0\n\nm");
  ASSERT_TRUE(commit);
  EXPECT_TRUE(commit->is_signed);
  EXPECT_EQ(commit->author, "") << "what continues a header is no header";
  EXPECT_EQ(commit->subject, "m");
  EXPECT_FALSE(parse_commit(kTree + "\ngpgsig x\n")->is_signed);
}

TEST(Commit, IsRefusedWithoutAGoodTreeOrWithABadParent) {
  const std::string upper(40, 'A');
  for (const std::string& bad :
       {std::string(), std::string("\n"), "author x\n" + kTree, "tree " + kHex + "a\n",
        "tree " + upper + "\n", "tree  " + kHex + "\n", kTree + "parent x\n", kTree + "parent\n"}) {
    const auto commit = parse_commit(bad);
    ASSERT_FALSE(commit) << bad;
    EXPECT_EQ(commit.error().kind, util::ErrorKind::kCorrupt);
  }
}

class CommitAndGit : public testing::Test, public RepositoryFixture {};

TEST_F(CommitAndGit, TellTheSameOfOddCommits) {
  const std::string tree = "tree " + git("mktree", "") + "\n";
  for (const std::string rest :
       {"author A U <a@x> 12 +0000\ncommitter C <c@x> 34 +0000\n\n\n  \n  sub ject  \n "
        "line2\n\nb\n",
        "author  A U  <a@x> 12 +0000\ncommitter C <c@x> 34 +0000\n\nsub\tj\r\nect\r\n\r\nbody",
        "author A <U> <a@x> 12 +0000\ncommitter C <c@x> x34 +0000\n\nsub",
        "author A U a@x 12 +0000\ncommitter C <c@x> -5 +0000\n\n",
        "author <a@x> 12 +0000\ncommitter C <c@x> 5 +0000\n\n \t \nx",
        "committer C <c@x> 5\nauthor Q <q> 1 +0\n\nx\n \ny", "author Q \"'x.,\n\nx",
        "author Q <a@b> 1 +0000\ncommitter C <c@>x> 77 +0000\n\ncaf\xe9\n",
        "author Q\xe9 <a@b> 1 +0000\ncommitter C <c@x>   78 +0000\n\ncaf\xe9\n",
        "author Q <a@b> 1 +0000\nauthor R <a@b> 1 +0000\ncommitter C <c@x>78 +0000\n\nx",
        "author Q <a@b> 1 +0000\ncommitter C <c@x> 78foo\n\n\vx\f\n\v\ny",
        "author Q <a@b> 1 +0000\ncommitter C <c@x> 4102444800 +0000",
        "author Q <a@b> 1 +0000\ncommitter\ncommitter C\ncommitter \n\nx"}) {
    const auto ours = parse_commit(tree + rest);
    ASSERT_TRUE(ours) << rest;
    const auto id = write("commit", tree + rest);
    // %x00 stands for a NUL that separates; the last newline is git log's.
    std::string theirs =
        sh("git -C repo log -1 --no-show-signature --format=%ct%x00%an%x00%s " + id.hex() + " --");
    theirs.pop_back();
    const std::string time = ours->committer_time == 0 ? "" : std::to_string(ours->committer_time);
    EXPECT_EQ(time + '\0' + ours->author + '\0' + ours->subject, theirs) << rest;
  }
}

TEST_F(CommitAndGit, TellTheSameOfAnEncodedCommit) {
  sh("cd repo; git -c i18n.commitEncoding=ISO-8859-1 commit -q --allow-empty -m "
     "\"$(printf 'caf\\351')\"");
  const auto commit = parse_commit(sh("git -C repo cat-file commit main"));
  ASSERT_TRUE(commit);
  EXPECT_EQ(commit->encoding, "ISO-8859-1");
  EXPECT_EQ(commit->subject, "caf\xe9");
}

TEST_F(CommitAndGit, AgreeOnWhatATagLeadsTo) {
  sh("cd repo; git commit -q --allow-empty -m x; git tag -a -m x one; git tag -a -m y two one");
  const auto outer = parse_tag(sh("git -C repo cat-file tag two"));
  ASSERT_TRUE(outer);
  EXPECT_EQ(outer->type, ObjectType::kTag);
  EXPECT_EQ(outer->object, id("one"));
  const auto inner = parse_tag(sh("git -C repo cat-file tag one"));
  ASSERT_TRUE(inner);
  EXPECT_EQ(inner->type, ObjectType::kCommit);
  EXPECT_EQ(inner->object, id("main"));
}

TEST(Tag, IsRefusedWithoutAnObjectAndItsType) {
  const std::vector<std::string> all_bad{"",
                                         "object " + kHex + "\n",
                                         "type commit\nobject " + kHex + "\n",
                                         "object " + kHex + "\ntype \n",
                                         "object " + kHex + "\ntype branch\n",
                                         "object a\ntype tag\n"};
  for (const auto& bad : all_bad) {
    EXPECT_FALSE(parse_tag(bad)) << bad;
  }
}

}  // namespace
}  // namespace gitsync::git
