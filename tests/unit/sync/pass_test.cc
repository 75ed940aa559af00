// SPDX-License-Identifier: Apache-2.0
#include "sync/pass.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "unit/sync/sync_fixture.h"

namespace gitsync::sync {
namespace {

using namespace std::chrono_literals;
using test::revision;
using test::Step;
using testing::HasSubstr;

class PassTest : public SyncTest {};

TEST_F(PassTest, PublishesThenConfirmsNothingAndFollows) {
  Pass pass = new_pass();
  EXPECT_EQ(pass.run(limit())->outcome, Outcome::kPublished);
  EXPECT_EQ(shown(), revision('a').id);
  EXPECT_EQ(pass.run(limit())->outcome, Outcome::kUnchanged);
  EXPECT_EQ(source.inspected(), source::Depth::kPoll);
  source.tip = revision('b');
  const auto report = pass.run(limit());
  EXPECT_EQ(report->outcome, Outcome::kPublished);
  EXPECT_EQ(report->tree, layout.tree(revision('b')));
  EXPECT_EQ(shown(), revision('b').id);
  EXPECT_EQ(trees(), std::vector{revision('b').id});
}

TEST_F(PassTest, TheFirstPassAfterARestartConfirmsAndRevertsEdits) {
  ASSERT_TRUE(new_pass().run(limit()));
  Pass restarted = new_pass();
  EXPECT_EQ(restarted.run(limit())->outcome, Outcome::kConfirmed);
  EXPECT_EQ(source.inspected(), source::Depth::kStart);
  EXPECT_EQ(source.calls(Step::kRestore), 1);
  EXPECT_EQ(source.calls(Step::kMaterialize), 1);
  EXPECT_EQ(restarted.run(limit())->outcome, Outcome::kUnchanged);
  EXPECT_EQ(source.calls(Step::kRestore), 1);
}

TEST_F(PassTest, ADamagedTreeIsReplacedWithoutAGap) {
  Pass pass = new_pass();
  ASSERT_TRUE(pass.run(limit()));
  ASSERT_TRUE(util::write_file(layout.tree(revision('a')) + "/file", "damage"));
  // While the replacement is built readers keep what there is.
  source.behave(Step::kMaterialize, test::does([&] { EXPECT_EQ(shown(), "damage"); }));
  EXPECT_EQ(pass.run(limit())->outcome, Outcome::kPublished);
  EXPECT_EQ(shown(), revision('a').id);
  EXPECT_EQ(trees(), std::vector{revision('a').id});
}

TEST_F(PassTest, ALinkThatPointsElsewhereIsPointedBack) {
  Pass pass = new_pass();
  ASSERT_TRUE(pass.run(limit()));
  ASSERT_EQ(::unlink(link.c_str()), 0);
  EXPECT_EQ(pass.run(limit())->outcome, Outcome::kPublished);
  EXPECT_EQ(shown(), revision('a').id);
}

class CountingHook final : public hook::Hook {
 public:
  explicit CountingHook(std::atomic<int>& runs) : runs_(runs) {}
  util::Result<void> run(const std::string& /*hash*/, const util::Limit& /*limit*/) override {
    ++runs_;
    return {};
  }

 private:
  std::atomic<int>& runs_;
};

TEST_F(PassTest, ASnapshotOfWhichNothingCanBeToldYetIsPublishedByALaterPass) {
  std::atomic<int> runs = 0;
  notifier.publications.push_back(
      {.outbox = std::make_shared<snapshot::Outbox>(),
       .runner = hook::Runner::start(std::make_unique<CountingHook>(runs), {.name = "snapshot"},
                                     log.logger(), metrics)
                     .value()});
  Pass pass = new_pass();
  source.describes = false;
  EXPECT_TRUE(pass.run(limit())->owes_snapshot);
  EXPECT_TRUE(pass.run(limit())->owes_snapshot);
  source.describes = true;
  const auto report = pass.run(limit());
  EXPECT_EQ(report->outcome, Outcome::kUnchanged);
  EXPECT_FALSE(report->owes_snapshot);
  EXPECT_TRUE(notifier.publications[0].runner->wait_finished(limit()));
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(notifier.publications[0].outbox->of(revision('a').id)->lease.tree(),
            layout.tree(revision('a')));
  EXPECT_FALSE(pass.run(limit())->owes_snapshot);
  EXPECT_EQ(runs, 1);
}

// One test for each step and each way in which it can go wrong.
enum class Trouble { kFails, kHangs, kInterrupted };
class StepTest : public PassTest, public testing::WithParamInterface<std::tuple<Step, Trouble>> {
 protected:
  test::FakeSource::Behaviour trouble() const {
    switch (std::get<1>(GetParam())) {
      case Trouble::kFails:
        return test::fails();
      case Trouble::kHangs:
        return test::hangs();
      case Trouble::kInterrupted:
        break;
    }
    return test::is_interrupted(stop);
  }
  // Long enough for all that does not hang.
  util::Limit limit_in_trouble() const {
    const bool hangs = std::get<1>(GetParam()) == Trouble::kHangs;
    return hangs ? util::Limit{.stop = &stop}.within(2s) : limit();
  }
};

TEST_P(StepTest, InTroubleLeavesWhatIsPublishedAndGivesTheRootBack) {
  ASSERT_TRUE(new_pass().run(limit()));
  const Step step = std::get<0>(GetParam());
  if (step != Step::kRestore && step != Step::kInspect) source.tip = revision('b');
  source.behave(step, trouble());
  const auto report = new_pass().run(limit_in_trouble());
  // Reclaiming comes after the flip, and cannot fail the pass any more.
  EXPECT_EQ(report.has_value(), step == Step::kReclaim);
  EXPECT_EQ(shown(), (step == Step::kReclaim ? revision('b') : revision('a')).id);
  EXPECT_TRUE(root_is_free());

  // Nothing of it is left once the trouble is over.
  stop.consume();
  source.behave(step, nullptr);
  EXPECT_TRUE(new_pass().run(limit()));
  EXPECT_EQ(shown(), source.tip.id);
  EXPECT_EQ(trees(), std::vector{source.tip.id});
}

INSTANTIATE_TEST_SUITE_P(
    All, StepTest,
    testing::Combine(testing::Values(Step::kOpen, Step::kResolve, Step::kInspect, Step::kRestore,
                                     Step::kMaterialize, Step::kReclaim),
                     testing::Values(Trouble::kFails, Trouble::kHangs, Trouble::kInterrupted)));

class DamageTest : public PassTest, public testing::WithParamInterface<Step> {};

TEST_P(DamageTest, DoneDuringAStepIsRepairedByTheNextPass) {
  Pass pass = new_pass();
  ASSERT_TRUE(pass.run(limit()));
  source.tip = revision('b');
  source.behave(GetParam(), test::does([&] {
                  std::filesystem::remove_all(layout.trees());
                  std::filesystem::remove(link);
                }));
  [[maybe_unused]] const auto hit = pass.run(limit());
  source.behave(GetParam(), nullptr);
  EXPECT_TRUE(pass.run(limit()));
  EXPECT_EQ(shown(), revision('b').id);
}

INSTANTIATE_TEST_SUITE_P(All, DamageTest,
                         testing::Values(Step::kOpen, Step::kResolve, Step::kInspect,
                                         Step::kMaterialize, Step::kReclaim));

TEST_F(PassTest, AFailedBuildLeavesNoHalfTree) {
  source.behave(Step::kMaterialize, test::fails());
  ASSERT_FALSE(new_pass().run(limit()));
  EXPECT_TRUE(trees().empty());
}

TEST_F(PassTest, AnInterruptedBuildIsLeftToTheNextStart) {
  source.behave(Step::kMaterialize, test::is_interrupted(stop));
  ASSERT_FALSE(new_pass().run(limit()));
  EXPECT_EQ(trees().size(), 1U);
}

TEST_F(PassTest, ATreeThatCannotBePublishedIsRemoved) {
  // Where the link should be there is a folder that is not empty.
  source.behave(Step::kMaterialize,
                test::does([&] { EXPECT_TRUE(util::make_directories(link + "/folder")); }));
  ASSERT_FALSE(new_pass().run(limit()));
  EXPECT_TRUE(trees().empty());
}

TEST_F(PassTest, WhatWasReplacedWhileItWasFetchedIsAskedForAgain) {
  int moves = 0;
  source.behave(Step::kMaterialize, [&](const util::Limit&) -> util::Result<void> {
    if (++moves > 2) return {};
    source.tip = revision(moves == 1 ? 'b' : 'c');
    return util::fail(util::ErrorKind::kMoved, "moved");
  });
  EXPECT_EQ(new_pass().run(limit())->revision, revision('c'));
  EXPECT_EQ(shown(), revision('c').id);
}

TEST_F(PassTest, ASourceThatMovesForEverFailsThePass) {
  source.behave(Step::kMaterialize, test::fails(util::ErrorKind::kMoved));
  const auto report = new_pass().run(limit());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, util::ErrorKind::kMoved);
  EXPECT_EQ(source.calls(Step::kResolve), 4);
}

TEST_F(PassTest, AFullDiskMakesRoomOnceForEachRevision) {
  Pass pass = new_pass();
  ASSERT_TRUE(pass.run(limit()));
  const auto full = [](const util::Limit&) -> util::Result<void> {
    return util::fail(util::sys_error("write", ENOSPC));
  };
  source.behave(Step::kMaterialize, full);
  for (const char tip : {'b', 'b', 'c'}) {
    source.tip = revision(tip);
    const auto report = pass.run(limit());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().cause, util::Cause::kDiskFull);
  }
  ASSERT_EQ(source.reclaimed().size(), 2U);
  for (const auto& call : source.reclaimed()) {
    EXPECT_EQ(call.urgency, source::Urgency::kDiskFull);
    EXPECT_EQ(call.keep, std::vector{revision('a')});
  }
  EXPECT_EQ(shown(), revision('a').id);
}

TEST_F(PassTest, TheStoreIsTidiedOnlyWhenATreeWasRemoved) {
  Pass pass = new_pass();
  ASSERT_TRUE(pass.run(limit()));
  ASSERT_TRUE(pass.run(limit()));
  EXPECT_TRUE(source.reclaimed().empty());
  source.tip = revision('b');
  ASSERT_TRUE(pass.run(limit()));
  ASSERT_EQ(source.reclaimed().size(), 1U);
  EXPECT_EQ(source.reclaimed()[0].keep, std::vector{revision('b')});
}

TEST_F(PassTest, FailingToTidyIsOnlyLogged) {
  Pass pass = new_pass();
  ASSERT_TRUE(pass.run(limit()));
  source.tip = revision('b');
  source.behave(Step::kReclaim, test::fails());
  EXPECT_TRUE(pass.run(limit()));
  EXPECT_THAT(log.text(), HasSubstr("cleaning up failed"));
}

TEST_F(PassTest, TheTouchFileAppearsWithTheFirstSuccessAndWithEachChange) {
  Pass pass = new_pass();
  source.behave(Step::kResolve, test::fails());
  ASSERT_FALSE(pass.run(limit()));
  EXPECT_FALSE(util::exists(touch_file));
  source.behave(Step::kResolve, nullptr);
  ASSERT_TRUE(pass.run(limit()));
  EXPECT_TRUE(util::exists(touch_file));
  ASSERT_EQ(::unlink(touch_file.c_str()), 0);
  ASSERT_TRUE(pass.run(limit()));
  EXPECT_FALSE(util::exists(touch_file));
  source.tip = revision('b');
  ASSERT_TRUE(pass.run(limit()));
  EXPECT_TRUE(util::exists(touch_file));
}

TEST_F(PassTest, ReadinessComesOnceWithTheFirstSuccess) {
  int ready = 0;
  notifier.on_ready = [&] { ++ready; };
  Pass pass = new_pass();
  source.behave(Step::kMaterialize, test::fails());
  ASSERT_FALSE(pass.run(limit()));
  EXPECT_EQ(ready, 0);
  source.behave(Step::kMaterialize, nullptr);
  ASSERT_TRUE(pass.run(limit()));
  ASSERT_TRUE(pass.run(limit()));
  EXPECT_EQ(ready, 1);
}

// Another process locks the next file of this name, and may build the very same tree.
TEST_F(PassTest, ALockThatIsRemovedWhileATreeIsBuiltLeavesTheTreeAlone) {
  source.behave(Step::kMaterialize,
                test::does([&] { EXPECT_EQ(::unlink(layout.lock_file().c_str()), 0); }));
  const auto report = new_pass().run(limit());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, util::ErrorKind::kBusy);
  EXPECT_EQ(trees().size(), 1U);
  EXPECT_EQ(shown(), "");
}

TEST_F(PassTest, ALockThatIsRemovedBeforeABuildFailsLeavesTheTreeAlone) {
  source.behave(Step::kMaterialize, [this](const util::Limit&) -> util::Result<void> {
    EXPECT_EQ(::unlink(layout.lock_file().c_str()), 0);
    return util::fail(util::ErrorKind::kNetwork, "told to fail");
  });
  const auto report = new_pass().run(limit());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, util::ErrorKind::kNetwork);
  EXPECT_EQ(trees().size(), 1U);
}

TEST_F(PassTest, ALockThatIsRemovedKeepsFromMakingRoomOnAFullDisk) {
  source.behave(Step::kMaterialize, [this](const util::Limit&) -> util::Result<void> {
    ::unlink(layout.lock_file().c_str());
    return util::fail(util::sys_error("write", ENOSPC));
  });
  Pass pass = new_pass();
  const auto report = pass.run(limit());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().cause, util::Cause::kDiskFull);
  EXPECT_TRUE(source.reclaimed().empty());

  source.behave(Step::kMaterialize, [](const util::Limit&) -> util::Result<void> {
    return util::fail(util::sys_error("write", ENOSPC));
  });
  ASSERT_FALSE(pass.run(limit()));
  EXPECT_EQ(source.reclaimed().size(), 1U) << "it had not been tried before";
}

TEST_F(PassTest, ALockThatIsRemovedAfterPublishingKeepsFromTidying) {
  Pass pass = new_pass();
  ASSERT_TRUE(pass.run(limit()));
  source.tip = revision('b');
  Pass second = new_pass();
  notifier.on_ready = [&] { EXPECT_EQ(::unlink(layout.lock_file().c_str()), 0); };
  ASSERT_TRUE(second.run(limit()));
  EXPECT_EQ(shown(), revision('b').id);
  EXPECT_EQ(trees().size(), 2U);
  EXPECT_TRUE(source.reclaimed().empty());
  EXPECT_THAT(log.text(), HasSubstr("the lock of the root was removed"));
}

TEST_F(PassTest, AnotherProcessOnTheRootIsWaitedFor) {
  ASSERT_TRUE(util::make_directories(layout.root));
  const auto other = util::DirLock::try_acquire(layout.lock_file());
  ASSERT_TRUE(other);
  const auto report = new_pass().run(util::Limit{}.within(50ms));
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, util::ErrorKind::kTimeout);
  EXPECT_EQ(source.calls(Step::kOpen), 0);
}

}  // namespace
}  // namespace gitsync::sync
