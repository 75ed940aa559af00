// SPDX-License-Identifier: Apache-2.0
// Receives a pack (gitformat-pack(5)): writes it to a file while it arrives, verifies it, makes it
// whole if it is thin, and writes its .idx of version 2.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "git/object_store.h"
#include "git/pack_observer.h"
#include "git/pack_reader.h"
#include "git/pack_work.h"
#include "git/received_links.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::git {

// Both are created and must not exist yet. Until finish() has succeeded the receiver's destructor
// removes them.
struct PackPaths {
  std::string pack;
  std::string index;
};

struct PackReceiverOptions {
  // base_cache: of bases that are kept for deltas; delta: see below. A history of 43,000 objects in
  // 13 MB takes 0.82 s of CPU with a cache of 2 MiB, 0.71 with 4, 0.62 with 8.
  PackBudgets budgets = {.base_cache = std::size_t{4} << 20};
  PackBounds bounds;
  // An object up to so many bytes comes whole to the observer. Deltas do whatever they make.
  std::size_t content = std::size_t{1} << 20;
  // Where the bases of a thin pack are; null: it must not be thin. Must outlive the receiver, and
  // is used by the thread that calls finish().
  ObjectStore* store = nullptr;
  // Must outlive the receiver. May be null.
  PackObserver* observer = nullptr;
};

struct PackSummary {
  std::string checksum;       // 40 hex digits: pack-<checksum>.pack is what git would call it
  std::uint32_t objects = 0;  // also those that were appended
  PackPaths paths;
};

// Each object that is no delta is inflated once and hashed meanwhile, large ones without ever being
// whole in memory. A delta is made as soon as its base is there, whatever the order is; see
// delta_resolver.h for the ones that wait until the end. Every id is computed and the checksum at
// the end compared; whether the objects make sense, and all are there, is not looked at. Objects
// that the store has already, and those that come twice, are kept.
//
// Errors: kProtocol for all that is wrong with the stream, naming the offset of the object, and for
// what is past a bound; kNotUnderstood for a delta that together with its base is larger than
// budgets.delta, and for a chain of more than 4096 of them; kLocal for the disk; those of the
// limit, the store and the observer. After an error every call returns it again.
//
// Memory: budgets.base_cache, 51 bytes an object at most, 4 more while the index is written and 11
// more for each base that deltas wait for, 0.7 MiB of buffers, and three times budgets.delta if a
// delta is so large.
// Move-only. Thread-safety: none, but for what the observer gets.
class PackReceiver {
 public:
  static util::Result<PackReceiver> create(const PackPaths& paths, PackReceiverOptions options);

  PackReceiver(PackReceiver&&) noexcept;
  PackReceiver& operator=(PackReceiver&&) noexcept;
  // Tells the observer, if it was not told yet, that no more objects come.
  ~PackReceiver();

  // The next bytes of the stream, however many. They are in the file when this returns.
  util::Result<void> feed(std::string_view bytes, const util::Limit& limit);
  // After the last byte, once. Flushes both files to the disk, but not their folder. `links`: what
  // must be there, too, or null; the observer is told before of the end, so that who builds need
  // not wait for that. Errors: also those of check_links().
  util::Result<PackSummary> finish(const util::Limit& limit, const ExpectedLinks* links = nullptr);
  // Tells the observer that no more objects come and why: the transport has failed, say.
  void give_up(const util::Error& error);

  // For who tells people about the progress.
  std::uint64_t bytes() const;     // received
  std::uint32_t expected() const;  // objects, 0 before the header
  std::uint32_t arrived() const;   // objects, deltas that wait included
  // All of the pack is there, and finish() may be called.
  bool complete() const;

 private:
  class Impl;
  explicit PackReceiver(std::unique_ptr<Impl> impl) noexcept;

  std::unique_ptr<Impl> impl_;
};

}  // namespace gitsync::git
