// SPDX-License-Identifier: Apache-2.0
// Where snapshots are put: a prefix of a bucket, or a folder on this machine. What is in it has the
// names of names.h.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "snapshot/pointer.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::snapshot {

// An open file, read by pread(2) from its beginning.
struct Bytes {
  int fd = -1;
  std::uint64_t size = 0;
};

struct Document {
  std::string text;
  std::string version;  // tells it from others under its key, as an ETag does
};

// Errors of all: kNetwork, kAuth, kNotFound, kLocal; the message names the place.
// Thread-safety: none; belongs to one target.
class Depot {
 public:
  virtual ~Depot() = default;

  // For people, without secrets: "s3://bucket/prefix/".
  virtual std::string address() const = 0;

  // Puts a file that never changes. Nothing if it is put; or what is there under this key already,
  // which stays, as somebody else may have read its digest.
  virtual util::Result<std::optional<StoredFile>> add(const std::string& key, const Bytes& bytes,
                                                      const util::Limit& limit) = 0;
  // Puts a file in the place of another, if there is one.
  virtual util::Result<void> put(const std::string& key, const Bytes& bytes,
                                 const util::Limit& limit) = 0;

  // Bytes of a file; nothing if there is none.
  virtual util::Result<std::optional<std::uint64_t>> size(const std::string& key,
                                                          const util::Limit& limit) = 0;
  // Nothing if there is none.
  virtual util::Result<std::optional<Document>> read(const std::string& key,
                                                     const util::Limit& limit) = 0;
  // Puts it in the place of the one with this version (empty: of none). kMoved if there is another
  // one by now.
  virtual util::Result<void> replace(const std::string& key, const Document& next,
                                     const util::Limit& limit) = 0;

  // One that is not there is a success.
  virtual util::Result<void> remove(const std::string& key, const util::Limit& limit) = 0;
  // The keys of all pointers.
  virtual util::Result<std::vector<std::string>> pointers(const util::Limit& limit) = 0;
};

}  // namespace gitsync::snapshot
