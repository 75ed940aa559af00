// SPDX-License-Identifier: Apache-2.0
#include "git/pack_writer.h"

#include <algorithm>
#include <utility>

#include "git/corrupt.h"
#include "git/crc32.h"
#include "git/not_understood.h"

namespace gitsync::git {

using util::Result;

namespace {

// Of a chain of deltas. git's own default for what it makes; but one that stands in one pack comes
// from somebody who wanted it so (git-pack-objects(1), --depth, which ends at 4095).
constexpr unsigned kMaxDepth = 50;
constexpr unsigned kMaxDepthInPack = 4000;
constexpr std::size_t kMaxChain = 4096;

constexpr std::size_t kBetweenChecks = 256;  // entries

}  // namespace

struct PackWriter::Entry {
  std::size_t i = 0;
  ObjectSet::Number number = 0;
  std::uint64_t offset = 0;
  PackEntry head;
};

PackWriter::PackWriter(ObjectStore& store, const ObjectSet& objects, int file,
                       const std::string& shown)
    : store_(store),
      objects_(objects),
      out_(file, shown),
      offsets_(objects.size()),
      crcs_(objects.size()),
      depths_(objects.size()) {}

Result<void> PackWriter::begin() {
  GS_TRY(deflater_, Deflater::create());
  return out_.begin(static_cast<std::uint32_t>(objects_.size()));
}

void PackWriter::written(ObjectSet::Number number, std::uint64_t offset) {
  offsets_[number] = offset;
  crcs_[number] = out_.crc();
}

Result<void> PackWriter::copy(const PackFile& pack, const util::Limit& limit) {
  GS_TRY(const auto layout,
         PackLayout::read(pack, objects_, [&](ObjectSet::Number number, const PackIndexEntry& e) {
           if (!is_written(number)) crcs_[number] = e.crc;
         }));
  const Source source{.pack = pack, .layout = layout, .first = out_.offset()};
  for (std::size_t i = 0; i < layout.size(); ++i) {
    if (i % kBetweenChecks == 0) GS_TRY_VOID(limit.check());
    GS_TRY_VOID(copy_with_bases(source, i));
  }
  return {};
}

Result<void> PackWriter::copy_with_bases(const Source& source, std::size_t i) {
  std::vector<std::size_t> stack{i};
  while (!stack.empty()) {
    // A circle, if not a chain that only git would follow.
    if (stack.size() > kMaxChain) return not_understood("a chain of too many deltas");
    const auto number = source.layout.object(stack.back());
    bool done = !number || is_written(*number);
    if (!done) {
      GS_TRY(done, try_copy(source, stack));
    }
    if (done) stack.pop_back();
  }
  return {};
}

Result<bool> PackWriter::try_copy(const Source& source, std::vector<std::size_t>& stack) {
  Entry entry{.i = stack.back(),
              .number = source.layout.object(stack.back()).value_or(0),
              .offset = source.layout.offset(stack.back())};
  GS_TRY(entry.head, source.pack.entry(entry.offset, blocks_));
  if (entry.head.type) {
    GS_TRY_VOID(copy_object(source, entry));
    return true;
  }
  GS_TRY(const auto base, base_of(source, entry));
  const auto base_number = base ? source.layout.object(*base) : std::nullopt;
  if (base_number && !is_written(*base_number)) {
    stack.push_back(*base);
    return false;
  }
  if (base_number && may_be_delta(source, *base_number)) {
    GS_TRY_VOID(copy_delta(source, entry, *base_number));
  } else {
    GS_TRY_VOID(write_whole(entry.number));
  }
  return true;
}

Result<std::optional<std::size_t>> PackWriter::base_of(const Source& source,
                                                       const Entry& entry) const {
  if (entry.head.base_distance != 0) {
    return source.layout.find(entry.offset - entry.head.base_distance);
  }
  GS_TRY(const auto offset, source.pack.find(entry.head.base));
  return offset ? source.layout.find(*offset) : std::nullopt;
}

bool PackWriter::may_be_delta(const Source& source, ObjectSet::Number base) const {
  const bool same_pack = offsets_[base] >= source.first;
  return depths_[base] < (same_pack ? kMaxDepthInPack : kMaxDepth);
}

Result<void> PackWriter::copy_object(const Source& source, const Entry& entry) {
  const std::uint64_t offset = out_.offset();
  // The size was read from these bytes, and is spelled anew in the only short way.
  GS_TRY_VOID(out_.begin_object(entry.head.type.value_or(ObjectType::kBlob), entry.head.size));
  GS_TRY_VOID(copy_bytes(source, entry));
  written(entry.number, offset);
  return {};
}

Result<void> PackWriter::copy_delta(const Source& source, const Entry& entry,
                                    ObjectSet::Number base) {
  const std::uint64_t offset = out_.offset();
  GS_TRY_VOID(out_.begin_delta(entry.head.size, offset - offsets_[base]));
  GS_TRY_VOID(copy_bytes(source, entry));
  written(entry.number, offset);
  depths_[entry.number] = static_cast<std::uint16_t>(depths_[base] + 1);
  return {};
}

// What is compressed; the checksum is that of the whole entry.
Result<void> PackWriter::copy_bytes(const Source& source, const Entry& entry) {
  const std::uint64_t end = source.layout.end(entry.i);
  const std::uint64_t begin = entry.offset + entry.head.length;
  std::uint32_t crc = 0;
  for (std::uint64_t at = entry.offset; at < end;) {
    GS_TRY(auto bytes, blocks_.at(source.pack.content(), at));
    bytes =
        bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(end - at, bytes.size())));
    crc = crc32(crc, bytes);
    const std::uint64_t skipped = begin - std::min(begin, at);
    at += bytes.size();
    if (skipped < bytes.size()) {
      GS_TRY_VOID(out_.write(bytes.substr(static_cast<std::size_t>(skipped))));
    }
  }
  if (crc == crcs_[entry.number]) return {};
  return corrupt(source.pack.shown() + " is damaged at " + std::to_string(entry.offset));
}

Result<void> PackWriter::add_rest(const util::Limit& limit) {
  for (std::size_t i = 0; i < objects_.size(); ++i) {
    const auto number = static_cast<ObjectSet::Number>(i);
    if (is_written(number)) continue;
    GS_TRY_VOID(limit.check());
    GS_TRY_VOID(write_whole(number));
  }
  return {};
}

Result<void> PackWriter::write_whole(ObjectSet::Number number) {
  const std::uint64_t offset = out_.offset();
  if (!deflater_) return util::fail(util::ErrorKind::kLocal, "the pack was not begun");
  const Deflater::Sink compressed = [&](std::string_view bytes) { return out_.write(bytes); };
  const ObjectSink sink{.begin = [&](const ObjectInfo& info) -> Result<void> {
                          GS_TRY_VOID(out_.begin_object(info.type, info.size));
                          return deflater_->begin(info.size, compressed);
                        },
                        .write = [&](std::string_view bytes) { return deflater_->feed(bytes); }};
  GS_TRY_VOID(store_.stream(objects_[number], sink));
  GS_TRY_VOID(deflater_->end());
  written(number, offset);
  return {};
}

}  // namespace gitsync::git
