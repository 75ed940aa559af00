// SPDX-License-Identifier: Apache-2.0
#include "objects/archive_origin.h"

#include <chrono>
#include <utility>

#include "archive/reader.h"
#include "objects/download.h"
#include "objects/unpacked.h"
#include "util/sha256.h"

namespace gitsync::objects {

using util::Result;

ArchiveOrigin::ArchiveOrigin(ArchiveOriginOptions options, std::unique_ptr<RemoteObject> object,
                             log::Logger logger)
    : options_(std::move(options)), object_(std::move(object)), log_(std::move(logger)) {}

tree::Revision ArchiveOrigin::revision_of(const std::string& stamp) const {
  return {util::sha256_hex(object_->address() + "\n" + stamp)};
}

Result<source::Resolved> ArchiveOrigin::resolve(const std::optional<tree::Revision>& /*shown*/,
                                                const util::Limit& limit) {
  GS_TRY(stamp_, object_->look(stamp_, limit));
  return source::Resolved{.revision = revision_of(stamp_)};
}

Result<std::unique_ptr<tree::TreeContents>> ArchiveOrigin::open(const tree::Revision& revision,
                                                                const tree::Published* base,
                                                                const util::Limit& limit) {
  if (revision_of(stamp_) != revision) {
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

source::About ArchiveOrigin::about(const tree::Revision& /*revision*/) {
  return {.time = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
          .subject = object_->address()};
}

}  // namespace gitsync::objects
