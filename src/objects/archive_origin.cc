// SPDX-License-Identifier: Apache-2.0
#include "objects/archive_origin.h"

#include <utility>

#include "archive/reader.h"
#include "objects/download.h"
#include "objects/unpacked.h"

namespace gitsync::objects {

using util::Result;

ArchiveOrigin::ArchiveOrigin(ArchiveOriginOptions options, std::unique_ptr<RemoteObject> object,
                             log::Logger logger)
    : options_(std::move(options)), object_(std::move(object)), log_(std::move(logger)) {}

Result<source::Resolved> ArchiveOrigin::resolve(const std::optional<tree::Revision>& /*shown*/,
                                                const util::Limit& limit) {
  GS_TRY(stamp_, object_->look(stamp_, limit));
  return source::Resolved{.revision = object_->revision_of(stamp_),
                          .immutable = object_->is_pinned()};
}

Result<std::unique_ptr<tree::TreeContents>> ArchiveOrigin::open(const tree::Revision& revision,
                                                                const tree::Published* base,
                                                                const util::Limit& limit) {
  if (object_->revision_of(stamp_) != revision) {
    return util::fail(util::ErrorKind::kMoved, object_->address() + " was replaced");
  }
  log_.info(2, "unpacking", {{"address", object_->address()}, {"version", stamp_}});
  Download download(limit);
  GS_TRY_VOID(download.start(
      [this, limit](const Download::Sink& sink) { return object_->get(stamp_, sink, limit); }));
  archive::Reader reader(download.pull(), options_.limits);
  auto unpacked = Unpacked::read(reader, options_.layout, base, limit, log_);
  if (unpacked) return std::move(*unpacked);
  return util::fail(std::move(unpacked).error().with_context(object_->address()));
}

Result<source::About> ArchiveOrigin::about(const tree::Revision& revision,
                                           const util::Limit& limit) {
  if (object_->revision_of(stamp_) == revision) return object_->about(stamp_, limit);
  return util::fail(util::ErrorKind::kMoved, object_->address() + " was replaced");
}

}  // namespace gitsync::objects
