// SPDX-License-Identifier: Apache-2.0
#include "sync/loop.h"

#include <gtest/gtest.h>

#include <functional>
#include <future>

#include "support/git_fixture.h"
#include "util/files.h"
#include "worktree/checkout_cli.h"

namespace gitsync::sync {
namespace {

using namespace std::chrono_literals;

// A remote whose answers a test decides. The repository is the one in the root itself, so that
// the commits are there without a fetch.
class FakeRemote final : public git::Remote {
 public:
  using Answer = std::function<util::Result<git::Oid>(int call)>;
  explicit FakeRemote(Answer answer) : answer_(std::move(answer)) {}
  util::Result<git::Oid> resolve(const util::Limit&) override { return answer_(calls_++); }
  util::Result<void> fetch(const git::Oid&, const util::Limit&) override { return {}; }

 private:
  Answer answer_;
  int calls_ = 0;
};

util::Result<git::Oid> away() { return util::fail(util::ErrorKind::kNetwork, "away"); }

class LoopTest : public testing::Test {
 protected:
  LoopTest() {
    EXPECT_TRUE(util::make_directories(layout.root));
    EXPECT_TRUE(repository.init(fixture.limit()));
    tip = fixture.commit(layout.root, "file", "1");
  }

  Ending run(LoopOptions options, FakeRemote::Answer answer) {
    options.period = options.period.count() > 0 ? options.period : 10ms;
    options.sync_timeout = 30s;
    Engine engine{
        .remote = std::make_unique<FakeRemote>(std::move(answer)),
        .checkout = std::make_unique<worktree::CheckoutCli>(
            layout, worktree::CheckoutOptions{}, fixture.cli, repository, fixture.logger())};
    Syncer syncer({.layout = layout,
                   .repo = "file:///x",
                   .ref = options.ref,
                   .git = fixture.cli,
                   .config = fixture.config,
                   .repository = repository,
                   .credentials = credentials,
                   .metrics = metrics,
                   .notifier = notifier,
                   .engine = std::move(engine),
                   .root = {layout, "file:///x", repository, fixture.config, fixture.logger()},
                   .publisher = {layout.root + "/link", fixture.logger()},
                   .retirer = {layout, {}, repository, fixture.logger()}},
                  fixture.logger());
    return Loop(options, syncer, credentials, notifier, metrics, stop, wake, fixture.logger())
        .run();
  }
  bool counted(const std::string& sample) const {
    return metrics.render().find(sample) != std::string::npos;
  }

  test::GitFixture fixture;
  const worktree::Layout layout{fixture.dir / "root"};
  const git::Repository repository{layout.root, fixture.cli, fixture.logger()};
  std::optional<git::Oid> tip;
  metrics::Metrics metrics;
  auth::Credentials credentials{{}, fixture.logger(), metrics};
  Notifier notifier;
  util::Event stop;
  util::Event wake;
};

TEST_F(LoopTest, ZeroAndOneBothGiveUpAtTheFirstFailureAndNAtTheNth) {
  for (const auto& [limit, failures] : {std::pair{0, 1}, std::pair{1, 1}, std::pair{3, 3}}) {
    int calls = 0;
    const auto ending = run({.max_failures = limit}, [&](int) {
      ++calls;
      return away();
    });
    EXPECT_EQ(ending, Ending::kTooManyFailures);
    EXPECT_EQ(calls, failures);
  }
}

TEST_F(LoopTest, TheInitialLimitHoldsUntilTheFirstSuccessOnly) {
  EXPECT_EQ(run({.max_failures = -1, .init_max_failures = 0}, [](int) { return away(); }),
            Ending::kTooManyFailures);
  int calls = 0;
  run({.max_failures = 2, .init_max_failures = -1}, [&](int call) -> util::Result<git::Oid> {
    ++calls;
    if (call == 4) return *tip;
    return away();
  });
  EXPECT_EQ(calls, 7);
}

TEST_F(LoopTest, ASuccessResetsTheCount) {
  int calls = 0;
  run({.max_failures = 2}, [&](int call) -> util::Result<git::Oid> {
    ++calls;
    if (call % 2 == 1 && call < 6) return *tip;
    return away();
  });
  EXPECT_EQ(calls, 8);
}

TEST_F(LoopTest, OneTimeEndsAfterTheFirstSuccess) {
  EXPECT_EQ(run({.one_time = true}, [&](int) { return util::Result<git::Oid>(*tip); }),
            Ending::kDone);
  EXPECT_EQ(util::read_file(layout.root + "/link/file").value(), "1");
  EXPECT_TRUE(counted("git_sync_count_total{status=\"success\"} 1\n"));
}

TEST_F(LoopTest, UnchangedPassesAreNoopsAndStopEndsAPause) {
  const auto ending = run({}, [&](int call) {
    if (call == 3) stop.set();
    return util::Result<git::Oid>(*tip);
  });
  EXPECT_EQ(ending, Ending::kStopped);
  EXPECT_TRUE(counted("git_sync_count_total{status=\"success\"} 1\n"));
  EXPECT_TRUE(counted("git_sync_count_total{status=\"noop\"} 2\n") ||
              counted("git_sync_count_total{status=\"noop\"} 3\n"));
  EXPECT_TRUE(counted("git_fetch_count_total 1\n"));
}

TEST_F(LoopTest, AFullHashIdlesUntilStopped) {
  auto idle = std::async(std::launch::async, [&] {
    return run({.ref = tip->hex()}, [&](int call) {
      EXPECT_EQ(call, 0);
      return util::Result<git::Oid>(*tip);
    });
  });
  EXPECT_EQ(idle.wait_for(0s), std::future_status::timeout);
  while (fixture.log_text().find("idling") == std::string::npos) {
    ASSERT_NE(idle.wait_for(10ms), std::future_status::ready);
  }
  wake.set();
  stop.set();
  EXPECT_EQ(idle.get(), Ending::kStoppedIdle);
}

TEST_F(LoopTest, AWakeDuringAPassIsRemembered) {
  // With this period the second pass comes only if the pause is cut short.
  const auto ending = run({.period = 1h}, [&](int call) {
    if (call == 0) wake.set();
    if (call == 1) stop.set();
    return util::Result<git::Oid>(*tip);
  });
  EXPECT_EQ(ending, Ending::kStopped);
}

}  // namespace
}  // namespace gitsync::sync
