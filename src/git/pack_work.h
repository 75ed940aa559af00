// SPDX-License-Identifier: Apache-2.0
// Bounds what one pack may cost, whoever made it: bytes of the stream, objects, and bytes that are
// inflated or made by deltas, which is time.

#pragma once

#include <cstdint>

#include "util/error.h"
#include "util/event.h"

namespace gitsync::git {

// The defaults bear the largest repositories that are known, and what one can wait for.
struct PackBounds {
  std::uint64_t stream = std::uint64_t{64} << 30;  // bytes
  std::uint32_t objects = std::uint32_t{16} << 20;
  // Bytes made, of deltas and of objects, some of which are made more than once: so many, and so
  // many times the bytes of the stream. zlib makes 1032 of one at most.
  std::uint64_t made = std::uint64_t{16} << 30;
  std::uint64_t made_of_one = 1000;
};

// Errors: kProtocol, naming the bound. Thread-safety: none.
class PackWork {
 public:
  explicit PackWork(const PackBounds& bounds = {}) : bounds_(bounds) {}

  // What ends the work from now on. It must live until the next call.
  void begin(const util::Limit& limit) { limit_ = &limit; }
  const util::Limit& limit() const { return *limit_; }

  util::Result<void> receive(std::uint64_t bytes);
  util::Result<void> expect(std::uint32_t objects) const;
  // To be asked before `bytes` are made. Errors: also those of the limit.
  util::Result<void> make(std::uint64_t bytes);

  std::uint64_t received() const { return received_; }  // bytes
  std::uint64_t made() const { return made_; }          // bytes

 private:
  static const util::Limit kNoLimit;

  PackBounds bounds_;
  const util::Limit* limit_ = &kNoLimit;
  std::uint64_t received_ = 0;
  std::uint64_t made_ = 0;
  std::uint64_t checked_ = 0;  // how much was made when the limit was looked at
};

}  // namespace gitsync::git
