// SPDX-License-Identifier: Apache-2.0
// Who is told that there is a new tree.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hook/runner.h"
#include "snapshot/outbox.h"
#include "source/source.h"
#include "tree/leases.h"
#include "tree/revision.h"

namespace gitsync::sync {

// Publishes snapshots in one place: what is put into its box, when its runner is triggered.
struct Publication {
  std::shared_ptr<snapshot::Outbox> outbox;
  std::unique_ptr<hook::Runner> runner;
};

// Owns the hooks' runners; each null if not configured. Thread-safety: none of its own; belongs
// to the sync loop.
struct Notifier {
  std::unique_ptr<hook::Runner> pre_publish;
  std::unique_ptr<hook::Runner> exec;
  std::unique_ptr<hook::Runner> web;
  std::vector<Publication> publications;
  std::shared_ptr<tree::Leases> leases = std::make_shared<tree::Leases>();
  // Called once, at the first successful update.
  std::function<void()> on_ready;

  // Ends all attempts together, so that stopping takes as long as the slowest, not as the sum.
  ~Notifier() {
    for (auto* runner : {pre_publish.get(), exec.get(), web.get()}) {
      if (runner != nullptr) runner->request_stop();
    }
    for (const auto& publication : publications) publication.runner->request_stop();
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
  // Lets the tree be published as a snapshot; until that is done it stays.
  void offer(const tree::Revision& revision, const std::string& tree,
             const source::About& about) const;
};

}  // namespace gitsync::sync
