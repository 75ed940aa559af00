// SPDX-License-Identifier: Apache-2.0
// The manifest of a tree: what each of its files was when we made it. It tells, by one lstat(2) a
// file, what of the tree is still ours to use in the next one.
//
// Format (ours, only for this machine): eight bytes "gs-tree1"; a word that tells the byte order; a
// byte with the length of the revision and the revision; the records; a Trailer. A record is a
// RecordHead, then the part of its path that the path before does not share, then the content id.
// Files stand in the order of their paths' bytes; a directory stands behind all that is in it, the
// top, whose path is "", last of all. Anything else, and any byte that its checksum does not cover,
// makes it no manifest.

#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "tree/file_stat.h"
#include "tree/manifest_format.h"
#include "tree/tree_contents.h"
#include "util/error.h"
#include "util/fd.h"

namespace gitsync::tree {

// A file of a tree, or a directory that holds some.
struct Record {
  std::string path;
  bool is_directory = false;
  FileEntry entry;  // of a file
  FileStat stat;
};

// Appends records to a file. Move-only. Thread-safety: none.
class ManifestWriter {
 public:
  // `fd`: a new file, open for writing. `shown` names it in errors.
  ManifestWriter(util::Fd fd, std::string shown, const Revision& revision);

  // In the order that is above; that is the caller's duty. `path` is valid, see check_entry_path().
  util::Result<void> add(std::string_view path, const FileEntry& entry, const FileStat& stat);
  util::Result<void> add_directory(std::string_view path, const FileStat& stat);
  // The last call: the trailer. The top must have been added.
  util::Result<void> finish();

 private:
  util::Result<void> append(std::string_view path, std::uint8_t kind, std::string_view id,
                            const FileStat& stat);
  util::Result<void> flush(std::size_t bytes);

  util::Fd fd_;
  std::string shown_;
  std::string buffer_;
  std::string last_path_;
  ManifestSum sum_;
  std::uint64_t records_ = 0;
  std::uint64_t top_ = 0;  // inode
};

// Reads a manifest record by record, in the memory of one buffer. Move-only. Thread-safety: none.
class ManifestReader {
 public:
  // Reads all of `fd`, a regular file, once to check it. Errors: kCorrupt if it is no whole
  // manifest.
  static util::Result<ManifestReader> open(util::Fd fd, std::string shown);

  // Another one of the same file, from its beginning, which is not checked once more.
  util::Result<ManifestReader> again() const;

  const Revision& revision() const { return revision_; }
  // The inode of the tree's top directory: tells whether it is this tree's manifest.
  std::uint64_t top() const { return top_; }

  // The record that is to be looked at, or null behind the last one.
  const Record* peek() const { return at_end_ ? nullptr : &record_; }
  // Goes on to the next. kCorrupt if it is not as the format says, whatever the checksum says.
  util::Result<void> next();

 private:
  ManifestReader(util::Fd fd, std::string shown);
  util::Result<void> check();
  util::Result<void> read_header();
  util::Result<void> decode();
  util::Result<std::string_view> take(std::size_t bytes);
  util::Result<void> check_order(std::string_view path, bool is_directory) const;
  std::unexpected<util::Error> corrupt(const char* why) const;

  util::Fd fd_;
  std::string shown_;
  Revision revision_;
  std::string buffer_;
  std::size_t used_ = 0;      // bytes of buffer_ that were taken
  std::uint64_t offset_ = 0;  // in the file, behind buffer_
  std::uint64_t end_ = 0;     // where the records end
  std::uint64_t top_ = 0;
  std::uint64_t records_ = 0;
  std::uint64_t left_ = 0;  // of them
  Record record_;
  std::string last_file_;
  std::string path_;  // being put together
  bool at_end_ = false;
};

}  // namespace gitsync::tree
