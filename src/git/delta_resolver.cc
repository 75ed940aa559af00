// SPDX-License-Identifier: Apache-2.0
#include "git/delta_resolver.h"

#include <memory>
#include <string>
#include <utility>

#include "git/not_understood.h"

namespace gitsync::git {

using util::ErrorKind;
using util::Result;

namespace {

// git makes no longer chains (git-pack-objects(1), --depth), and PackReader reads none.
constexpr std::uint16_t kMaxChain = 4096;

// As many deltas as git stacks by default, and some more: only as many are made again for one.
constexpr std::uint16_t kMaxAgain = 64;
// Bytes that may be made again in any case; beyond, no more than half of all that is made.
constexpr std::uint64_t kFreeAgain = std::uint64_t{32} << 20;

std::string at_offset(std::uint64_t offset) {
  return "pack, object at offset " + std::to_string(offset);
}

std::unexpected<util::Error> wrong(std::uint64_t offset, const std::string& what) {
  return util::fail(ErrorKind::kProtocol, at_offset(offset) + ": " + what);
}

}  // namespace

Result<void> DeltaResolver::add_whole(std::uint32_t position, std::uint64_t size,
                                      const SharedBase& content) {
  const PackedObject object = table_.at(position);
  if (content) reader_.keep(position, content);
  GS_TRY_VOID(tell(object, size, content));
  return release(position);
}

Result<void> DeltaResolver::add_delta(std::uint32_t position, const PackEntry& entry,
                                      std::string_view delta) {
  PackedObject object = table_.at(position);
  const auto base = entry.base_distance != 0 ? table_.find(object.offset - entry.base_distance)
                                             : table_.find(entry.base);
  if (!base && entry.base_distance != 0) {
    return wrong(object.offset, "nothing begins where its base should");
  }
  if (!base) {
    waiting_.wait_for(position, entry.base);
    return {};
  }
  auto content = reader_.cached(*base);
  if (!content && !may_read(*base)) {
    waiting_.wait_for(position, *base);
    return {};
  }
  if (!content) {
    GS_TRY(content, reader_.read(*base));
  }
  object.base = *base;
  table_.set(position, object);
  GS_TRY_VOID(apply(position, *content, delta));
  return release(position);
}

bool DeltaResolver::may_read(std::uint32_t base) const {
  const PackedObject object = table_.at(base);
  return object.state == PackedState::kWhole && object.depth <= kMaxAgain &&
         reader_.made_again() <= kFreeAgain + work_.made() / 2;
}

// PackedObject::base is set already.
Result<void> DeltaResolver::apply(std::uint32_t position, const Object& base,
                                  std::string_view delta) {
  PackedObject object = table_.at(position);
  object.depth = 1;
  if (object.base < kFirstBorrowed) {
    object.depth = static_cast<std::uint16_t>(table_.at(object.base).depth + 1);
  }
  if (object.depth > kMaxChain) return not_understood("a chain of too many deltas");
  auto bytes = reader_.apply(base.bytes, delta);
  if (!bytes) {
    auto error = std::move(bytes).error();
    if (error.kind == ErrorKind::kCorrupt) error.kind = ErrorKind::kProtocol;
    return util::fail(std::move(error).with_context(at_offset(object.offset)));
  }
  object.id = hasher_.hash(base.type, *bytes);
  object.type = base.type;
  object.state = PackedState::kWhole;
  table_.set(position, object);
  const auto content = std::make_shared<const Object>(base.type, std::move(*bytes));
  reader_.keep(position, content);
  return tell(object, content->bytes.size(), content);
}

Result<void> DeltaResolver::tell(const PackedObject& object, std::uint64_t size,
                                 const SharedBase& content) {
  if (observer_ == nullptr) return {};
  return observer_->arrived(
      {.id = object.id, .type = object.type, .size = size, .content = content}, work_.limit());
}

void DeltaResolver::take_waiting_for(std::uint32_t position, std::vector<std::uint32_t>& out) {
  if (waiting_.empty()) return;
  waiting_.take(table_.at(position).id, position, out);
  waiting_.take(position, out);
}

// Makes what waits for an object that has become whole, and what waits for that, and so on.
Result<void> DeltaResolver::release(std::uint32_t position) {
  std::vector<std::uint32_t> todo;
  take_waiting_for(position, todo);
  return make_all(std::move(todo));
}

// The last ones first: their bases were made just before.
Result<void> DeltaResolver::make_all(std::vector<std::uint32_t> todo) {
  while (!todo.empty()) {
    const std::uint32_t position = todo.back();
    todo.pop_back();
    GS_TRY_VOID(make(position));
    take_waiting_for(position, todo);
  }
  return {};
}

Result<void> DeltaResolver::make(std::uint32_t position) {
  GS_TRY(const auto delta, reader_.inflate(position));
  GS_TRY(const auto base, reader_.read(table_.at(position).base));
  return apply(position, *base, delta);
}

Result<void> DeltaResolver::finish() {
  for (std::uint32_t i = 0; i < table_.size() && !waiting_.empty(); ++i) {
    if (table_.at(i).state == PackedState::kWhole) GS_TRY_VOID(release(i));
  }
  for (std::uint32_t i = 0; i < table_.size() && !waiting_.empty(); ++i) {
    if (table_.at(i).state == PackedState::kWaitsForId) GS_TRY_VOID(borrow_for(i));
  }
  return expect_no_circle();
}

Result<void> DeltaResolver::borrow_for(std::uint32_t position) {
  const PackedObject object = table_.at(position);
  const std::uint32_t number = table_.borrow(object.id);
  const auto base = reader_.read(number);
  if (!base && base.error().kind == ErrorKind::kNotFound) {
    return wrong(object.offset, "its base " + object.id.hex() + " is missing");
  }
  if (!base) return util::fail(base.error());
  std::vector<std::uint32_t> todo;
  waiting_.take(object.id, number, todo);
  return make_all(std::move(todo));
}

// An object cannot be made of itself; but a copy of its base from elsewhere can make it, and then
// it looks as if it could.
Result<void> DeltaResolver::expect_no_circle() const {
  for (const ObjectId& id : table_.borrowed()) {
    const auto position = table_.find(id);
    if (!position) continue;
    return wrong(table_.at(*position).offset,
                 "object " + id.hex() + " is made, by deltas, of itself");
  }
  return {};
}

}  // namespace gitsync::git
