// SPDX-License-Identifier: Apache-2.0
// Manifests of trees, which whoever may write the store may have written. The input is one without
// its trailer; the checksum is made right, as it is not meant to stop anybody. What is read has
// paths in order that may be names, and reads the same when it is written again.

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tree/entry_path.h"
#include "tree/manifest.h"

namespace {

using gitsync::tree::ManifestReader;
using gitsync::tree::ManifestWriter;
using gitsync::tree::Record;

void require(bool condition) {
  if (!condition) std::abort();
}

gitsync::util::Fd in_memory(const std::string& bytes) {
  gitsync::util::Fd fd(::memfd_create("manifest", MFD_CLOEXEC));
  require(::pwrite(fd.get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  return fd;
}

struct Content {
  gitsync::tree::Revision revision;
  std::uint64_t top = 0;
  std::vector<Record> records;
};

std::optional<Content> read(gitsync::util::Fd fd) {
  auto reader = ManifestReader::open(std::move(fd), "fuzzed");
  if (!reader) return std::nullopt;
  Content content{.revision = reader->revision(), .top = reader->top(), .records = {}};
  std::string last;
  while (const Record* record = reader->peek()) {
    content.records.push_back(*record);
    require(record->entry.content_id.size() <= gitsync::tree::kMostIdBytes);
    if (!record->is_directory) {
      require(gitsync::tree::check_entry_path(record->path).has_value());
      require(last.empty() || last < record->path);
      last = record->path;
    }
    if (!reader->next()) return std::nullopt;
  }
  require(!content.records.empty() && content.records.back().path.empty());
  return content;
}

bool is_equal(const Record& a, const Record& b) {
  const auto& [x, y] = std::pair(a.stat, b.stat);
  return a.path == b.path && a.is_directory == b.is_directory && a.entry.kind == b.entry.kind &&
         (a.is_directory || a.entry == b.entry) && x.size == y.size && x.inode == y.inode &&
         x.mode == y.mode && x.uid == y.uid && x.gid == y.gid &&
         x.modified.tv_sec == y.modified.tv_sec && x.modified.tv_nsec == y.modified.tv_nsec;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  [[maybe_unused]] const auto raw = read(in_memory(bytes));
  if (size < sizeof(std::uint64_t) * 2) return 0;
  // The last sixteen bytes say how many records there are, and the inode of the top.
  gitsync::tree::ManifestSum sum;
  sum.add(std::string_view(bytes).substr(0, size - 16));
  sum.add(std::string_view(bytes).substr(size - 16));
  const std::uint64_t value = sum.value();
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  const auto content = read(in_memory(bytes));
  if (!content) return 0;

  const gitsync::util::Fd copy(::memfd_create("again", MFD_CLOEXEC));
  ManifestWriter writer(gitsync::util::Fd(::dup(copy.get())), "again", content->revision);
  for (const auto& record : content->records) {
    const auto added = record.is_directory ? writer.add_directory(record.path, record.stat)
                                           : writer.add(record.path, record.entry, record.stat);
    require(added.has_value());
  }
  require(writer.finish().has_value());
  const auto again = read(gitsync::util::Fd(::dup(copy.get())));
  require(again.has_value() && again->records.size() == content->records.size());
  for (std::size_t i = 0; i < again->records.size(); ++i) {
    require(is_equal(again->records[i], content->records[i]));
  }
  return 0;
}
