// SPDX-License-Identifier: Apache-2.0
#include "git/arrived_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "git/corrupt.h"
#include "git/delta.h"
#include "git/not_understood.h"
#include "git/read_at.h"

namespace gitsync::git {

using util::Result;

namespace {

constexpr std::size_t kPiece = std::size_t{32} << 10;  // bytes that are streamed at once
// Compressed bytes of an entry that are read in one piece.
constexpr std::size_t kWhole = std::size_t{256} << 10;

std::unexpected<util::Error> too_large(std::uint64_t size) {
  return not_understood("an object of a delta is too large to be made here, " +
                        std::to_string(size) + " bytes");
}

}  // namespace

ArrivedReader::Source::Source(const ReceivedObjects& objects, std::uint64_t offset,
                              std::uint64_t end)
    : objects_(objects), offset_(offset), end_(end), buffer_(kPiece) {}

Result<std::string_view> ArrivedReader::Source::next() {
  const auto piece = std::span(buffer_).first(
      static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size(), end_ - offset_)));
  GS_TRY_VOID(read_exactly_at(objects_.fd.get(), piece, offset_, objects_.shown));
  offset_ += piece.size();
  return std::string_view(piece.data(), piece.size());
}

Result<ArrivedReader> ArrivedReader::create(std::shared_ptr<const ReceivedObjects> objects,
                                            PackBudgets budgets, PackWork& work,
                                            ObjectStore* store) {
  GS_TRY(auto whole, WholeInflater::create());
  GS_TRY(auto inflater, Inflater::create());
  return ArrivedReader(std::move(objects), budgets, work, store, std::move(whole),
                       std::move(inflater));
}

util::Error ArrivedReader::at_offset(util::Error error, std::uint64_t offset) const {
  return std::move(error).with_context(objects_->shown + ", object at offset " +
                                       std::to_string(offset));
}

Result<ArrivedReader::Entry> ArrivedReader::entry(std::uint32_t position) {
  const std::uint64_t offset = objects_->table.at(position).offset;
  const std::uint64_t end = objects_->table.end_of(position);
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kWhole, end - offset));
  if (raw_.size() < wanted) raw_.resize(wanted);
  const auto raw = std::span(raw_).first(wanted);
  GS_TRY_VOID(read_exactly_at(objects_->fd.get(), raw, offset, objects_->shown));
  const std::string_view bytes(raw.data(), raw.size());
  const auto head = parse_pack_entry(bytes.substr(0, kMaxPackEntry));
  // It was one when it arrived.
  if (!head) return util::fail(at_offset(corrupt("no entry is there any more").error(), offset));
  return Entry{.head = *head,
               .start = bytes.substr(head->length),
               .offset = offset + head->length,
               .end = end};
}

Result<std::string> ArrivedReader::inflate(std::uint32_t position) {
  GS_TRY(const Entry found, entry(position));
  return inflate(found, position);
}

Result<std::string> ArrivedReader::inflate(const Entry& entry, std::uint32_t position) {
  if (entry.head.size > budgets_.delta) return too_large(entry.head.size);
  const auto size = static_cast<std::size_t>(entry.head.size);
  GS_TRY_VOID(work_->make(size));
  made_again_ += size;
  if (entry.start.size() == entry.end - entry.offset) {
    std::string bytes(size, '\0');
    if (whole_.inflate(entry.start, bytes)) return bytes;
  }
  Source source(*objects_, entry.offset, entry.end);
  inflater_.begin(source);
  auto bytes = inflater_.read_whole(size);
  if (bytes) return bytes;
  return util::fail(at_offset(std::move(bytes).error(), objects_->table.at(position).offset));
}

Result<std::string> ArrivedReader::apply(std::string_view base, std::string_view delta) {
  const auto sizes = read_delta_sizes(delta);
  const std::size_t room = budgets_.delta - std::min(budgets_.delta, base.size());
  if (sizes && sizes->result > room) return too_large(sizes->result);
  if (sizes) GS_TRY_VOID(work_->make(sizes->result));
  return apply_delta(base, delta);
}

SharedBase ArrivedReader::cached(std::uint32_t place) {
  if (place == last_place_) return last_;
  return bases_.find({.pack = 0, .offset = place});
}

void ArrivedReader::keep(std::uint32_t place, const SharedBase& object) {
  last_place_ = place;
  last_ = object;
  bases_.keep({.pack = 0, .offset = place}, object);
}

Result<SharedBase> ArrivedReader::root(std::uint32_t place) {
  if (auto object = cached(place)) return object;
  if (place >= kFirstBorrowed) {
    const ObjectId id = objects_->table.borrowed(place);
    if (store_ == nullptr) {
      return util::fail(util::ErrorKind::kNotFound, "object " + id.hex() + " is missing");
    }
    GS_TRY(auto object, store_->read(id, budgets_.delta));
    return std::make_shared<const Object>(std::move(object));
  }
  GS_TRY(auto bytes, inflate(place));
  return std::make_shared<const Object>(objects_->table.at(place).type, std::move(bytes));
}

Result<SharedBase> ArrivedReader::read(std::uint32_t place) {
  std::vector<std::uint32_t> deltas;
  while (place < kFirstBorrowed && !cached(place)) {
    const PackedObject object = objects_->table.at(place);
    if (object.base == kNoPosition) break;
    deltas.push_back(place);
    place = object.base;
  }
  GS_TRY(auto object, root(place));
  keep(place, object);
  for (; !deltas.empty(); deltas.pop_back()) {
    GS_TRY(const auto delta, inflate(deltas.back()));
    auto bytes = apply(object->bytes, delta);
    if (!bytes) {
      return util::fail(
          at_offset(std::move(bytes).error(), objects_->table.at(deltas.back()).offset));
    }
    made_again_ += bytes->size();
    object = std::make_shared<const Object>(object->type, std::move(*bytes));
    keep(deltas.back(), object);
  }
  return object;
}

Result<void> ArrivedReader::stream(std::uint32_t position, const ObjectSink& sink) {
  GS_TRY(const Entry found, entry(position));
  if (sink.begin) {
    GS_TRY_VOID(sink.begin({.type = objects_->table.at(position).type, .size = found.head.size}));
  }
  Source source(*objects_, found.offset, found.end);
  inflater_.begin(source);
  std::vector<char> piece(kPiece);
  for (std::uint64_t left = found.head.size; left > 0;) {
    const auto out = std::span(piece).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(left, piece.size())));
    GS_TRY_VOID(work_->make(out.size()));
    GS_TRY(const std::size_t got, inflater_.read(out));
    if (got < out.size()) return corrupt(objects_->shown + ": zlib stream is too short");
    GS_TRY_VOID(sink.write({out.data(), got}));
    left -= got;
  }
  return inflater_.expect_end();
}

}  // namespace gitsync::git
