// SPDX-License-Identifier: Apache-2.0
#include "sync/notifier.h"

namespace gitsync::sync {

void Notifier::offer(const tree::Revision& revision, const std::string& tree,
                     const source::About& about) const {
  const auto item =
      std::make_shared<const snapshot::Item>(snapshot::Item{.revision = revision,
                                                            .lease = leases->take(tree),
                                                            .time = about.time,
                                                            .author = about.author,
                                                            .subject = about.subject});
  for (const auto& publication : publications) {
    publication.outbox->put(item);
    publication.runner->trigger(revision.id);
  }
}

}  // namespace gitsync::sync
