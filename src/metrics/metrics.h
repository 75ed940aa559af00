// SPDX-License-Identifier: Apache-2.0
// The numbers that /metrics shows. Names, labels and format: docs/contract.md#metrics.

#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace gitsync::metrics {

enum class Outcome { kSuccess, kError };
// kSuccess: published something, or the first success of the process; kNoop: nothing to do.
enum class PassStatus { kSuccess, kNoop, kError };

// The counters of one repository. A labelled series appears only once it was first incremented.
// Thread-safety: all members may be called from any thread.
class Metrics {
 public:
  // Of the only repository of the process: its series have no label that names it.
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;
  // Of one of several: shown together with those of `process`, with the label repository="<name>".
  Metrics(const Metrics& process, std::string repository);

  // `duration`: from the pass's start until after the touch-file step.
  void pass_done(PassStatus status, std::chrono::nanoseconds duration);
  // A pass that changes what is published; not each git fetch.
  void update_fetched();
  void askpass_called(Outcome outcome);
  void github_token_refreshed(Outcome outcome);
  // `name`: exechook, pre-publish-exechook or webhook. One attempt.
  void hook_run(std::string_view name, Outcome outcome);
  // One step of a pass was done by this engine: open, resolve, inspect, restore, fetch, build or
  // reclaim; native or git.
  void engine_step(std::string_view step, std::string_view engine);

  // Everything of the process in the Prometheus text format 0.0.4, families sorted by name, with
  // the process_* metrics as of now.
  std::string render() const;

 private:
  struct Families;
  using Labels = std::map<std::string, std::string>;
  Labels labelled(Labels labels) const;

  std::shared_ptr<Families> families_;
  Labels own_;  // on every series
};

}  // namespace gitsync::metrics
