// SPDX-License-Identifier: Apache-2.0
// Only this file and process_metrics.cc know the Prometheus client library.
#include "metrics/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/registry.h>
#include <prometheus/summary.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <iterator>

#include "metrics/process_metrics.h"

namespace gitsync::metrics {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildSummary;
using prometheus::Counter;
using prometheus::Family;
using prometheus::MetricFamily;
using prometheus::Registry;
using prometheus::Summary;

std::string to_string(Outcome outcome) {
  return outcome == Outcome::kSuccess ? "success" : "error";
}

std::string to_string(PassStatus status) {
  switch (status) {
    case PassStatus::kSuccess:
      return "success";
    case PassStatus::kNoop:
      return "noop";
    case PassStatus::kError:
      break;
  }
  return "error";
}

}  // namespace

struct Metrics::Families {
  Registry registry;
  Family<Summary>& pass_duration = BuildSummary()
                                       .Name("git_sync_duration_seconds")
                                       .Help("Summary of git_sync durations")
                                       .Register(registry);
  Family<Counter>& passes =
      counter("git_sync_count_total", "How many git syncs completed, partitioned by status");
  Family<Counter>& fetches =
      counter("git_fetch_count_total", "How many git syncs had to update the checkout");
  Family<Counter>& askpass_calls = counter(
      "git_sync_askpass_calls", "How many git askpass calls completed, partitioned by status");
  Family<Counter>& github_token_refreshes =
      counter("git_sync_refresh_github_app_token_count",
              "How many times the GitHub app token was refreshed, partitioned by status");
  Family<Counter>& hook_runs =
      counter("git_sync_hook_run_count_total",
              "How many hook runs completed, partitioned by hook and status");
  Family<Counter>& engine_steps =
      counter("git_sync_engine_steps_total",
              "How many steps of git syncs were done, partitioned by step and engine");

  Family<Counter>& counter(const std::string& name, const std::string& help) {
    return BuildCounter().Name(name).Help(help).Register(registry);
  }
};

// The counter of fetches has no label of its own, so it is present from the start.
Metrics::Metrics() : families_(std::make_shared<Families>()) { families_->fetches.Add({}); }
Metrics::Metrics(const Metrics& process, std::string repository)
    : families_(process.families_), own_({{"repository", std::move(repository)}}) {
  families_->fetches.Add(own_);
}
Metrics::~Metrics() = default;

Metrics::Labels Metrics::labelled(Labels labels) const {
  labels.insert(own_.begin(), own_.end());
  return labels;
}

void Metrics::pass_done(PassStatus status, std::chrono::nanoseconds duration) {
  const auto labels = labelled({{"status", to_string(status)}});
  families_->pass_duration.Add(labels, Summary::Quantiles{})
      .Observe(std::chrono::duration<double>(duration).count());
  families_->passes.Add(labels).Increment();
}

void Metrics::update_fetched() { families_->fetches.Add(own_).Increment(); }

void Metrics::askpass_called(Outcome outcome) {
  families_->askpass_calls.Add(labelled({{"status", to_string(outcome)}})).Increment();
}

void Metrics::github_token_refreshed(Outcome outcome) {
  families_->github_token_refreshes.Add(labelled({{"status", to_string(outcome)}})).Increment();
}

void Metrics::hook_run(std::string_view name, Outcome outcome) {
  families_->hook_runs.Add(labelled({{"name", std::string(name)}, {"status", to_string(outcome)}}))
      .Increment();
}

void Metrics::engine_step(std::string_view step, std::string_view engine) {
  families_->engine_steps
      .Add(labelled({{"step", std::string(step)}, {"engine", std::string(engine)}}))
      .Increment();
}

std::string Metrics::render() const {
  auto families = families_->registry.Collect();
  std::ranges::move(process_metrics(), std::back_inserter(families));
  std::ranges::sort(families, {}, &MetricFamily::name);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace gitsync::metrics
