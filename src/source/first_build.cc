// SPDX-License-Identifier: Apache-2.0
#include "source/first_build.h"

#include <string>
#include <utility>

#include "source/delegation.h"
#include "util/thread.h"

namespace gitsync::source {

using util::Result;

namespace {

// What arrives, under the limit of the pass.
class ArrivingObjects final : public git::ObjectReader {
 public:
  ArrivingObjects(git::ArrivingPack& pack, const util::Limit& limit) : pack_(pack), limit_(limit) {}

  using ObjectReader::read;
  Result<git::Object> read(const git::ObjectId& id, std::size_t limit) override {
    if (id == git::kEmptyTree) return git::Object{.type = git::ObjectType::kTree, .bytes = {}};
    GS_TRY(const auto object, pack_.read(id, limit_));
    if (object->bytes.size() > limit) return not_understood("object " + id.hex() + " is too large");
    return *object;
  }
  Result<void> stream(const git::ObjectId& id, const git::ObjectSink& sink) override {
    return pack_.stream(id, sink, limit_);
  }

 private:
  git::ArrivingPack& pack_;
  const util::Limit& limit_;
};

}  // namespace

FirstBuild::FirstBuild(NativeBuilder& builder, tree::Revision revision, const util::Limit& limit)
    : builder_(builder), revision_(std::move(revision)), limit_(limit) {}

FirstBuild::~FirstBuild() { give_up(); }

// Says nothing new to who has seen the end of the pack.
void FirstBuild::give_up() {
  const util::Error error{.kind = util::ErrorKind::kStopped, .message = "the fetch was given up"};
  pack_.ended(&error);
}

Result<void> FirstBuild::start() {
  GS_TRY(thread_, util::start_thread("first build", [this] { run(); }));
  return {};
}

void FirstBuild::run() {
  ArrivingObjects objects(pack_, limit_);
  built_.emplace(builder_.write(revision_, objects, limit_));
  pack_.no_more_reads();
}

Result<tree::Built> FirstBuild::finish() {
  thread_.reset();  // joins
  return std::move(*built_);
}

}  // namespace gitsync::source
