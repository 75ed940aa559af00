// SPDX-License-Identifier: Apache-2.0
// Who is told that there is a new tree.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hook/runner.h"
#include "tree/revision.h"

namespace gitsync::sync {

// Owns the hooks' runners; each null if not configured. Thread-safety: none of its own; belongs
// to the sync loop.
struct Notifier {
  std::unique_ptr<hook::Runner> pre_publish;
  std::unique_ptr<hook::Runner> exec;
  std::unique_ptr<hook::Runner> web;
  // Called once, at the first successful update.
  std::function<void()> on_ready;

  // Ends all attempts together, so that stopping takes as long as the slowest, not as the sum.
  ~Notifier() {
    for (auto* runner : {pre_publish.get(), exec.get(), web.get()}) {
      if (runner != nullptr) runner->request_stop();
    }
  }
  Notifier() = default;
  Notifier(Notifier&&) = default;
  Notifier& operator=(Notifier&&) = delete;

  void about_to_publish(const tree::Revision& revision) const {
    if (pre_publish) pre_publish->trigger(revision.id);
  }
  void published(const tree::Revision& revision) const {
    if (exec) exec->trigger(revision.id);
    if (web) web->trigger(revision.id);
  }
};

}  // namespace gitsync::sync
