// SPDX-License-Identifier: Apache-2.0
#include "source/arriving_objects.h"

#include "git/not_understood.h"

namespace gitsync::source {

using util::Result;

namespace {

constexpr std::size_t kMostKept = std::size_t{4} << 20;  // bytes

}  // namespace

Result<void> ArrivingObjects::take_all() {
  while (true) {
    GS_TRY(const auto object, pack_.next(limit_));
    if (!object) return {};
    GS_TRY_VOID(take(*object));
  }
}

Result<void> ArrivingObjects::take(const git::ArrivingPack::Arrived& object) {
  if (object.content->type != git::ObjectType::kBlob) {
    keep(object.id, object.content);
    return {};
  }
  return sink_ ? sink_(object.id, object.content->bytes) : Result<void>{};
}

// What is past the budget is read back from the pack.
void ArrivingObjects::keep(const git::ObjectId& id, const git::SharedBase& object) {
  if (kept_bytes_ + object->bytes.size() > kMostKept) return;
  if (kept_.emplace(id, object).second) kept_bytes_ += object->bytes.size();
}

Result<git::SharedBase> ArrivingObjects::wait_for(const git::ObjectId& id) {
  if (const auto known = kept_.find(id); known != kept_.end()) return known->second;
  while (true) {
    GS_TRY(const auto come, pack_.read_or_next(id, limit_));
    if (!come.wanted) {
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access): one of both has come
      GS_TRY_VOID(take(*come.other));
      continue;
    }
    if (come.wanted->type != git::ObjectType::kBlob) keep(id, come.wanted);
    return come.wanted;
  }
}

Result<git::Object> ArrivingObjects::read(const git::ObjectId& id, std::size_t limit) {
  if (id == git::kEmptyTree) return git::Object{.type = git::ObjectType::kTree, .bytes = {}};
  GS_TRY(const auto object, wait_for(id));
  if (object->bytes.size() <= limit) return *object;
  return git::not_understood("object " + id.hex() + " is too large to be read here");
}

Result<void> ArrivingObjects::stream(const git::ObjectId& id, const git::ObjectSink& sink) {
  return pack_.stream(id, sink, limit_);
}

}  // namespace gitsync::source
