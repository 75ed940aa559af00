// SPDX-License-Identifier: Apache-2.0
// What a source tells of one revision, so that a TreeWriter can build its tree: which files there
// are, what changed, and their content. The writer knows no git; a bucket and an archive have files
// with identities as well.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tree/revision.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::tree {

enum class FileKind : std::uint8_t {
  kRegular,
  kExecutable,
  kSymlink,
  kFolder,  // an empty folder that must exist, as of a gitlink
};

struct FileEntry {
  FileKind kind = FileKind::kRegular;
  // Raw bytes that are equal only if the content is: an object id, an ETag. kMostIdBytes at most.
  std::string content_id;

  bool operator==(const FileEntry&) const = default;
};

inline constexpr std::size_t kMostIdBytes = 32;

// One path of which two revisions differ. A file that became a folder is two changes: the file
// went, and files below its path came.
struct Change {
  std::string_view path;  // bytes, relative, '/' between components; valid during the call
  std::optional<FileEntry> before;
  std::optional<FileEntry> after;
};

// Takes the content of one file.
class ContentSink {
 public:
  virtual ~ContentSink() = default;
  // How many bytes will come, if that is known; called before the first write(), if at all.
  virtual util::Result<void> expect(std::uint64_t bytes) = 0;
  virtual util::Result<void> write(std::string_view bytes) = 0;
};

// Thread-safety: none; belongs to one build.
class TreeContents {
 public:
  virtual ~TreeContents() = default;

  // All changes from the tree of revision `from` (null: from an empty tree) to this one, strictly
  // ascending by the bytes of the path, which is the order of git's trees and of a bucket's keys.
  // May be called again. An error of `visit` ends it and is returned.
  virtual util::Result<void> for_each_change(
      const Revision* from, const std::function<util::Result<void>(const Change&)>& visit,
      const util::Limit& limit) = 0;

  // Streams the content (of a symlink: its target) into `sink`. Called within for_each_change(),
  // and for files that did not change too.
  virtual util::Result<void> read(const FileEntry& entry, std::string_view path, ContentSink& sink,
                                  const util::Limit& limit) = 0;

  // Where a regular or executable file lies already, whole, made with the modes of new files, and
  // on the volume of the tree, so that a hard link to it is as good as a copy. Its owner removes
  // the name that it has there, and no other file has a link to it. Nothing: it is to be read.
  struct Ready {
    int folder = -1;  // of the *at() calls, valid as long as this
    std::string name;
    std::uint64_t bytes = 0;
  };
  virtual std::optional<Ready> ready(const FileEntry& /*entry*/, std::string_view /*path*/) const {
    return std::nullopt;
  }
};

}  // namespace gitsync::tree
