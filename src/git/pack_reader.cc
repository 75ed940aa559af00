// SPDX-License-Identifier: Apache-2.0
#include "git/pack_reader.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "git/corrupt.h"
#include "git/delta.h"
#include "git/not_understood.h"

namespace gitsync::git {

using util::Result;

namespace {

// git makes no longer ones (git-pack-objects(1), --depth). It bounds a circle of ids, too.
constexpr std::size_t kMaxChain = 4096;

std::unexpected<util::Error> too_large(std::uint64_t size) {
  return not_understood("too large to be read here, " + std::to_string(size) + " bytes");
}

}  // namespace

Result<std::string_view> PackReader::Source::next() {
  if (offset_ >= file_.size) return std::string_view{};
  GS_TRY(const auto bytes, blocks_.at(file_, offset_));
  offset_ += bytes.size();
  return bytes;
}

Result<std::uint64_t> PackReader::base_of(const PackFile& pack, const Place& delta) const {
  if (delta.entry.base_distance != 0) return delta.offset - delta.entry.base_distance;
  GS_TRY(const auto offset, pack.find(delta.entry.base));
  if (!offset) return corrupt(pack.shown() + " lacks the base " + delta.entry.base.hex());
  return *offset;
}

Result<PackReader::Chain> PackReader::follow(const PackFile& pack, std::uint64_t offset) {
  Chain chain;
  while (true) {
    chain.root.offset = offset;
    chain.cached = bases_.find({.pack = pack.number(), .offset = offset});
    if (chain.cached) return chain;
    GS_TRY(chain.root.entry, pack.entry(offset, blocks_));
    if (chain.root.entry.type) return chain;
    if (chain.deltas.size() == kMaxChain) return not_understood("a chain of too many deltas");
    chain.deltas.push_back(chain.root);
    GS_TRY(offset, base_of(pack, chain.root));
  }
}

void PackReader::start(const PackFile& pack, const Place& place) {
  source_.emplace(pack.content(), place.offset + place.entry.length, blocks_);
  inflater_.begin(*source_);
}

Result<std::string> PackReader::inflate(const PackFile& pack, const Place& place,
                                        std::size_t limit) {
  if (place.entry.size > limit) return too_large(place.entry.size);
  start(pack, place);
  auto bytes = inflater_.read_whole(static_cast<std::size_t>(place.entry.size));
  if (!bytes) return util::fail(std::move(bytes).error().with_context(pack.shown()));
  return bytes;
}

Result<SharedBase> PackReader::root_of(const PackFile& pack, const Chain& chain) {
  if (chain.cached) return chain.cached;
  GS_TRY(auto bytes, inflate(pack, chain.root, budgets_.delta));
  const auto type = chain.root.entry.type.value_or(ObjectType::kBlob);
  auto base = std::make_shared<const Object>(type, std::move(bytes));
  bases_.keep({.pack = pack.number(), .offset = chain.root.offset}, base);
  return base;
}

Result<Object> PackReader::apply(const PackFile& pack, const Object& base, const Place& delta,
                                 std::size_t limit) {
  GS_TRY(const auto bytes, inflate(pack, delta, budgets_.delta));
  const auto sizes = read_delta_sizes(bytes);
  const std::size_t room = budgets_.delta - std::min(budgets_.delta, base.bytes.size());
  if (sizes && sizes->result > std::min(limit, room)) return too_large(sizes->result);
  auto result = apply_delta(base.bytes, bytes);
  if (!result) return util::fail(std::move(result).error().with_context(pack.shown()));
  return Object{.type = base.type, .bytes = std::move(*result)};
}

Result<Object> PackReader::read(const PackFile& pack, std::uint64_t offset, std::size_t limit) {
  GS_TRY(const Chain chain, follow(pack, offset));
  if (chain.deltas.empty() && !chain.cached) {
    GS_TRY(auto bytes, inflate(pack, chain.root, limit));
    return Object{.type = chain.root.entry.type.value_or(ObjectType::kBlob),
                  .bytes = std::move(bytes)};
  }
  GS_TRY(auto base, root_of(pack, chain));
  if (chain.deltas.empty()) {
    if (base->bytes.size() > limit) return too_large(base->bytes.size());
    return *base;
  }
  for (std::size_t i = chain.deltas.size() - 1; i > 0; --i) {
    const Place& delta = chain.deltas[i];
    GS_TRY(auto object, apply(pack, *base, delta, budgets_.delta));
    base = std::make_shared<const Object>(std::move(object));
    bases_.keep({.pack = pack.number(), .offset = delta.offset}, base);
  }
  return apply(pack, *base, chain.deltas.front(), limit);
}

Result<ObjectInfo> PackReader::info(const PackFile& pack, std::uint64_t offset) {
  GS_TRY(const Chain chain, follow(pack, offset));
  ObjectInfo info;
  if (chain.cached) {
    info = {.type = chain.cached->type, .size = chain.cached->bytes.size()};
  } else {
    info = {.type = chain.root.entry.type.value_or(ObjectType::kBlob),
            .size = chain.root.entry.size};
  }
  if (chain.deltas.empty()) return info;
  start(pack, chain.deltas.front());
  std::array<char, kMaxDeltaSizes> head{};
  auto got = inflater_.read(head);
  if (!got) return util::fail(std::move(got).error().with_context(pack.shown()));
  const auto sizes = read_delta_sizes({head.data(), *got});
  if (!sizes) return corrupt(pack.shown() + ": delta without sizes");
  info.size = sizes->result;
  return info;
}

Result<std::optional<ObjectInfo>> PackReader::begin(const PackFile& pack, std::uint64_t offset) {
  GS_TRY(const auto entry, pack.entry(offset, blocks_));
  if (!entry.type) return std::nullopt;
  start(pack, {.offset = offset, .entry = entry});
  return ObjectInfo{.type = *entry.type, .size = entry.size};
}

}  // namespace gitsync::git
