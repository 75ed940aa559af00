// SPDX-License-Identifier: Apache-2.0
#include "git/object_store.h"

#include <gtest/gtest.h>

#include <optional>

#include "repository_fixture.h"
#include "util/files.h"

namespace gitsync::git {
namespace {

constexpr std::size_t kLimit = std::size_t{64} << 20;

class ObjectStoreAndGit : public testing::Test, public RepositoryFixture {
 protected:
  ObjectStore open(PackBudgets budgets = {}) {
    auto store = ObjectStore::open(objects(), budgets);
    EXPECT_TRUE(store) << store.error().message;
    return std::move(store).value();
  }

  // What a stream gives, or the error.
  static util::Result<std::string> stream(ObjectStore& store, const ObjectId& id) {
    std::string bytes;
    std::optional<std::uint64_t> size;
    GS_TRY_VOID(store.stream(id, {.begin = [&](const ObjectInfo& info) -> util::Result<void> {
                                    size = info.size;
                                    return {};
                                  },
                                  .write = [&](std::string_view piece) -> util::Result<void> {
                                    bytes += piece;
                                    return {};
                                  }}));
    EXPECT_EQ(size, bytes.size());
    return bytes;
  }

  // Returns how many objects were compared.
  std::size_t expect_the_same(ObjectStore store) {
    const auto all = all_objects();
    for (const auto& [id, object] : all) {
      const auto ours = store.read(id, kLimit);
      if (!ours) {
        ADD_FAILURE() << ours.error().message;
        continue;
      }
      EXPECT_EQ(ours->type, object.type) << id.hex();
      EXPECT_EQ(ours->bytes, object.bytes) << id.hex();
      EXPECT_EQ(stream(store, id).value_or("error"), object.bytes) << id.hex();
      const auto info = store.info(id);
      EXPECT_TRUE(info) << id.hex();
      if (!info) continue;
      EXPECT_EQ(info->type, object.type) << id.hex();
      EXPECT_EQ(info->size, object.bytes.size()) << id.hex();
      EXPECT_TRUE(store.has(id).value_or(false));
    }
    return all.size();
  }

  std::string only_pack() {
    return std::string(util::trim(sh("ls -d repo/.git/objects/pack/*.pack | sed s/.pack$//")));
  }
  // Replaces the index of the only pack.
  void index_again(const std::string& options) {
    sh("p=" + only_pack() +
       "; chmod u+w $p.*; rm -f $p.rev; mv $p.pack tmp.pack; rm $p.idx; mv tmp.pack $p.pack; "
       "git -C repo index-pack " +
       options + " -o ../$p.idx ../$p.pack >/dev/null");
  }

  static constexpr ObjectId kNowhere{{1, 2, 3}};
};

TEST_F(ObjectStoreAndGit, ReadTheSameOfLooseObjects) {
  make_history(3, 20);
  sh("cd repo; mv .git/objects/pack ../packs; for p in ../packs/*.pack; do git unpack-objects -q "
     "<$p; "
     "done; git tag -a -m annotated v1 main");
  write("blob", "");
  EXPECT_GT(expect_the_same(open()), 40U);
}

TEST_F(ObjectStoreAndGit, ReadTheSameOfPacksWithDeltas) {
  make_history(60, 12);
  git("-c pack.threads=1 repack -adfq --depth=50");  // which deltas there are hangs on the threads
  ASSERT_NE(git("verify-pack -v ../" + only_pack() + ".idx").find("chain length = 2"),
            std::string::npos);
  EXPECT_GT(expect_the_same(open()), 400U);
  // Without any cache, and with one that holds one or two objects.
  expect_the_same(open({.base_cache = 0}));
  expect_the_same(open({.base_cache = std::size_t{16} * 1024}));
}

TEST_F(ObjectStoreAndGit, ReadTheSameOfDeltasWithIdsOfTheirBases) {
  make_history(20, 30);
  sh("cd repo; git rev-list --objects --all | git pack-objects -q --no-reuse-delta out >/dev/null;"
     "rm .git/objects/pack/*; mv out-* .git/objects/pack/");
  EXPECT_GT(expect_the_same(open()), 100U);
}

TEST_F(ObjectStoreAndGit, ReadTheSameOfTheLongestChains) {
  make_history(4200, 1, "--depth=4095");
  ASSERT_NE(git("verify-pack -v ../" + only_pack() + ".idx").find("chain length = 4095"),
            std::string::npos);
  auto store = open({.base_cache = 0});
  // The whole of it would take a while; the ends are what matters.
  for (const std::string commit : {"main", "main~104", "main~105", "main~4194", "main~4199"}) {
    const auto blob = id(commit + ":d0/e0/f0");
    const auto ours = store.read(blob, kLimit);
    ASSERT_TRUE(ours) << ours.error().message;
    EXPECT_EQ(ours->bytes, sh("git -C repo cat-file blob " + blob.hex()));
  }
}

TEST_F(ObjectStoreAndGit, ReadTheSameThroughAnIndexWithLargeOffsets) {
  make_history(5, 30);
  index_again("--index-version=2,0x100");
  const std::string index = util::read_file(dir / (only_pack() + ".idx")).value();
  const auto count = all_objects().size();
  ASSERT_GT(index.size(), 8 + 1024 + count * 28 + 40) << "offsets of 8 bytes";
  EXPECT_GT(expect_the_same(open()), 30U);
}

TEST_F(ObjectStoreAndGit, LeaveAnIndexOfTheFirstVersionToGit) {
  make_history(1, 3);
  index_again("--index-version=1");
  const auto store = ObjectStore::open(objects());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().cause, util::Cause::kNotUnderstood);
}

TEST_F(ObjectStoreAndGit, ReadTheSameOfManyPacksAndLooseObjectsTogether) {
  for (int i = 0; i < 6; ++i) {
    sh("cd repo; for n in 1 2 3; do echo $n " + std::to_string(i) +
       " >f$n; done; git add .; git commit -qm c" + std::to_string(i) +
       (i % 2 == 0 ? "; git repack -q" : ""));
  }
  EXPECT_GT(expect_the_same(open()), 20U);
}

TEST_F(ObjectStoreAndGit, FollowAlternatesAsDeepAsGit) {
  // r0 borrows from r1 and so on; each has one blob of its own.
  std::vector<ObjectId> ids;
  for (int i = 0; i < 9; ++i) {
    const std::string n = std::to_string(i);
    sh("git init -q r" + n);
    ids.push_back(*ObjectId::from_hex(
        util::trim(sh("echo " + n + " | git -C r" + n + " hash-object -w --stdin"))));
    // Absolute and relative ones in turn, with lines that are none.
    const std::string path = (i % 2 == 0 ? dir.path() + "/" : "../../../") + "r" +
                             std::to_string(i + 1) + "/.git/objects";
    ASSERT_TRUE(util::write_file(dir / ("r" + n + "/.git/objects/info/alternates"),
                                 "# comment\n\n/nowhere/at/all\n" + path + "\n../objects\n"));
  }
  auto store = ObjectStore::open(dir / "r0/.git/objects");
  ASSERT_TRUE(store) << store.error().message;
  for (const auto& id : ids) {
    const bool git_has = try_sh("git -C r0 cat-file -e " + id.hex()).ok();
    EXPECT_EQ(store->has(id).value(), git_has) << id.hex();
  }
  EXPECT_TRUE(store->has(ids[6]).value());
  EXPECT_FALSE(store->has(ids[7]).value());
}

TEST_F(ObjectStoreAndGit, LeaveQuotedAlternatesToGit) {
  ASSERT_TRUE(util::write_file(objects() + "/info/alternates", "\"/tmp\"\n"));
  EXPECT_EQ(ObjectStore::open(objects()).error().cause, util::Cause::kNotUnderstood);
}

TEST_F(ObjectStoreAndGit, FindWhatAGarbageCollectionHasPacked) {
  sh("cd repo; echo 1 >f; git add .; git commit -qm one");
  auto store = open();
  const auto first = id("main:f");
  EXPECT_TRUE(store.read(first, kLimit));
  sh("cd repo; echo 2 >f; git commit -qam two; git gc -q --prune=now");
  ASSERT_TRUE(sh("find repo/.git/objects -path '*/[0-9a-f][0-9a-f]/*'").empty())
      << "nothing is loose now";
  EXPECT_TRUE(store.read(first, kLimit));
  EXPECT_TRUE(store.read(id("main:f"), kLimit));
  // And once more, when the packs known so far are gone.
  sh("cd repo; echo 3 >f; git commit -qam three; git gc -q --prune=now");
  EXPECT_TRUE(store.read(id("main:f"), kLimit));
  EXPECT_TRUE(store.read(first, kLimit));
}

TEST_F(ObjectStoreAndGit, NameWhatIsMissing) {
  make_history(1, 1);
  auto store = open();
  const auto missing = store.read(kNowhere, kLimit);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, util::ErrorKind::kNotFound);
  EXPECT_NE(missing.error().message.find(kNowhere.hex()), std::string::npos);
  EXPECT_FALSE(store.has(kNowhere).value());
  EXPECT_FALSE(store.info(kNowhere));
  EXPECT_FALSE(stream(store, kNowhere));
}

TEST_F(ObjectStoreAndGit, LeaveWhatIsOnlyPromisedToGit) {
  make_history(1, 1);
  sh("touch " + only_pack() + ".promisor");
  EXPECT_EQ(open().read(kNowhere, kLimit).error().cause, util::Cause::kNotUnderstood);
}

TEST_F(ObjectStoreAndGit, KnowTheEmptyTreeWithoutHavingIt) {
  auto store = open();
  EXPECT_EQ(store.read(kEmptyTree, ObjectType::kTree, 0).value(), "");
  EXPECT_EQ(git("cat-file -t " + kEmptyTree.hex()), "tree");
}

TEST_F(ObjectStoreAndGit, RefuseAnotherTypeThanWasAskedFor) {
  const auto blob = write("blob", "x");
  EXPECT_EQ(open().read(blob, ObjectType::kTree, kLimit).error().kind, util::ErrorKind::kCorrupt);
}

TEST_F(ObjectStoreAndGit, LeaveWhatIsLargerThanItsLimitToGit) {
  const auto blob = write("blob", std::string(1000, 'x'));
  auto store = open();
  EXPECT_TRUE(store.read(blob, 1000));
  EXPECT_EQ(store.read(blob, 999).error().cause, util::Cause::kNotUnderstood);
  sh("cd repo; git repack -qad; git prune-packed; git pack-objects -q .git/objects/pack/pack "
     ">/dev/null <<X\n" +
     blob.hex() + "\nX\ngit prune-packed");
  store = open();
  EXPECT_TRUE(store.read(blob, 1000));
  EXPECT_EQ(store.read(blob, 999).error().cause, util::Cause::kNotUnderstood);
}

TEST_F(ObjectStoreAndGit, LeaveDeltasOverTheirBudgetToGit) {
  make_history(10, 4);
  git("repack -adfq");
  int left = 0;
  auto store = open({.delta = 2000});
  for (const auto& [id, object] : all_objects()) {
    const auto ours = stream(store, id);
    if (ours) {
      EXPECT_EQ(*ours, object.bytes);
    } else {
      EXPECT_EQ(ours.error().cause, util::Cause::kNotUnderstood);
      ++left;
    }
  }
  EXPECT_GT(left, 10);
}

TEST_F(ObjectStoreAndGit, StreamALargeBlobInSmallPieces) {
  constexpr std::uint64_t kSize = std::uint64_t{100} << 20;
  const auto blob = *ObjectId::from_hex(util::trim(
      sh("head -c " + std::to_string(kSize) + " /dev/zero | git -C repo hash-object -w --stdin")));
  for (const bool packed : {false, true}) {
    if (packed) {
      sh("cd repo; echo " + blob.hex() +
         " | git pack-objects -q .git/objects/pack/pack; git prune-packed");
    }
    auto store = open();
    std::uint64_t total = 0;
    std::size_t largest = 0;
    const auto result =
        store.stream(blob, {.write = [&](std::string_view piece) -> util::Result<void> {
                       total += piece.size();
                       largest = std::max(largest, piece.size());
                       return {};
                     }});
    EXPECT_TRUE(result) << result.error().message;
    EXPECT_EQ(total, kSize);
    EXPECT_LE(largest, std::size_t{64} * 1024);
  }
}

TEST_F(ObjectStoreAndGit, EndAStreamWithTheErrorOfItsSink) {
  const auto blob = write("blob", "text");
  auto store = open();
  const auto refuse = [](std::string_view) -> util::Result<void> {
    return util::fail(util::ErrorKind::kNotFound, "the file is gone");
  };
  const auto result = store.stream(blob, {.write = refuse});
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("the file is gone"), std::string::npos);
}

// Writes `bytes` over a read-only file.
void overwrite(const std::string& path, const std::string& bytes) {
  ASSERT_TRUE(util::write_file_atomic(path, "tmp.", bytes, 0644));
}

TEST_F(ObjectStoreAndGit, NoticeEveryFlippedByteOfALooseObject) {
  const auto blob = write("blob", "some text that is not very long\n");
  const std::string path = objects() + "/" + blob.hex().insert(2, "/");
  const std::string good = util::read_file(path).value();
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    overwrite(path, bad);
    auto store = open();
    const auto ours = store.read(blob, kLimit);
    // A few bits of the header mean nothing (of the window's size, for one).
    if (ours) {
      EXPECT_EQ(ours->bytes, "some text that is not very long\n");
      continue;
    }
    EXPECT_EQ(ours.error().kind, util::ErrorKind::kCorrupt) << i;
    EXPECT_NE(ours.error().message.find(blob.hex()), std::string::npos);
    EXPECT_FALSE(stream(store, blob));
  }
  for (const auto& bad : {good + "x", good.substr(0, good.size() - 1), std::string()}) {
    overwrite(path, bad);
    EXPECT_EQ(open().read(blob, kLimit).error().kind, util::ErrorKind::kCorrupt);
  }
}

TEST_F(ObjectStoreAndGit, NoticeEveryFlippedByteOfAPack) {
  make_history(3, 4);
  git("repack -adfq");
  const auto all = all_objects();
  const std::string path = dir / (only_pack() + ".pack");
  const std::string good = util::read_file(path).value();
  std::size_t noticed = 0;
  for (std::size_t i = 0; i < good.size(); i += 7) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x11);
    overwrite(path, bad);
    auto store = ObjectStore::open(objects());
    if (!store) {
      EXPECT_TRUE(i < 12 || i >= good.size() - 20) << i;
      ++noticed;
      continue;
    }
    std::size_t failed = 0;
    for (const auto& [id, object] : all) {
      const auto ours = store->read(id, kLimit);
      if (ours) {
        EXPECT_EQ(ours->bytes, object.bytes) << i;
      } else {
        EXPECT_TRUE(ours.error().kind == util::ErrorKind::kCorrupt ||
                    ours.error().cause == util::Cause::kNotUnderstood)
            << ours.error().message;
        ++failed;
      }
    }
    noticed += failed > 0 ? 1 : 0;
  }
  EXPECT_GT(noticed, good.size() / 7 - 20);
}

TEST_F(ObjectStoreAndGit, ReadAGoodCopyWhereOneIsDamaged) {
  make_history(1, 3);
  const std::string path = dir / (only_pack() + ".pack");
  const std::string good = util::read_file(path).value();
  ASSERT_TRUE(util::write_file(dir / "copy.pack", good));
  std::string bad = good;
  for (std::size_t i = 14; i < bad.size() - 20; ++i) bad[i] = static_cast<char>(bad[i] ^ 0x0f);
  const auto all = all_objects();
  overwrite(path, bad);
  EXPECT_FALSE(open().read(all.begin()->first, kLimit));
  sh("git init -q other; git -C other unpack-objects -q <copy.pack;"
     "cp -r other/.git/objects/?? repo/.git/objects/");
  auto store = open();
  for (const auto& [id, object] : all) {
    const auto ours = store.read(id, kLimit);
    ASSERT_TRUE(ours) << ours.error().message;
    EXPECT_EQ(ours->bytes, object.bytes);
  }
}

TEST_F(ObjectStoreAndGit, RefuseAPackThatDoesNotBelongToItsIndex) {
  make_history(1, 3);
  const std::string pack = only_pack();
  sh("git init -q other; cd other; echo x >f; git add .; git commit -qm x; git repack -qad");
  sh("chmod u+w " + pack + ".pack; cp other/.git/objects/pack/*.pack " + pack + ".pack");
  EXPECT_EQ(ObjectStore::open(objects()).error().kind, util::ErrorKind::kCorrupt);
}

TEST_F(ObjectStoreAndGit, IgnoreAnIndexWithoutAPackAndUnfinishedFiles) {
  make_history(1, 3);
  sh("cd repo/.git/objects/pack; touch lone.idx .tmp-1-pack-x.idx .tmp-1-pack-x.pack tmp_pack_x");
  EXPECT_GT(expect_the_same(open()), 3U);
}

}  // namespace
}  // namespace gitsync::git
