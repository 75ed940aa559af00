// SPDX-License-Identifier: Apache-2.0
#include "metrics/metrics.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "util/fd.h"

namespace gitsync::metrics {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::Gt;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Lt;

// The lines that begin with `prefix`.
std::vector<std::string> lines(const Metrics& metrics, const std::string& prefix) {
  std::istringstream text(metrics.render());
  std::vector<std::string> found;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with(prefix)) found.push_back(line);
  }
  return found;
}

double value(const Metrics& metrics, const std::string& name) {
  const auto found = lines(metrics, name + " ");
  return found.size() == 1 ? std::stod(found[0].substr(name.size())) : -1;
}

TEST(Metrics, OnlyTheFetchCounterIsThereFromTheStart) {
  const Metrics metrics;
  EXPECT_THAT(lines(metrics, "git_"), ElementsAre("git_fetch_count_total 0"));
}

TEST(Metrics, PassesCountByStatusWithTheirDuration) {
  Metrics metrics;
  metrics.pass_done(PassStatus::kSuccess, milliseconds(1500));
  metrics.pass_done(PassStatus::kNoop, milliseconds(250));
  metrics.pass_done(PassStatus::kNoop, milliseconds(250));
  metrics.pass_done(PassStatus::kError, milliseconds(1000));
  EXPECT_THAT(lines(metrics, "git_sync_count_total"),
              testing::UnorderedElementsAre("git_sync_count_total{status=\"success\"} 1",
                                            "git_sync_count_total{status=\"noop\"} 2",
                                            "git_sync_count_total{status=\"error\"} 1"));
  EXPECT_THAT(lines(metrics, "git_sync_duration_seconds"),
              testing::UnorderedElementsAre("git_sync_duration_seconds_count{status=\"success\"} 1",
                                            "git_sync_duration_seconds_sum{status=\"success\"} 1.5",
                                            "git_sync_duration_seconds_count{status=\"noop\"} 2",
                                            "git_sync_duration_seconds_sum{status=\"noop\"} 0.5",
                                            "git_sync_duration_seconds_count{status=\"error\"} 1",
                                            "git_sync_duration_seconds_sum{status=\"error\"} 1"));
}

TEST(Metrics, TheOtherCountersHaveTheNamesAndLabelsOfTheContract) {
  Metrics metrics;
  metrics.update_fetched();
  metrics.askpass_called(Outcome::kSuccess);
  metrics.github_token_refreshed(Outcome::kError);
  metrics.hook_run("pre-publish-exechook", Outcome::kError);
  EXPECT_THAT(
      lines(metrics, "git_"),
      ElementsAre("git_fetch_count_total 1", "git_sync_askpass_calls{status=\"success\"} 1",
                  "git_sync_hook_run_count_total{name=\"pre-publish-exechook\",status=\"error\"} 1",
                  "git_sync_refresh_github_app_token_count{status=\"error\"} 1"));
}

TEST(Metrics, EachFamilyHasItsTypeAndTheFamiliesAreSorted) {
  Metrics metrics;
  metrics.pass_done(PassStatus::kSuccess, milliseconds(1));
  EXPECT_THAT(
      lines(metrics, "# TYPE"),
      ElementsAre("# TYPE git_fetch_count_total counter", "# TYPE git_sync_count_total counter",
                  "# TYPE git_sync_duration_seconds summary",
                  "# TYPE process_cpu_seconds_total counter", "# TYPE process_max_fds gauge",
                  "# TYPE process_open_fds gauge", "# TYPE process_resident_memory_bytes gauge",
                  "# TYPE process_start_time_seconds gauge",
                  "# TYPE process_virtual_memory_bytes gauge"));
  EXPECT_EQ(lines(metrics, "# HELP").size(), lines(metrics, "# TYPE").size());
}

TEST(Metrics, LargeCountsStayIntegers) {
  Metrics metrics;
  for (int i = 0; i < 1'000'000; ++i) metrics.update_fetched();
  EXPECT_THAT(lines(metrics, "git_"), ElementsAre("git_fetch_count_total 1000000"));
}

TEST(Metrics, ProcessValuesAreOfThisProcess) {
  const Metrics metrics;
  const auto now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch());
  EXPECT_THAT(value(metrics, "process_start_time_seconds"),
              AllOf(Gt(now.count() - 3600), Lt(now.count() + 2)));
  EXPECT_THAT(value(metrics, "process_resident_memory_bytes"), Gt(100'000));
  EXPECT_THAT(value(metrics, "process_virtual_memory_bytes"),
              Gt(value(metrics, "process_resident_memory_bytes")));
  EXPECT_GE(value(metrics, "process_cpu_seconds_total"), 0);
  EXPECT_GT(value(metrics, "process_max_fds"), 0);
  const double before = value(metrics, "process_open_fds");
  const util::Fd one_more(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(value(metrics, "process_open_fds"), before + 1);
}

TEST(Metrics, NothingIsLostWhenThreadsCountAndRenderAtOnce) {
  Metrics metrics;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&metrics] {
      for (int i = 0; i < 500; ++i) {
        metrics.pass_done(PassStatus::kNoop, milliseconds(1));
        metrics.hook_run("webhook", Outcome::kSuccess);
        if (i % 100 != 0) continue;
        EXPECT_THAT(metrics.render(), testing::Not(IsEmpty()));
      }
    });
  }
  threads.clear();  // joins
  EXPECT_THAT(lines(metrics, "git_sync_count_total"),
              ElementsAre("git_sync_count_total{status=\"noop\"} 2000"));
  EXPECT_THAT(
      lines(metrics, "git_sync_hook_run"),
      ElementsAre("git_sync_hook_run_count_total{name=\"webhook\",status=\"success\"} 2000"));
}

TEST(Metrics, RepositoriesOfOneProcessAreToldApartByALabel) {
  const Metrics process;
  Metrics first(process, "first");
  Metrics second(process, "second");
  first.pass_done(PassStatus::kSuccess, std::chrono::seconds(1));
  second.update_fetched();
  const std::string text = process.render();
  EXPECT_THAT(text, HasSubstr("git_sync_count_total{repository=\"first\",status=\"success\"} 1"));
  EXPECT_THAT(text, HasSubstr("git_fetch_count_total{repository=\"first\"} 0"));
  EXPECT_THAT(text, HasSubstr("git_fetch_count_total{repository=\"second\"} 1"));
}

}  // namespace
}  // namespace gitsync::metrics
