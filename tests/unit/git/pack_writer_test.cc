// SPDX-License-Identifier: Apache-2.0
// Packs that are made of others, judged by real git: the index is that of `git index-pack`, byte
// for byte, and the objects are those of `git rev-list --objects`.
#include "git/pack_writer.h"

#include <fcntl.h>
#include <gmock/gmock.h>

#include <set>

#include "git/object_folder.h"
#include "git/pack_index_writer.h"
#include "git/reachability.h"
#include "repository_fixture.h"
#include "util/files.h"

namespace gitsync::git {
namespace {

using util::Result;

class PackWriterAndGit : public testing::Test, protected RepositoryFixture {
 protected:
  struct Made {
    std::size_t objects = 0;
    std::uint64_t size = 0;
  };

  // Writes new.pack and new.idx of what `tips` lead to.
  Result<Made> compact(const std::vector<ObjectId>& tips,
                       const std::vector<ObjectId>& shallow = {}) {
    GS_TRY(auto store, ObjectStore::open(objects()));
    GS_TRY(auto folder, ObjectFolder::open(objects()));
    std::uint64_t numbers = 0;
    GS_TRY_VOID(folder.load(numbers));
    ObjectSet set;
    for (const auto& pack : folder.packs()) {
      GS_TRY_VOID(pack.index().for_each([&](const PackIndexEntry& entry) -> Result<void> {
        set.add(entry.id);
        return {};
      }));
    }
    GS_TRY_VOID(folder.for_each_loose([&](const ObjectId& id) { set.add(id); }));
    set.settle();
    Reachability reached(store, set, shallow);
    for (const auto& tip : tips) GS_TRY_VOID(reached.follow(tip, {}));
    set.keep_only([&](ObjectSet::Number number) { return reached.has(number); });
    EXPECT_EQ(set.size(), reached.count());
    return write(store, set, folder);
  }

  Result<Made> write(ObjectStore& store, const ObjectSet& set, ObjectFolder& folder) {
    const util::Fd pack(::open((dir / "new.pack").c_str(), O_RDWR | O_CREAT | O_TRUNC, 0644));
    PackWriter writer(store, set, pack.get(), "new.pack");
    GS_TRY_VOID(writer.begin());
    for (const auto& old : folder.packs()) GS_TRY_VOID(writer.copy(old, {}));
    GS_TRY_VOID(writer.add_rest({}));
    GS_TRY(const auto checksum, writer.finish());
    const util::Fd index(::open((dir / "new.idx").c_str(), O_RDWR | O_CREAT | O_TRUNC, 0644));
    GS_TRY_VOID(write_pack_index(
        index.get(), "new.idx", static_cast<std::uint32_t>(set.size()),
        [&](std::uint32_t i) { return writer.entry(i); }, checksum));
    return Made{.objects = set.size(), .size = writer.size()};
  }

  // What git says of new.pack.
  void expect_right(const std::string& revisions) {
    sh("cp new.pack check.pack; rm -f check.idx; git -C repo index-pack --strict ../check.pack");
    EXPECT_TRUE(util::read_file(dir / "new.idx").value() ==
                util::read_file(dir / "check.idx").value());
    const auto wanted = git("rev-list --objects --no-object-names " + revisions + " | sort -u");
    const auto there = sh("git show-index <new.idx | cut -d' ' -f2 | sort");
    EXPECT_EQ(wanted + "\n", there);
  }
  std::string chains(const std::string& pack) {
    return sh("git verify-pack -v " + pack + " | grep -E '^(chain|non)'");
  }
};

TEST_F(PackWriterAndGit, AgreeOnAPackOfAllObjects) {
  make_history(20, 30);
  git("repack -adq");
  ASSERT_TRUE(compact({id("main")}));
  expect_right("main");
}

TEST_F(PackWriterAndGit, KeepWhatATipNeedsAndNothingElse) {
  make_history(20, 30);
  git("repack -adq");
  ASSERT_TRUE(compact({id("main~13")}));
  expect_right("main~13");
  ASSERT_TRUE(compact({id("main~13^{tree}"), id("main~3:d1/e1/f1")}));
  expect_right("main~13^{tree} main~3:d1/e1/f1");
}

TEST_F(PackWriterAndGit, EndAtShallowCommits) {
  make_history(20, 30);
  git("repack -adq");
  const auto cut = id("main~4");
  util::write_file(repo() + "/.git/shallow", cut.hex() + "\n").value();
  ASSERT_TRUE(compact({id("main")}, {cut}));
  expect_right("main");
  EXPECT_THAT(git("rev-list --count main"), "5");
}

TEST_F(PackWriterAndGit, CopyDeltasAsTheyStand) {
  make_history(30, 10);
  git("repack -adfq --depth=50");
  const auto before = std::stoul(sh("cat repo/.git/objects/pack/*.pack | wc -c"));
  const auto made = compact({id("main")});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->size, before);
  EXPECT_EQ(chains("new.pack"), chains("repo/.git/objects/pack/*.pack"));
  EXPECT_THAT(chains("new.pack"), testing::HasSubstr("chain length = 1:"));
}

TEST_F(PackWriterAndGit, TurnDeltasWithIdsIntoDeltasWithOffsetsBasesFirst) {
  make_history(10, 10);
  git("-c repack.useDeltaBaseOffset=false repack -adfq --depth=50");
  const auto before = std::stoul(sh("cat repo/.git/objects/pack/*.pack | wc -c"));
  const auto made = compact({id("main")});
  ASSERT_TRUE(made);
  EXPECT_LT(made->size, before);
  expect_right("main");
}

TEST_F(PackWriterAndGit, WriteADeltaWholeWhoseBaseIsNotKept) {
  make_history(10, 3);
  git("repack -adfq --depth=50");
  for (const std::string tip : {"main", "main~3", "main~9"}) {
    ASSERT_TRUE(compact({id(tip + "^{tree}")})) << tip;
    expect_right(tip + "^{tree}");
  }
}

TEST_F(PackWriterAndGit, PackLooseObjectsOfAllTypes) {
  git("config gc.auto 0");
  sh("cd repo; for i in 1 2 3; do mkdir -p d; echo $i >d/f; : >empty; git add .; "
     "git commit -qm $i; git tag -a t$i -m $i; done");
  const auto made = compact({id("refs/tags/t3")});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->objects, 3 + 3 * 2 + 1 + 3 + 1u);
  expect_right("t3");
}

TEST_F(PackWriterAndGit, StreamLargeLooseBlobs) {
  sh("cd repo; head -c 5000000 /dev/urandom >random; seq 1 900000 >text; git add .; "
     "git commit -qm large");
  const auto made = compact({id("HEAD")});
  ASSERT_TRUE(made);
  EXPECT_LT(made->size, 8'000'000u);
  expect_right("HEAD");
}

TEST_F(PackWriterAndGit, TakeEachObjectOnceFromManyPacks) {
  for (int i = 0; i < 4; ++i) {
    make_history(3 + i * 3, 12, "--force");
    git("repack -q");
    sh("cd repo; git rev-parse main:d1 | git pack-objects -q --revs .git/objects/pack/pack");
  }
  EXPECT_THAT(std::stoi(sh("ls repo/.git/objects/pack/*.pack | wc -l")), testing::Ge(8));
  ASSERT_TRUE(compact({id("main")}));
  expect_right("main");
}

TEST_F(PackWriterAndGit, LeaveSubmodulesAlone) {
  const auto tree = git("mktree", "160000 commit 0123456789012345678901234567890123456789\tsub\n");
  const auto commit = git("commit-tree -m x " + tree);
  const auto made = compact({*ObjectId::from_hex(commit)});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->objects, 2u);
}

TEST_F(PackWriterAndGit, NameWhatIsMissing) {
  const auto tree =
      git("mktree --missing", "100644 blob 0123456789012345678901234567890123456789\tgone\n");
  const auto made = compact({*ObjectId::from_hex(tree)});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, util::ErrorKind::kNotFound);
  EXPECT_THAT(made.error().message, testing::HasSubstr("0123456789012345678901234567890123456789"));
  EXPECT_THAT(made.error().message, testing::HasSubstr(tree));
}

TEST_F(PackWriterAndGit, NoticeEveryFlippedByteOfWhatIsCopied) {
  make_history(2, 2);
  git("repack -adq");
  sh("chmod u+w repo/.git/objects/pack/*");
  const std::string name = sh("printf %s repo/.git/objects/pack/*.pack");
  const auto whole = util::read_file(dir / name).value();
  const auto tip = id("main");
  for (std::size_t at = 12; at < whole.size() - 20; ++at) {
    auto damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    ASSERT_TRUE(util::write_file(dir / name, damaged));
    EXPECT_FALSE(compact({tip})) << at;
  }
}

TEST_F(PackWriterAndGit, AgreeOnRandomHistories) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    sh("rm -rf repo; git init -q -b main repo");
    make_history(static_cast<int>(2 + seed * 7 % 23), static_cast<int>(1 + seed * 5 % 17));
    const std::string depth = std::to_string(1 + seed % 9);
    git((seed % 3 == 0 ? "-c repack.useDeltaBaseOffset=false " : std::string()) +
        "repack -adfq --depth=" + depth);
    // A part of it once more, loose or in other packs.
    if (seed % 2 == 0) sh("cd repo; git rev-parse main | git pack-objects -q --revs ../extra");
    if (seed % 4 == 0) sh("mv extra-* repo/.git/objects/pack");
    if (seed % 4 == 2) sh("cd repo; cat ../extra-*.pack >../p; git -C . unpack-objects -q <../p");
    const std::string tip = "main~" + std::to_string(seed % 2);
    ASSERT_TRUE(compact({id(tip)})) << seed;
    expect_right(tip);
  }
}

}  // namespace
}  // namespace gitsync::git
