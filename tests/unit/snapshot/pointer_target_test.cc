// SPDX-License-Identifier: Apache-2.0
// A pointer in a folder, with a depot around it that fails on demand.
#include "snapshot/pointer_target.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "snapshot/names.h"
#include "snapshot_fixture.h"
#include "util/files.h"

namespace gitsync::snapshot {
namespace {

using test::MemoryTree;
using testing::ElementsAre;
using testing::IsEmpty;
using tree::FileKind;
using util::Result;

// What a test does at a call, by its name and key.
using Meddle = std::function<Result<void>(const std::string& call, const std::string& key)>;

class MeddledDepot final : public Depot {
 public:
  MeddledDepot(const std::string& folder, const Meddle& meddle)
      : depot_(folder, [] {}), meddle_(meddle) {}
  std::string address() const override { return "depot/"; }
  Result<std::optional<StoredFile>> add(const std::string& key, const Bytes& bytes,
                                        const util::Limit& limit) override {
    GS_TRY_VOID(meddle_("add", key));
    return depot_.add(key, bytes, limit);
  }
  Result<void> put(const std::string& key, const Bytes& bytes, const util::Limit& limit) override {
    GS_TRY_VOID(meddle_("put", key));
    return depot_.put(key, bytes, limit);
  }
  Result<std::optional<std::uint64_t>> size(const std::string& key,
                                            const util::Limit& limit) override {
    GS_TRY_VOID(meddle_("size", key));
    return depot_.size(key, limit);
  }
  Result<std::optional<Document>> read(const std::string& key, const util::Limit& limit) override {
    GS_TRY_VOID(meddle_("read", key));
    return depot_.read(key, limit);
  }
  Result<void> replace(const std::string& key, const Document& next,
                       const util::Limit& limit) override {
    GS_TRY_VOID(meddle_("replace", key));
    return depot_.replace(key, next, limit);
  }
  Result<void> remove(const std::string& key, const util::Limit& limit) override {
    GS_TRY_VOID(meddle_("remove", key));
    return depot_.remove(key, limit);
  }
  Result<std::vector<std::string>> pointers(const util::Limit& limit) override {
    return depot_.pointers(limit);
  }

 private:
  FolderDepot depot_;
  const Meddle& meddle_;
};

class PointerTargetTest : public testing::Test, protected SnapshotFixture {
 protected:
  PointerTarget target(const std::string& name = "main", std::size_t keep = 10) {
    return {{.name = name,
             .source = "https://host/dags",
             .ref = "main",
             .keep = keep,
             .clock = [this] { return now; }},
            std::make_unique<MeddledDepot>(place.path(), meddle),
            archives,
            trees.log.logger()};
  }
  static MemoryTree numbered(std::size_t number) {
    return {{"large", {FileKind::kRegular, std::string(10000, 'x')}},
            {"number", {FileKind::kRegular, std::to_string(number)}}};
  }
  Result<void> publish(std::size_t number, const std::string& name = "main",
                       std::size_t keep = 10) {
    const auto tree = build(number, numbered(number));
    return target(name, keep).publish(item(tree), {});
  }
  Pointer pointer(const std::string& name = "main") const {
    return parse_pointer(util::read_file(place / pointer_key(name)).value()).value();
  }
  std::vector<std::string> archives_there() const {
    auto names = util::list_directory(place.path()).value();
    std::erase_if(names, [](const std::string& name) { return name.size() != 40 + 7; });
    return names;
  }
  // All that readers of it get is there.
  void expect_whole(const Pointer& shown) const {
    std::vector<StoredFile> files{shown.archive};
    for (const auto& step : shown.steps) files.push_back(step.file);
    for (const auto& file : files) {
      const auto bytes = util::read_file(place / file.key).value_or("");
      EXPECT_EQ(util::sha256_hex(bytes), file.sha256) << file.key;
      EXPECT_EQ(bytes.size(), file.size) << file.key;
    }
  }
  void note_calls() {
    calls.clear();
    meddle = [this](const std::string& call, const std::string& key) {
      calls.push_back(call + " " + key);
      return Result<void>{};
    };
  }
  static std::string key(std::size_t number) { return archive_key(test::revision_of(number)); }

  std::chrono::sys_seconds now{std::chrono::seconds(1800000000)};
  std::vector<std::string> calls;
  Meddle meddle = [](const std::string&, const std::string&) { return Result<void>{}; };
};

TEST_F(PointerTargetTest, ThePointerTellsOfAllThatIsThere) {
  ASSERT_TRUE(publish(1));
  const auto shown = pointer();
  EXPECT_EQ(shown.revision, test::revision_of(1));
  EXPECT_EQ(shown.source, "https://host/dags");
  EXPECT_EQ(shown.subject, "a change");
  EXPECT_EQ(shown.files, 2U);
  const auto bytes = util::read_file(place / shown.archive.key).value();
  EXPECT_EQ(util::sha256_hex(bytes), shown.archive.sha256);
  EXPECT_EQ(bytes.size(), shown.archive.size);
  EXPECT_EQ(util::read_file(place / "main.tar.gz").value(), bytes);
}

TEST_F(PointerTargetTest, StepsAreAChain) {
  for (const std::size_t number : {1U, 2U, 3U}) ASSERT_TRUE(publish(number));
  const auto steps = pointer().steps;
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].from, test::revision_of(1));
  EXPECT_EQ(steps[0].to, test::revision_of(2));
  EXPECT_EQ(steps[1].to, test::revision_of(3));
  EXPECT_TRUE(util::exists(place / steps[0].file.key));
}

TEST_F(PointerTargetTest, KilledBeforeAnyCallItLeavesAWholeSnapshotAndGoesOnLater) {
  ASSERT_TRUE(publish(1));
  const auto tree = build(2, numbered(2));
  note_calls();
  ASSERT_TRUE(target("counted").publish(item(tree), {}));
  const int moments = static_cast<int>(calls.size()) + 4;
  for (int moment = 0; moment < moments; ++moment) {
    int left = moment;
    meddle = [&](const std::string&, const std::string&) -> Result<void> {
      if (left-- > 0) return {};
      return util::fail(util::ErrorKind::kNetwork, "killed");
    };
    const bool done = target().publish(item(tree), {}).has_value();
    const auto shown = pointer();
    EXPECT_EQ(shown.revision, test::revision_of(done ? 2 : 1)) << moment;
    EXPECT_EQ(util::sha256_hex(util::read_file(place / shown.archive.key).value()),
              shown.archive.sha256);
  }
  EXPECT_EQ(pointer().revision, test::revision_of(2));
}

TEST_F(PointerTargetTest, WhatIsShownAlreadyCostsTwoRequests) {
  const auto tree = build(1, numbered(1));
  ASSERT_TRUE(target().publish(item(tree), {}));
  note_calls();
  ASSERT_TRUE(target().publish(item(tree), {}));
  EXPECT_THAT(calls, ElementsAre("read main.json", "size " + key(1)));
}

TEST_F(PointerTargetTest, AnArchiveThatIsGoneOrDamagedIsMadeAnew) {
  ASSERT_TRUE(publish(1));
  const auto tree = build(2, numbered(2));
  ASSERT_TRUE(target().publish(item(tree), {}));
  for (const bool gone : {true, false}) {
    const auto file = place / pointer().archive.key;
    ASSERT_TRUE(gone ? std::remove(file.c_str()) == 0 : util::write_file(file, "").has_value());
    ASSERT_TRUE(target().publish(item(tree), {}));
    expect_whole(pointer());
    EXPECT_EQ(pointer().steps.size(), 1U);
    EXPECT_EQ(pointer().superseded.size(), 1U);
  }
}

TEST_F(PointerTargetTest, AnotherTreeOfTheSameRevisionHasAnotherArchive) {
  ASSERT_TRUE(publish(1));
  const auto first = pointer();
  auto other = numbered(1);
  other["submodule/file"] = {FileKind::kRegular, "1"};
  test::WrittenTrees elsewhere{tree::Sharing::kNone};
  Archives others(elsewhere.options.layout);
  PointerTarget prod({.name = "prod"}, std::make_unique<MeddledDepot>(place.path(), meddle), others,
                     trees.log.logger());
  ASSERT_TRUE(prod.publish(item(elsewhere.build_exactly(1, other)), {}));
  const auto second = pointer("prod");
  EXPECT_NE(second.archive.key, first.archive.key);
  EXPECT_EQ(second.files, 3U);
  expect_whole(first);
  expect_whole(second);
}

TEST_F(PointerTargetTest, WhoeverMovesThePointerMeanwhileIsRightForNow) {
  ASSERT_TRUE(publish(1));
  const auto newer = build(2, numbered(2));
  const auto mine = build(3, numbered(3));
  for (const auto& theirs : {newer, mine}) {
    bool meddled = false;
    meddle = [&](const std::string& call, const std::string&) -> Result<void> {
      if (call != "replace" || std::exchange(meddled, true)) return {};
      return target().publish(item(theirs), {});
    };
    const auto published = target().publish(item(mine), {});
    EXPECT_EQ(published.has_value(), theirs.revision == mine.revision);
    EXPECT_EQ(pointer().revision, theirs.revision);
  }
}

TEST_F(PointerTargetTest, AnotherAttemptMakesNothingAgain) {
  const auto tree = build(1, numbered(1));
  auto publisher = target();
  meddle = [](const std::string& call, const std::string&) -> Result<void> {
    if (call == "replace") return util::fail(util::ErrorKind::kAuth, "refused");
    return {};
  };
  EXPECT_FALSE(publisher.publish(item(tree), {}));
  note_calls();
  ASSERT_TRUE(publisher.publish(item(tree), {}));
  EXPECT_THAT(calls, ElementsAre("read main.json", "put main.tar.gz", "replace main.json"));
}

TEST_F(PointerTargetTest, ARefThatIsAFullHashHasNoStableKeyBesideItsArchive) {
  const auto name = test::revision_of(1).id;
  ASSERT_TRUE(publish(1, name));
  EXPECT_EQ(pointer(name).archive.key, key(1));
  note_calls();
  ASSERT_TRUE(publish(1, name));
  EXPECT_THAT(calls, testing::Not(testing::Contains(testing::StartsWith("put"))));
}

TEST_F(PointerTargetTest, WhatIsNoPointerIsWrittenOver) {
  ASSERT_TRUE(util::write_file(place / "main.json", "garbage"));
  ASSERT_TRUE(publish(1));
  EXPECT_EQ(pointer().revision, test::revision_of(1));
}

TEST_F(PointerTargetTest, TheOldGoByCountButNotBeforeAnHour) {
  for (const std::size_t number : {1U, 2U, 3U, 4U}) ASSERT_TRUE(publish(number, "main", 1));
  EXPECT_EQ(archives_there().size(), 4U);
  now += std::chrono::hours(2);
  ASSERT_TRUE(publish(5, "main", 1));
  auto expected = std::vector<std::string>{key(4), key(5)};
  std::ranges::sort(expected);
  EXPECT_EQ(archives_there(), expected);
  EXPECT_EQ(pointer().superseded.size(), 1U);
  for (const auto& step : pointer().steps) {
    EXPECT_TRUE(util::exists(place / step.file.key)) << step.file.key;
  }
}

TEST_F(PointerTargetTest, WhatIsOldGoesBeforeWhatIsNewComes) {
  for (const std::size_t number : {1U, 2U}) ASSERT_TRUE(publish(number, "main", 0));
  now += std::chrono::hours(2);
  note_calls();
  ASSERT_TRUE(publish(3, "main", 0));
  const auto at = [&](const std::string& call) { return std::ranges::find(calls, call); };
  EXPECT_LT(at("remove " + key(1)), at("add " + key(3)));
}

TEST_F(PointerTargetTest, WhatCannotGoKeepsNothingFromComing) {
  for (const std::size_t number : {1U, 2U}) ASSERT_TRUE(publish(number, "main", 0));
  now += std::chrono::hours(2);
  meddle = [](const std::string& call, const std::string&) -> Result<void> {
    if (call == "remove") return util::fail(util::ErrorKind::kAuth, "refused");
    return {};
  };
  ASSERT_TRUE(publish(3, "main", 0));
  EXPECT_EQ(pointer().superseded.size(), 2U);
  now += std::chrono::hours(2);
  meddle = [](const std::string&, const std::string&) { return Result<void>{}; };
  ASSERT_TRUE(publish(4, "main", 0));
  EXPECT_EQ(pointer().superseded.size(), 1U);
  EXPECT_FALSE(util::exists(place / key(1)));
}

TEST_F(PointerTargetTest, StrangersBesideItArePassedOver) {
  ASSERT_TRUE(util::write_file(place / "large.json", std::string(2 * kMostPointerBytes, ' ')));
  ASSERT_TRUE(util::write_file(place / "odd.json", "[]"));
  for (const std::size_t number : {1U, 2U, 3U}) {
    ASSERT_TRUE(publish(number, "main", 0));
    now += std::chrono::hours(2);
  }
  EXPECT_FALSE(util::exists(place / key(1)));
}

TEST_F(PointerTargetTest, ARefThatGoesToAndFroLeavesNothingBehind) {
  const std::vector<tree::Published> two{build(1, numbered(1)), build(2, numbered(2))};
  for (int i = 0; i < 7; ++i) {
    ASSERT_TRUE(target("main", 0).publish(item(two[static_cast<std::size_t>(i % 2)]), {}));
    now += std::chrono::minutes(20);
    expect_whole(pointer());
  }
  now += std::chrono::hours(2);
  ASSERT_TRUE(publish(3, "main", 0));
  now += std::chrono::hours(2);
  ASSERT_TRUE(publish(4, "main", 0));
  std::vector<std::string> expected{key(3), key(4), "main.json", "main.tar.gz",
                                    pointer().steps.back().file.key};
  std::ranges::sort(expected);
  EXPECT_EQ(util::list_directory(place.path()).value(), expected);
}

TEST_F(PointerTargetTest, WhatAnotherRefShowsStays) {
  const auto tree = build(1, numbered(1));
  ASSERT_TRUE(target().publish(item(tree), {}));
  ASSERT_TRUE(target("prod").publish(item(tree), {}));
  for (const std::size_t number : {2U, 3U, 4U}) {
    ASSERT_TRUE(publish(number, "main", 0));
    now += std::chrono::hours(2);
  }
  EXPECT_TRUE(util::exists(place / key(1)));
  EXPECT_FALSE(util::exists(place / key(2)));
  expect_whole(pointer("prod"));
  ASSERT_EQ(pointer().superseded.size(), 1U);
  EXPECT_EQ(pointer().superseded[0].revision, test::revision_of(3));
}

TEST_F(PointerTargetTest, GoingBackToAnOldRevisionIsAStepLikeOthers) {
  const auto one = build(1, numbered(1));
  ASSERT_TRUE(target().publish(item(one), {}));
  ASSERT_TRUE(publish(2));
  ASSERT_TRUE(target().publish(item(one), {}));
  EXPECT_EQ(pointer().revision, test::revision_of(1));
  EXPECT_EQ(pointer().steps.back().from, test::revision_of(2));
  ASSERT_EQ(pointer().superseded.size(), 1U);
  EXPECT_EQ(pointer().superseded[0].revision, test::revision_of(2));
}

TEST_F(PointerTargetTest, WhatAKilledProcessHasLeftHalfWrittenGoes) {
  ASSERT_TRUE(util::write_file(place / ".new.abc", "half"));
  ASSERT_TRUE(publish(1));
  EXPECT_FALSE(util::exists(place / ".new.abc"));
}

TEST_F(PointerTargetTest, TwoTargetsPackATreeOnce) {
  const auto tree = build(1, numbered(1));
  const auto one = item(tree);
  const auto first = archives.pack(one, {}).value();
  EXPECT_EQ(archives.pack(one, {}).value(), first);
}

}  // namespace
}  // namespace gitsync::snapshot
