// SPDX-License-Identifier: Apache-2.0
// The program from settings to its end, on a fake source. Each test runs it in a child process,
// because it takes over signals.
#include "app/daemon.h"

#include <gmock/gmock.h>
#include <signal.h>

#include "app/signals.h"
#include "support/child.h"
#include "support/fake_source.h"
#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::app {
namespace {

using test::Step;
using testing::HasSubstr;
using testing::Not;
using util::Result;

class DaemonTest : public testing::Test {
 protected:
  // Runs the daemon and ends as main() would. `prepare` sets up the source.
  int run(const std::function<void(test::FakeSource&, const Process&)>& prepare) const {
    config::Outcome outcome;
    outcome.settings = settings;
    const util::Environment environment;
    const auto end = run_daemon(
        {.configured = outcome,
         .environment = environment,
         .working_directory = dir.path(),
         .version = "1",
         .make_source = [&](const SourceSettings& s, const Process& process, auth::Credentials&,
                            const log::Logger& logger) -> Result<std::unique_ptr<source::Source>> {
           if (!source_error.empty()) return util::fail(util::ErrorKind::kInvalid, source_error);
           auto source = std::make_unique<test::FakeSource>(tree::Layout{s.root}, logger);
           prepare(*source, process);
           return source;
         }});
    if (end.signal != 0) die_by_signal(end.signal);
    return end.exit_status;
  }
  static void as_it_is(test::FakeSource& /*source*/, const Process& /*process*/) {}
  std::string shown() const { return util::read_file(dir / "root/link/file").value_or(""); }

  test::TempDir dir;
  config::Settings settings = [this] {
    config::Settings s;
    s.repo = "fake";
    s.root = s.root_as_given = dir / "root";
    s.link = "link";
    s.period = std::chrono::milliseconds(10);
    return s;
  }();
  std::string source_error;
};

TEST_F(DaemonTest, OneTimeEndsWithZeroAndTheTreeIsThere) {
  settings.one_time = true;
  test::Child child([&] { return run(as_it_is); });
  EXPECT_EQ(child.wait(), 0) << child.standard_error();
  EXPECT_EQ(shown(), test::revision('a').id);
}

TEST_F(DaemonTest, AFailedStartEndsWithOneAndSaysWhy) {
  source_error = "no such thing";
  test::Child child([&] { return run(as_it_is); });
  EXPECT_EQ(child.wait(), 1);
  EXPECT_THAT(child.standard_error(), HasSubstr("no such thing"));
}

TEST_F(DaemonTest, TheFailureLimitEndsWithOne) {
  test::Child child([&] {
    return run([](auto& source, const auto&) { source.behave(Step::kResolve, test::fails()); });
  });
  EXPECT_EQ(child.wait(), 1);
  EXPECT_THAT(child.standard_error(), HasSubstr("too many failures"));
}

class StoppedAt : public DaemonTest, public testing::WithParamInterface<Step> {};

// Whatever step hangs, SIGTERM ends the process by that signal within a second or so.
TEST_P(StoppedAt, EveryStepGivesWay) {
  if (GetParam() == Step::kInspect || GetParam() == Step::kRestore) {
    settings.one_time = true;
    test::Child first([&] { return run(as_it_is); });
    ASSERT_EQ(first.wait(), 0);
    settings.one_time = false;
  }
  const std::string hanging = dir / "hanging";
  test::Child child([&] {
    return run([&](test::FakeSource& source, const Process&) {
      source.behave(GetParam(), [&](const util::Limit& limit) -> Result<void> {
        EXPECT_TRUE(util::touch(hanging));
        return test::hangs()(limit);
      });
    });
  });
  ASSERT_TRUE(test::eventually([&] { return util::exists(hanging); }));
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), 128 + SIGTERM);
  EXPECT_THAT(child.standard_error(), Not(HasSubstr("error syncing")));
}

INSTANTIATE_TEST_SUITE_P(All, StoppedAt,
                         testing::Values(Step::kOpen, Step::kResolve, Step::kInspect,
                                         Step::kRestore, Step::kMaterialize));

TEST_F(DaemonTest, WhatMustNotStayBehindGoesEvenWhenTheEndIsForced) {
  const std::string secret = dir / "secret";
  const std::string hanging = dir / "hanging";
  test::Child child([&] {
    util::ForcedEnd::Registration duty;
    return run([&](test::FakeSource& source, const Process& process) {
      EXPECT_TRUE(util::touch(secret));
      duty =
          process.forced_end.add([&] { [[maybe_unused]] auto gone = util::remove_tree(secret); });
      // Deaf to every limit.
      source.behave(Step::kResolve, test::does([&] {
                      EXPECT_TRUE(util::touch(hanging));
                      const util::Event never;
                      const util::Event* const events[] = {&never};
                      util::wait_for_any(events, util::Deadline::max());
                    }));
    });
  });
  ASSERT_TRUE(test::eventually([&] { return util::exists(hanging); }));
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), 128 + SIGTERM);
  EXPECT_FALSE(util::exists(secret));
}

TEST_F(DaemonTest, AnAddressThatCannotBeListenedOnEndsWithOne) {
  settings.http_bind = "nonsense";
  test::Child child([&] { return run(as_it_is); });
  EXPECT_EQ(child.wait(), 1);
  EXPECT_THAT(child.standard_error(), HasSubstr("nonsense"));
}

}  // namespace
}  // namespace gitsync::app
