// SPDX-License-Identifier: Apache-2.0
#include "util/entry_stream.h"

#include <dirent.h>
#include <unistd.h>

#include <utility>

namespace gitsync::util {
namespace {

// What glibc's readdir(3) takes; some 1,000 names of ordinary length.
constexpr std::size_t kBufferSize = std::size_t{32} << 10;

}  // namespace

Result<std::optional<std::string_view>> EntryStream::next() {
  // NOLINTNEXTLINE(modernize-avoid-c-arrays): of unknown content
  if (!buffer_) buffer_ = std::make_unique_for_overwrite<std::byte[]>(kBufferSize);
  while (true) {
    if (used_ == filled_) {
      const auto got = ::getdents64(fd_.get(), buffer_.get(), kBufferSize);
      if (got < 0) return fail(sys_error("read directory"));
      if (got == 0) return std::nullopt;
      filled_ = static_cast<std::size_t>(got);
      used_ = 0;
    }
    const auto* entry = reinterpret_cast<const dirent64*>(buffer_.get() + used_);
    used_ += entry->d_reclen;
    place_ = entry->d_off;
    const std::string_view name(static_cast<const char*>(entry->d_name));
    if (name != "." && name != "..") return name;
  }
}

void EntryStream::rewind() {
  filled_ = used_ = 0;
  place_ = 0;
  [[maybe_unused]] const auto ignored = ::lseek(fd_.get(), 0, SEEK_SET);  // fails for no directory
}

void EntryStream::park() {
  fd_.reset();
  buffer_.reset();
  filled_ = used_ = 0;
}

void EntryStream::resume(Fd fd) {
  fd_ = std::move(fd);
  // A place that the file system does not know any more ends this reading; see the class.
  [[maybe_unused]] const auto ignored = ::lseek(fd_.get(), place_, SEEK_SET);
}

}  // namespace gitsync::util
