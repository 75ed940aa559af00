// SPDX-License-Identifier: Apache-2.0
// A publisher and a reader of the same folder; what lies there is damaged on purpose.
#include "objects/snapshot_origin.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <random>

#include "objects/object_source.h"
#include "snapshot/folder_depot.h"
#include "snapshot/names.h"
#include "snapshot/pointer_target.h"
#include "support/written_trees.h"
#include "util/files.h"

namespace gitsync::objects {
namespace {

using test::MemoryTree;
using testing::HasSubstr;
using tree::FileKind;
using util::Result;

class FolderPlace final : public SnapshotPlace {
 public:
  FolderPlace(std::string folder, std::vector<std::string>& gotten)
      : folder_(std::move(folder)), gotten_(gotten) {}
  std::string address() const override { return "the place"; }
  Result<std::optional<Document>> look(const std::string& known,
                                       const util::Limit& /*limit*/) override {
    GS_TRY(auto text, util::read_file(folder_ + "/main.json"));
    auto stamp = util::sha256_hex(text);
    if (stamp == known) return std::nullopt;
    return Document{.text = std::move(text), .stamp = std::move(stamp)};
  }
  Result<void> get(const std::string& key,
                   const std::function<Result<void>(std::string_view)>& sink,
                   const util::Limit& /*limit*/) override {
    gotten_.push_back(key);
    const auto bytes = util::read_file(folder_ + "/" + key);
    if (!bytes) return util::fail(util::ErrorKind::kMoved, key + " is gone");
    return sink(*bytes);
  }
  bool wait(const std::string& /*known*/, const util::Limit& /*limit*/) override { return false; }

 private:
  const std::string folder_;
  std::vector<std::string>& gotten_;
};

class SnapshotOriginTest : public testing::Test {
 protected:
  // What no gzip makes small, so that steps are worth their while.
  static std::string noise() {
    std::minstd_rand random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): always the same
    std::string bytes(100000, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() >> 8U);
    return bytes;
  }
  static MemoryTree files(std::size_t number) {
    return {{"large", {FileKind::kRegular, noise()}},
            {"number", {FileKind::kRegular, std::to_string(number)}},
            {"deep/run", {FileKind::kExecutable, "#!/bin/sh\n"}},
            {"deep/to", {FileKind::kSymlink, "../number"}}};
  }
  void publish(std::size_t number, const MemoryTree& files) {
    last_ = publisher_.build_exactly(number, files, last_.revision ? &last_ : nullptr);
    snapshot::PointerTarget target({.name = "main", .source = "s", .ref = "main"},
                                   std::make_unique<snapshot::FolderDepot>(place_.path(), [] {}),
                                   archives_, log_.logger());
    ASSERT_TRUE(target.publish({.revision = *last_.revision,
                                .lease = leases_->take(last_.tree),
                                .time = {},
                                .author = "Ada",
                                .subject = "a change"},
                               {}));
  }
  void publish(std::size_t number) { publish(number, files(number)); }

  // One pass of the reader, as sync/pass.cc does it.
  Result<void> sync() {
    gotten_.clear();
    if (!source_) {
      source_ = std::make_unique<ObjectSource>(
          ObjectSourceOptions{
              .layout = layout_, .sharing = tree::Sharing::kHardLinks, .hook_environment = {}},
          std::make_unique<SnapshotOrigin>(
              SnapshotOriginOptions{.layout = layout_, .limits = limits_},
              std::make_unique<FolderPlace>(place_.path(), gotten_), log_.logger()),
          log_.logger());
    }
    tree::Turns turns(layout_, log_.logger());
    GS_TRY(const auto turn, turns.take({}));
    GS_TRY_VOID(source_->open(shown_, {}));
    for (int tries = 0;; ++tries) {
      GS_TRY(const auto wanted, source_->resolve({}));
      auto draft = source_->materialize(wanted, shown_ ? &*shown_ : nullptr, turn, {});
      if (!draft && draft.error().kind == util::ErrorKind::kMoved && tries < 3) continue;
      if (!draft) return util::fail(draft.error());
      draft->keep();
      shown_ = tree::Published{.tree = draft->path(), .revision = draft->revision()};
      return {};
    }
  }
  MemoryTree shown() const { return shown_ ? test::read_tree(shown_->tree) : MemoryTree{}; }
  std::string pointer() const { return place_ / "main.json"; }

  test::CapturedLog log_;
  test::TempDir place_;
  test::WrittenTrees publisher_{tree::Sharing::kNone};
  snapshot::Archives archives_{publisher_.options.layout};
  std::shared_ptr<tree::Leases> leases_ = std::make_shared<tree::Leases>();
  tree::Published last_;
  test::TempDir root_;
  const tree::Layout layout_{root_.path()};
  archive::Limits limits_{.setting = "--max-tree-size"};
  std::vector<std::string> gotten_;
  std::unique_ptr<ObjectSource> source_;
  std::optional<tree::Published> shown_;
};

TEST_F(SnapshotOriginTest, TheFirstSyncGetsAllAndTheNextOneAStep) {
  publish(1);
  ASSERT_TRUE(sync());
  EXPECT_EQ(shown(), files(1));
  EXPECT_EQ(gotten_, std::vector{snapshot::archive_key(test::revision_of(1))});
  const auto inode = test::lstat_of(shown_->tree + "/large").st_ino;
  auto changed = files(2);
  changed.erase("deep/to");
  changed["deep/to/file"] = {FileKind::kRegular, "a folder now"};
  publish(2, changed);
  ASSERT_TRUE(sync());
  EXPECT_EQ(shown(), changed);
  EXPECT_EQ(gotten_, std::vector{snapshot::delta_key(test::revision_of(1), test::revision_of(2))});
  EXPECT_EQ(test::lstat_of(shown_->tree + "/large").st_ino, inode);
  EXPECT_EQ(source_->describe(*shown_->revision, {}).value().subject, "a change");
}

TEST_F(SnapshotOriginTest, AnArchiveOfAnotherTreeThanThePointersIsRefused) {
  publish(1);
  ASSERT_TRUE(sync());
  publish(2);
  auto lying = snapshot::parse_pointer(util::read_file(pointer()).value()).value();
  lying.tree_sha256 = std::string(64, 'a');
  ASSERT_TRUE(util::write_file(pointer(), snapshot::to_json(lying)));
  const auto synced = sync();
  ASSERT_FALSE(synced);
  EXPECT_EQ(synced.error().cause, util::Cause::kSnapshotDamaged);
  EXPECT_EQ(shown(), files(1));
}

TEST_F(SnapshotOriginTest, WhoWasAwayFollowsTheChain) {
  publish(1);
  ASSERT_TRUE(sync());
  for (const std::size_t number : {2U, 3U, 4U}) publish(number);
  ASSERT_TRUE(sync());
  EXPECT_EQ(shown(), files(4));
  EXPECT_EQ(gotten_.size(), 3U);
}

TEST_F(SnapshotOriginTest, AStepThatIsGoneOrDamagedMeansTheWhole) {
  publish(1);
  ASSERT_TRUE(sync());
  publish(2);
  const auto step = place_ / snapshot::delta_key(test::revision_of(1), test::revision_of(2));
  ASSERT_TRUE(util::write_file(step, "garbage"));
  ASSERT_TRUE(sync());
  EXPECT_EQ(shown(), files(2));
  EXPECT_EQ(gotten_.back(), snapshot::archive_key(test::revision_of(2)));
  publish(3);
  ASSERT_EQ(
      ::unlink((place_ / snapshot::delta_key(test::revision_of(2), test::revision_of(3))).c_str()),
      0);
  ASSERT_TRUE(sync());
  EXPECT_EQ(shown(), files(3));
}

TEST_F(SnapshotOriginTest, StepsThatLeadToAnotherTreeMeanTheWhole) {
  publish(1);
  ASSERT_TRUE(sync());
  publish(2);
  publish(3);
  auto pointer_now = snapshot::parse_pointer(util::read_file(pointer()).value()).value();
  pointer_now.steps.resize(1);
  pointer_now.steps[0].to = pointer_now.revision;
  ASSERT_TRUE(util::write_file(pointer(), snapshot::to_json(pointer_now)));
  ASSERT_TRUE(sync());
  EXPECT_EQ(shown(), files(3));
  EXPECT_THAT(log_.text(), HasSubstr("what came is another tree than the pointer's"));
}

TEST_F(SnapshotOriginTest, AnEditedFileThatDidNotChangeIsGottenAgain) {
  publish(1);
  ASSERT_TRUE(sync());
  ASSERT_TRUE(util::write_file(shown_->tree + "/large", "edited"));
  publish(2);
  ASSERT_TRUE(sync());
  EXPECT_EQ(shown(), files(2));
  EXPECT_EQ(gotten_.back(), snapshot::archive_key(test::revision_of(2)));
}

TEST_F(SnapshotOriginTest, AnArchiveThatIsNotThePointersIsRefused) {
  publish(1);
  ASSERT_TRUE(sync());
  publish(2);
  ASSERT_EQ(
      ::unlink((place_ / snapshot::delta_key(test::revision_of(1), test::revision_of(2))).c_str()),
      0);
  const auto whole = place_ / snapshot::archive_key(test::revision_of(2));
  const auto bytes = util::read_file(whole).value();
  for (const auto& wrong :
       {util::read_file(place_ / snapshot::archive_key(test::revision_of(1))).value(),
        bytes.substr(0, bytes.size() - 1), bytes + "x"}) {
    ASSERT_TRUE(util::write_file(whole, wrong));
    const auto synced = sync();
    ASSERT_FALSE(synced);
    EXPECT_THAT(synced.error().message, HasSubstr("the place"));
    EXPECT_EQ(shown(), files(1));
  }
  ASSERT_TRUE(util::write_file(whole, bytes));
  ASSERT_TRUE(sync());
  EXPECT_EQ(shown(), files(2));
}

TEST_F(SnapshotOriginTest, StepsToMoreThanMayBeAreRefusedAsTheWholeIs) {
  limits_.max_bytes = 150000;
  publish(1);
  ASSERT_TRUE(sync());
  auto more = files(2);
  more["more"] = {FileKind::kRegular, noise().substr(0, 60000)};
  publish(2, more);
  const auto synced = sync();
  ASSERT_FALSE(synced);
  EXPECT_THAT(synced.error().message, HasSubstr("--max-tree-size"));
  EXPECT_THAT(log_.text(), HasSubstr("the steps lead to a tree that is larger"));
  EXPECT_EQ(shown(), files(1));
}

TEST_F(SnapshotOriginTest, APointerThatIsNoneIsRefused) {
  publish(1);
  ASSERT_TRUE(sync());
  ASSERT_TRUE(util::write_file(pointer(), "<html>"));
  const auto synced = sync();
  ASSERT_FALSE(synced);
  EXPECT_THAT(synced.error().message, HasSubstr("no pointer to a snapshot"));
  EXPECT_EQ(shown(), files(1));
}

}  // namespace
}  // namespace gitsync::objects
