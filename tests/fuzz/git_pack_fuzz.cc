// SPDX-License-Identifier: Apache-2.0
// What stands in packs: the index of one, whose ids must all be looked for without harm; the
// beginning of an entry; a delta, which makes what it says or nothing; the header of a loose
// object.

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "git/delta.h"
#include "git/loose_object.h"
#include "git/pack_entry.h"
#include "git/pack_index.h"
#include "util/fd.h"

namespace {

using namespace gitsync;

void try_index(std::string_view bytes) {
  util::Fd fd(::memfd_create("index", MFD_CLOEXEC));
  if (!fd || ::write(fd.get(), bytes.data(), bytes.size()) < 0) std::abort();
  const auto index = git::PackIndex::open(std::move(fd), "index");
  if (!index) return;
  constexpr std::size_t kNames = 8 + 1024;
  for (std::size_t at = kNames;
       at + git::ObjectId::kSize <= std::min<std::size_t>(bytes.size(), kNames + 400);
       at += git::ObjectId::kSize) {
    (void)index->find(git::ObjectId::from_bytes(bytes.substr(at)));
  }
  (void)index->find({});
}

// The base is what the first half of the input says.
void try_delta(std::string_view bytes) {
  const auto sizes = git::read_delta_sizes(bytes);
  constexpr std::uint64_t kMost = 1 << 20;
  if (!sizes || sizes->base > kMost || sizes->result > kMost) return;
  const auto result = git::apply_delta(std::string(sizes->base, 'b'), bytes);
  if (result && result->size() != sizes->result) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try_index(bytes);
  try_delta(bytes);
  const auto entry = git::parse_pack_entry(bytes);
  if (entry && (entry->length > size || entry->length > git::kMaxPackEntry)) std::abort();
  (void)git::parse_loose_header(bytes);
  return 0;
}
