// SPDX-License-Identifier: Apache-2.0
#include "git/seeded_id_hash.h"

#include <sys/random.h>

#include <array>
#include <cstring>

namespace gitsync::git {
namespace {

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

SeededIdHash::SeededIdHash() {
  std::array<std::uint64_t, 2> seed{};
  // A kernel that has no randomness yet leaves a seed that can be foreseen, and no harm but that.
  if (::getrandom(seed.data(), sizeof seed, GRND_NONBLOCK) != sizeof seed) seed = {};
  first_ = seed[0] ^ 0x9e3779b97f4a7c15;
  second_ = seed[1] ^ 0xc2b2ae3d27d4eb4f;
}

std::uint64_t SeededIdHash::operator()(const ObjectId& id) const noexcept {
  std::array<std::uint64_t, 3> parts{};
  std::memcpy(parts.data(), id.bytes.data(), ObjectId::kSize);
  return fold(fold(parts[0] ^ first_, parts[1] ^ second_) ^ parts[2], first_ ^ 0xd6e8feb86659fd93);
}

}  // namespace gitsync::git
