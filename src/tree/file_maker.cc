// SPDX-License-Identifier: Apache-2.0
// Writing new files; file_taker.cc has what comes from another tree.
#include "tree/file_maker.h"

#include <fcntl.h>
#include <linux/limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "tree/entry_path.h"
#include "util/descriptor_io.h"
#include "util/fd.h"

namespace gitsync::tree {
namespace {

using util::Result;

// From here on the room is asked for ahead, so that there are few extents, and a full disk shows
// early. Not all of it: what is announced need not come.
constexpr std::uint64_t kLargeBytes = std::uint64_t{1} << 20;
constexpr std::uint64_t kMostAhead = std::uint64_t{64} << 20;
// What is larger is not read into memory: its round trips are few for its bytes.
constexpr std::uint64_t kSmallBytes = std::uint64_t{256} << 10;

util::Error error_at(const char* what, std::string_view path) {
  return util::sys_error(std::string(what) + " " + printable_path(path));
}

std::unexpected<util::Error> wrong_size(std::string_view path) {
  return util::fail(util::ErrorKind::kProtocol,
                    "file " + printable_path(path) + ": its size is not what was announced");
}

bool is_lack_of_room(int code) { return code == ENOSPC || code == EDQUOT || code == EFBIG; }

class FileSink : public ContentSink {
 public:
  FileSink(int fd, std::string_view path) : fd_(fd), path_(path) {}

  Result<void> expect(std::uint64_t bytes) override {
    expected_ = bytes;
    return bytes < kLargeBytes ? Result<void>{} : reserve();
  }

  // More than was announced would go on without end.
  Result<void> write(std::string_view bytes) override {
    written_ += bytes.size();
    if (expected_ && written_ > *expected_) return wrong_size(path_);
    if (reserved_ != 0 && written_ > reserved_) GS_TRY_VOID(reserve());
    while (!bytes.empty()) {
      const auto done = ::write(fd_, bytes.data(), bytes.size());
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) return util::fail(error_at("write", path_));
      bytes.remove_prefix(static_cast<std::size_t>(done));
    }
    return {};
  }

  bool is_complete() const { return !expected_ || *expected_ == written_; }

 private:
  // Not every file system can.
  Result<void> reserve() {
    const auto bytes = std::min(expected_.value_or(reserved_) - reserved_, kMostAhead);
    if (::fallocate(fd_, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(reserved_),
                    static_cast<off_t>(bytes)) != 0 &&
        is_lack_of_room(errno)) {
      return util::fail(error_at("write", path_));
    }
    reserved_ += bytes;
    return {};
  }

  const int fd_;
  const std::string_view path_;
  std::optional<std::uint64_t> expected_;
  std::uint64_t written_ = 0;
  std::uint64_t reserved_ = 0;  // bytes of room that were asked for
};

// A symlink's target, which must not be longer than the kernel takes.
class TargetSink : public ContentSink {
 public:
  explicit TargetSink(std::string_view path) : path_(path) {}
  Result<void> expect(std::uint64_t bytes) override {
    return bytes < PATH_MAX ? Result<void>{} : too_long();
  }
  Result<void> write(std::string_view bytes) override {
    if (target_.size() + bytes.size() >= PATH_MAX) return too_long();
    target_ += bytes;
    return {};
  }
  const std::string& target() const { return target_; }

 private:
  Result<void> too_long() const {
    return util::fail(util::ErrorKind::kProtocol,
                      "symlink " + printable_path(path_) + ": its target is too long");
  }
  const std::string_view path_;
  std::string target_;
};

Result<FileStat> make_folder(const Spot& spot) {
  if (::mkdirat(spot.folder, spot.name.c_str(), 0777) == 0) {
    if (const auto stat = stat_entry(spot.folder, spot.name)) return *stat;
  }
  return util::fail(error_at("make folder", spot.path));
}

Result<util::Fd> create(const Spot& spot, FileKind kind) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  util::Fd fd(::openat(spot.folder, spot.name.c_str(), kFlags, creation_mode(kind)));
  if (!fd) return util::fail(error_at("create", spot.path));
  return fd;
}

Result<FileStat> close(util::Fd fd, const Spot& spot) {
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0 || !fd.close()) {
    return util::fail(error_at("write", spot.path));
  }
  return FileStat::of(info);
}

Result<FileStat> make_symlink(const Spot& spot, const std::string& target) {
  if (target.empty() || target.contains('\0')) {
    return util::fail(util::ErrorKind::kProtocol,
                      "symlink " + printable_path(spot.path) + ": its target is no path");
  }
  if (::symlinkat(target.c_str(), spot.folder, spot.name.c_str()) == 0) {
    if (const auto stat = stat_entry(spot.folder, spot.name)) return *stat;
  }
  return util::fail(error_at("make symlink", spot.path));
}

// Keeps what is small, and writes what turns out to be large.
class SmallSink : public ContentSink {
 public:
  SmallSink(const Spot& spot, FileKind kind, std::string& bytes)
      : spot_(spot), kind_(kind), bytes_(bytes) {}

  Result<void> expect(std::uint64_t bytes) override {
    expected_ = bytes;
    if (bytes <= kSmallBytes) return {};
    GS_TRY(FileSink* const file, open());
    return file->expect(bytes);
  }

  Result<void> write(std::string_view bytes) override {
    if (file_) return file_->write(bytes);
    const auto size = bytes_.size() + bytes.size();
    if (expected_ && size > *expected_) return wrong_size(spot_.path);
    if (size > kSmallBytes) {
      GS_TRY(FileSink* const file, open());
      return file->write(bytes);
    }
    bytes_ += bytes;
    return {};
  }

  bool is_complete() const {
    return file_ ? file_->is_complete() : !expected_ || *expected_ == bytes_.size();
  }
  // Of the file, if it was written.
  util::Fd take_file() { return std::move(fd_); }

 private:
  // It is in file_.
  Result<FileSink*> open() {
    GS_TRY(fd_, create(spot_, kind_));
    FileSink& file = file_.emplace(fd_.get(), spot_.path);
    GS_TRY_VOID(file.write(std::exchange(bytes_, {})));
    return &file;
  }

  const Spot& spot_;
  const FileKind kind_;
  std::string& bytes_;
  std::optional<std::uint64_t> expected_;
  util::Fd fd_;
  std::optional<FileSink> file_;
};

}  // namespace

std::optional<FileStat> stat_entry(int folder, const std::string& name) {
  struct stat info{};
  if (::fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return FileStat::of(info);
}

Result<FileStat> FileMaker::write(const Spot& spot, const FileEntry& entry,
                                  TreeContents& contents) const {
  if (entry.kind == FileKind::kFolder) return make_folder(spot);
  if (entry.kind == FileKind::kSymlink) return write_symlink(spot, entry, contents);
  if (const auto ready = contents.ready(entry, spot.path)) {
    if (const auto linked = link_ready(spot, entry, *ready)) return *linked;
  }
  GS_TRY(auto fd, create(spot, entry.kind));
  FileSink sink(fd.get(), spot.path);
  GS_TRY_VOID(contents.read(entry, spot.path, sink, limit_));
  if (!sink.is_complete()) return wrong_size(spot.path);
  return close(std::move(fd), spot);
}

Result<FileStat> FileMaker::write_symlink(const Spot& spot, const FileEntry& entry,
                                          TreeContents& contents) const {
  TargetSink sink(spot.path);
  GS_TRY_VOID(contents.read(entry, spot.path, sink, limit_));
  return make_symlink(spot, sink.target());
}

Result<std::optional<FileStat>> FileMaker::read(const Spot& spot, const FileEntry& entry,
                                                TreeContents& contents, std::string& bytes) const {
  if (entry.kind == FileKind::kFolder) return std::nullopt;
  if (entry.kind == FileKind::kSymlink) {
    TargetSink sink(spot.path);
    GS_TRY_VOID(contents.read(entry, spot.path, sink, limit_));
    bytes = sink.target();
    return std::nullopt;
  }
  const auto ready = contents.ready(entry, spot.path);
  if (ready && ready->bytes > kSmallBytes) {
    if (auto linked = link_ready(spot, entry, *ready)) return linked;
  }
  SmallSink sink(spot, entry.kind, bytes);
  GS_TRY_VOID(contents.read(entry, spot.path, sink, limit_));
  if (!sink.is_complete()) return wrong_size(spot.path);
  auto file = sink.take_file();
  if (!file) return std::nullopt;
  GS_TRY(const auto stat, close(std::move(file), spot));
  return stat;
}

Result<FileStat> FileMaker::make(const Spot& spot, FileKind kind, std::string_view bytes) {
  if (kind == FileKind::kFolder) return make_folder(spot);
  if (kind == FileKind::kSymlink) return make_symlink(spot, std::string(bytes));
  GS_TRY(auto fd, create(spot, kind));
  GS_TRY_VOID(FileSink(fd.get(), spot.path).write(bytes));
  return close(std::move(fd), spot);
}

}  // namespace gitsync::tree
