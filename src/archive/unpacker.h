// SPDX-License-Identifier: Apache-2.0
// The tar inside a stream that may be compressed: what it is its first bytes say, never a name.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "archive/inflater.h"
#include "archive/pull.h"
#include "util/error.h"

namespace gitsync::archive {

// Memory: 64 KiB beside the inflater. Thread-safety: none.
class Unpacker {
 public:
  explicit Unpacker(Pull pull) : pull_(std::move(pull)) {}

  // The next piece, valid until the next call; empty: the stream has ended, and if it was
  // compressed its own end was there, with the right checksum, and nothing but more of its kind
  // behind it. Errors: kProtocol for an empty, damaged, cut off or unknown stream, or one that goes
  // on and on without content; those of pull and the inflater.
  util::Result<std::string_view> next();

  // Whether it is compressed, so that an end of next() is proved by the stream.
  bool has_checked_end() const { return inflater_ != nullptr; }

 private:
  util::Result<void> recognize();
  util::Result<std::string_view> next_unpacked();
  util::Result<void> fill();
  std::unexpected<util::Error> damaged(util::Error error) const;

  Pull pull_;
  bool recognized_ = false;
  bool pull_ended_ = false;
  bool between_streams_ = false;  // a compressed stream has ended, and none begun
  std::string first_;             // pieces joined until they say what the stream is
  std::string_view input_;
  std::unique_ptr<Inflater> inflater_;  // null: not compressed
  std::string_view name_;               // "gzip"
  std::vector<char> output_;
};

}  // namespace gitsync::archive
