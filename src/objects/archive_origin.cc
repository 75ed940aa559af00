// SPDX-License-Identifier: Apache-2.0
#include "objects/archive_origin.h"

#include <thread>
#include <utility>

#include "archive/reader.h"
#include "objects/byte_pipe.h"
#include "objects/unpacked.h"
#include "util/thread.h"

namespace gitsync::objects {

using util::Result;

namespace {

// Fetches in a thread of its own: libcurl gives what comes, libarchive asks for it.
class Download {
 public:
  Download(RemoteObject& object, std::string stamp, const util::Limit& limit)
      : object_(object), stamp_(std::move(stamp)), limit_(limit), pipe_(limit) {}
  Download(const Download&) = delete;
  Download& operator=(const Download&) = delete;
  ~Download() { pipe_.leave(); }

  Result<void> start() {
    GS_TRY(thread_, util::start_thread("download", [this] { run(); }));
    return {};
  }
  archive::Pull pull() {
    return [this] { return pipe_.read(); };
  }

 private:
  void run() {
    const auto got =
        object_.get(stamp_, [this](std::string_view bytes) { return pipe_.write(bytes); }, limit_);
    pipe_.end(got ? std::nullopt : std::optional(got.error()));
  }

  RemoteObject& object_;
  const std::string stamp_;
  const util::Limit limit_;
  BytePipe pipe_;
  std::jthread thread_;  // last, so that it ends first
};

}  // namespace

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
  Download download(*object_, stamp_, limit);
  GS_TRY_VOID(download.start());
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
