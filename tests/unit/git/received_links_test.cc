// SPDX-License-Identifier: Apache-2.0
// Packs that are made by hand, of which something may be missing; whole servers that leave
// something out: tests/e2e/engine_history.sh.
#include "git/received_links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "git/pack_receiver.h"
#include "pack_builder.h"
#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::git {
namespace {

using testing::HasSubstr;
using util::Cause;
using util::ErrorKind;

std::string entry(const std::string& mode, const std::string& name, const ObjectId& id) {
  return mode + " " + name + '\0' + std::string(id.view());
}
std::string commit(const ObjectId& tree, const std::vector<ObjectId>& parents = {}) {
  std::string text = "tree " + tree.hex() + "\n";
  for (const auto& parent : parents) text += "parent " + parent.hex() + "\n";
  return text + "author a <a> 1 +0000\ncommitter a <a> 1 +0000\n\nx\n";
}

class ReceivedLinks : public testing::Test {
 protected:
  ObjectId add(ObjectType type, const std::string& bytes) {
    pack.add(type, bytes);
    return id_of(type, bytes);
  }
  // An empty error: all is there.
  util::Error look() {
    links.has = [&](const ObjectId& id) -> util::Result<bool> {
      asked.insert(id);
      return there.contains(id);
    };
    const test::TempDir dir;
    const PackPaths paths{.pack = dir / "x.pack", .index = dir / "x.idx"};
    util::Error error;
    {
      auto receiver = PackReceiver::create(paths, {});
      EXPECT_TRUE(receiver && receiver->feed(pack.finish(), {}));
      const auto received = receiver->finish({}, &links);
      if (!received) error = received.error();
    }
    EXPECT_EQ(util::exists(paths.pack), error.message.empty()) << "what is refused does not stay";
    return error;
  }
  void expect_missing(const ObjectId& id, const ObjectId& named_by) {
    const auto error = look();
    EXPECT_EQ(error.kind, ErrorKind::kNotFound);
    EXPECT_EQ(error.message, "in " + named_by.hex() + ": object " + id.hex() + " is missing");
    EXPECT_EQ(error.cause, util::Cause::kObjectsMissing);
  }

  PackBuilder pack;
  ExpectedLinks links;
  std::set<ObjectId> there;  // in the repository
  std::set<ObjectId> asked;

  const ObjectId blob = id_of(ObjectType::kBlob, "blob");
  const std::string folder_text = entry("100644", "file", blob);
  const ObjectId folder = id_of(ObjectType::kTree, folder_text);
  const std::string tree_text =
      entry("40000", "folder", folder) + entry("160000", "module", ObjectId{{9}});
  const ObjectId tree = id_of(ObjectType::kTree, tree_text);
};

TEST_F(ReceivedLinks, AreWholeInAnyOrder) {
  const auto tip =
      add(ObjectType::kCommit, commit(tree, {id_of(ObjectType::kCommit, commit(kEmptyTree))}));
  add(ObjectType::kTree, tree_text);
  add(ObjectType::kTree, folder_text);
  add(ObjectType::kBlob, "blob");
  add(ObjectType::kCommit, commit(kEmptyTree));
  links.wanted = {tip};
  EXPECT_EQ(look().message, "");
  EXPECT_THAT(asked, testing::IsEmpty()) << "nor is a submodule's commit looked for";
}

TEST_F(ReceivedLinks, MayLeadToWhatIsThere) {
  const ObjectId parent{{1}};
  add(ObjectType::kCommit, commit(tree, {parent}));
  add(ObjectType::kTree, tree_text);
  expect_missing(parent, id_of(ObjectType::kCommit, commit(tree, {parent})));
  there = {parent};
  expect_missing(folder, tree);
  there = {parent, folder};
  EXPECT_EQ(look().message, "");
}

TEST_F(ReceivedLinks, OfTreesNeedNotBeLookedAt) {
  const auto tip = add(ObjectType::kCommit, commit(tree));
  links.of = ExpectedLinks::Of::kCommits;
  expect_missing(tree, tip);
  add(ObjectType::kTree, tree_text);
  EXPECT_EQ(look().message, "");
}

TEST_F(ReceivedLinks, EndAtTheEdgeButForTheTree) {
  const auto tip = add(ObjectType::kCommit, commit(tree, {ObjectId{{1}}}));
  links.edge = {tip};
  expect_missing(tree, tip);
  there = {tree};
  EXPECT_EQ(look().message, "");
}

TEST_F(ReceivedLinks, LeadFromWhatIsWanted) {
  links.wanted = {ObjectId{{1}}};
  EXPECT_EQ(look().message, "object " + ObjectId{{1}}.hex() + " is missing");
  there = {ObjectId{{1}}};
  EXPECT_EQ(look().message, "");
}

TEST_F(ReceivedLinks, LeadFromTags) {
  const auto commit_id = id_of(ObjectType::kCommit, commit(kEmptyTree));
  const auto tag = add(ObjectType::kTag, "object " + commit_id.hex() +
                                             "\ntype commit\ntag v1\ntagger a <a> 1 +0000\n\nx\n");
  links.of = ExpectedLinks::Of::kCommits;
  links.wanted = {tag};
  expect_missing(commit_id, tag);
  add(ObjectType::kCommit, commit(kEmptyTree));
  EXPECT_EQ(look().message, "");
}

TEST_F(ReceivedLinks, ThatAreOddAreForGitToJudge) {
  const auto odd = [&](ObjectType type, const std::string& bytes) {
    pack = {};
    add(ObjectType::kBlob, "blob");
    const auto id = add(type, bytes);
    const auto error = look();
    EXPECT_EQ(error.cause, Cause::kNotUnderstood) << error.message;
    EXPECT_THAT(error.message, HasSubstr("in " + id.hex()));
  };
  odd(ObjectType::kTree, entry("100600", "file", blob));
  odd(ObjectType::kTree, entry("040000", "zero", kEmptyTree));
  odd(ObjectType::kTree, entry("100644", "b", blob) + entry("100644", "a", blob));
  odd(ObjectType::kTree, folder_text.substr(0, 20));
  odd(ObjectType::kTree, entry("40000", "no folder", blob));
  odd(ObjectType::kTag, "object " + blob.hex() + "\ntype commit\ntag v1\n\nx\n");
  odd(ObjectType::kCommit, "no tree\n");
  odd(ObjectType::kCommit, commit(blob));
}

}  // namespace
}  // namespace gitsync::git
