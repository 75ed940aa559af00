// SPDX-License-Identifier: Apache-2.0
#include "source/file_content.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdint>
#include <optional>

#include "util/descriptor_io.h"

namespace gitsync::source {
namespace {

// As many bytes as the file had when it was opened: one that changes meanwhile has another id.
bool hash_file(int file, git::ObjectHasher& hasher) {
  struct stat info{};
  if (::fstat(file, &info) != 0 || !S_ISREG(info.st_mode)) return false;
  hasher.begin(git::ObjectType::kBlob, static_cast<std::uint64_t>(info.st_size));
  const auto read =
      util::read_pieces(file, "it", [&](std::string_view bytes) -> util::Result<void> {
        hasher.update(bytes);
        return {};
      });
  return read.has_value();
}

}  // namespace

bool has_content(const util::Folder& tree, std::string_view path, ContentOf kind,
                 const git::ObjectId& blob, git::ObjectHasher& hasher) {
  if (kind == ContentOf::kSymlink) {
    const auto target = tree.read_link(path).value_or(std::nullopt);
    return target && hasher.hash(git::ObjectType::kBlob, *target) == blob;
  }
  const auto place = tree.place_of(path);
  if (!place) return false;
  const util::Fd file(
      ::openat(place->fd, place->name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  return file && hash_file(file.get(), hasher) && hasher.finish() == blob;
}

}  // namespace gitsync::source
