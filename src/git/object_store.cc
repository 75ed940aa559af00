// SPDX-License-Identifier: Apache-2.0
#include "git/object_store.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "git/corrupt.h"
#include "git/inflate.h"
#include "git/loose_object.h"
#include "git/not_understood.h"
#include "git/object_hasher.h"
#include "git/object_places.h"

namespace gitsync::git {

using util::ErrorKind;
using util::Result;

namespace {

enum class OnDamage { kTryOtherCopies, kFail };

constexpr std::size_t kPiece = std::size_t{32} * 1024;

}  // namespace

class ObjectStore::Impl {
 public:
  Impl(ObjectPlaces places, Inflater inflater, ObjectHasher hasher, PackBudgets budgets)
      : places_(std::move(places)),
        inflater_(std::move(inflater)),
        hasher_(std::move(hasher)),
        delta_budget_(budgets.delta),
        packs_(inflater_, budgets),
        loose_(inflater_) {}

  Result<Object> read(const ObjectId& id, std::size_t limit) {
    return find<Object>(id, OnDamage::kTryOtherCopies,
                        [&](ObjectPlace& place) { return read_at(place, id, limit); });
  }

  Result<void> stream(const ObjectId& id, const ObjectSink& sink) {
    // What the sink has got cannot be taken back, so that no other copy is tried.
    return find<void>(id, OnDamage::kFail,
                      [&](ObjectPlace& place) { return stream_at(place, id, sink); });
  }

  Result<ObjectInfo> info(const ObjectId& id) {
    return find<ObjectInfo>(id, OnDamage::kTryOtherCopies, [&](ObjectPlace& place) {
      return place.pack ? packs_.info(**place.pack, place.offset) : begin_loose(place, id);
    });
  }

  Result<bool> has(const ObjectId& id) {
    ObjectPlaces::Search search(places_, id);
    GS_TRY(const auto place, search.next());
    return place.has_value();
  }

 private:
  // Calls `use` with the places of an object until it succeeds.
  template <typename T, typename Use>
  Result<T> find(const ObjectId& id, OnDamage on_damage, const Use& use) {
    std::optional<util::Error> damage;
    ObjectPlaces::Search search(places_, id);
    while (true) {
      GS_TRY(auto place, search.next());
      if (!place) break;
      Result<T> result = use(*place);
      if (result) {
        ObjectPlaces::prefer(*place);
        return result;
      }
      if (on_damage == OnDamage::kFail || result.error().kind != ErrorKind::kCorrupt) {
        return named(std::move(result).error(), id);
      }
      if (!damage) damage = std::move(result).error();
    }
    if (damage) return named(std::move(*damage), id);
    return missing(id);
  }

  static std::unexpected<util::Error> named(util::Error error, const ObjectId& id) {
    return util::fail(std::move(error).with_context("object " + id.hex()));
  }

  std::unexpected<util::Error> missing(const ObjectId& id) const {
    if (places_.has_promises()) return not_understood("object " + id.hex() + " is only promised");
    return util::fail(ErrorKind::kNotFound, "object " + id.hex() + " is missing");
  }

  Result<ObjectInfo> begin_loose(ObjectPlace& place, const ObjectId& id) {
    return loose_.begin(std::move(place.loose), place.folder->path() + "/" + loose_path(id));
  }

  Result<Object> read_loose(ObjectPlace& place, const ObjectId& id, std::size_t limit) {
    GS_TRY(const auto info, begin_loose(place, id));
    if (info.size > limit) return too_large(info.size);
    GS_TRY(auto bytes, inflater_.read_whole(static_cast<std::size_t>(info.size)));
    GS_TRY_VOID(loose_.expect_end());
    return Object{.type = info.type, .bytes = std::move(bytes)};
  }

  Result<Object> read_at(ObjectPlace& place, const ObjectId& id, std::size_t limit) {
    GS_TRY(auto object, place.pack ? packs_.read(**place.pack, place.offset, limit)
                                   : read_loose(place, id, limit));
    if (hasher_.hash(object.type, object.bytes) != id) return wrong_content();
    return object;
  }

  Result<void> stream_at(ObjectPlace& place, const ObjectId& id, const ObjectSink& sink) {
    if (!place.pack) {
      GS_TRY(const auto info, begin_loose(place, id));
      GS_TRY_VOID(pour(info, id, sink));
      return loose_.expect_end();
    }
    GS_TRY(const auto info, packs_.begin(**place.pack, place.offset));
    if (info) return pour(*info, id, sink);
    GS_TRY(const auto object, read_at(place, id, delta_budget_));
    GS_TRY_VOID(begin(sink, {.type = object.type, .size = object.bytes.size()}));
    return object.bytes.empty() ? Result<void>{} : sink.write(object.bytes);
  }

  static Result<void> begin(const ObjectSink& sink, const ObjectInfo& info) {
    return sink.begin ? sink.begin(info) : Result<void>{};
  }

  // All bytes of the object for which the inflater is ready.
  Result<void> pour(const ObjectInfo& info, const ObjectId& id, const ObjectSink& sink) {
    GS_TRY_VOID(begin(sink, info));
    hasher_.begin(info.type, info.size);
    for (std::uint64_t left = info.size; left > 0;) {
      const auto piece = std::span(piece_).first(std::min<std::uint64_t>(left, kPiece));
      GS_TRY(const std::size_t got, inflater_.read(piece));
      if (got < piece.size()) return corrupt("zlib stream is too short");
      const std::string_view bytes(piece.data(), got);
      hasher_.update(bytes);
      GS_TRY_VOID(sink.write(bytes));
      left -= got;
    }
    GS_TRY_VOID(inflater_.expect_end());
    return hasher_.finish() == id ? Result<void>{} : wrong_content();
  }

  static std::unexpected<util::Error> too_large(std::uint64_t size) {
    return not_understood("too large to be read here, " + std::to_string(size) + " bytes");
  }
  static std::unexpected<util::Error> wrong_content() {
    return corrupt("its content is not what its id says");
  }

  ObjectPlaces places_;
  Inflater inflater_;
  ObjectHasher hasher_;
  std::size_t delta_budget_;
  PackReader packs_;
  LooseReader loose_;
  std::array<char, kPiece> piece_{};
};

ObjectStore::ObjectStore(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
ObjectStore::ObjectStore(ObjectStore&&) noexcept = default;
ObjectStore& ObjectStore::operator=(ObjectStore&&) noexcept = default;
ObjectStore::~ObjectStore() = default;

Result<ObjectStore> ObjectStore::open(const std::string& objects, PackBudgets budgets) {
  GS_TRY(auto places, ObjectPlaces::open(objects));
  GS_TRY(auto inflater, Inflater::create());
  GS_TRY(auto hasher, ObjectHasher::create());
  return ObjectStore(
      std::make_unique<Impl>(std::move(places), std::move(inflater), std::move(hasher), budgets));
}

Result<Object> ObjectStore::read(const ObjectId& id, std::size_t limit) {
  if (id == kEmptyTree) return Object{.type = ObjectType::kTree, .bytes = {}};
  return impl_->read(id, limit);
}

Result<void> ObjectStore::stream(const ObjectId& id, const ObjectSink& sink) {
  return impl_->stream(id, sink);
}

Result<bool> ObjectStore::has(const ObjectId& id) {
  if (id == kEmptyTree) return true;
  return impl_->has(id);
}

Result<ObjectInfo> ObjectStore::info(const ObjectId& id) {
  if (id == kEmptyTree) return ObjectInfo{.type = ObjectType::kTree, .size = 0};
  return impl_->info(id);
}

}  // namespace gitsync::git
