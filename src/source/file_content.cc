// SPDX-License-Identifier: Apache-2.0
#include "source/file_content.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>

namespace gitsync::source {
namespace {

// As many bytes as the file had when it was opened: one that changes meanwhile has another id.
bool hash_file(int file, git::ObjectHasher& hasher) {
  struct stat info{};
  if (::fstat(file, &info) != 0 || !S_ISREG(info.st_mode)) return false;
  hasher.begin(git::ObjectType::kBlob, static_cast<std::uint64_t>(info.st_size));
  std::array<char, std::size_t{64} << 10> buffer{};
  for (;;) {
    const ssize_t got = ::read(file, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) return true;
    hasher.update({buffer.data(), static_cast<std::size_t>(got)});
  }
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
