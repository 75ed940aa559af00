// SPDX-License-Identifier: Apache-2.0
#include "snapshot/folder_depot.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "snapshot/names.h"
#include "util/descriptor_io.h"
#include "util/files.h"
#include "util/sha256.h"
#include "util/text.h"

namespace gitsync::snapshot {

using util::Result;

namespace {

// Never a key.
constexpr const char* kTemporaryPrefix = ".new.";

Result<void> copy(const Bytes& bytes, int to, const std::string& shown, const util::Limit& limit) {
  constexpr std::size_t kPiece = std::size_t{4} << 20;
  off_t offset = 0;
  while (static_cast<std::uint64_t>(offset) < bytes.size) {
    GS_TRY_VOID(limit.check());
    const auto left = bytes.size - static_cast<std::uint64_t>(offset);
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, left));
    const ssize_t sent = ::sendfile(to, bytes.fd, &offset, want);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return util::fail(util::sys_error("write " + shown));
    if (sent == 0) return util::fail(util::ErrorKind::kCorrupt, shown + " was cut off");
  }
  return {};
}

void sweep(const util::Folder& folder) {
  [[maybe_unused]] const auto listed = folder.for_each_entry([&](std::string_view name) {
    if (name.starts_with(kTemporaryPrefix)) [[maybe_unused]]
      const auto removed = folder.remove_file(name);
    return util::Walk::kGoOn;
  });
}

}  // namespace

Result<util::Folder> FolderDepot::open() {
  GS_TRY_VOID(util::make_directories(folder_));
  GS_TRY(auto folder, util::Folder::open(folder_));
  if (!std::exchange(swept_, true)) sweep(folder);
  return folder;
}

Result<std::optional<StoredFile>> FolderDepot::add(const std::string& key, const Bytes& bytes,
                                                   const util::Limit& limit) {
  GS_TRY(auto there, look_at(key, limit));
  if (there) return there;
  GS_TRY_VOID(put(key, bytes, limit));
  return std::nullopt;
}

Result<std::optional<StoredFile>> FolderDepot::look_at(const std::string& key,
                                                       const util::Limit& limit) {
  GS_TRY(const auto folder, open());
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const util::Fd file(::openat(folder.fd(), key.c_str(), kFlags));
  if (!file && errno == ENOENT) return std::nullopt;
  if (!file) return util::fail(util::sys_error("open " + folder.path_of(key)));
  StoredFile there{.key = key};
  util::Sha256 hash;
  GS_TRY_VOID(util::read_pieces(file.get(), folder.path_of(key),
                                [&](std::string_view bytes) -> Result<void> {
                                  hash.update(bytes);
                                  there.size += bytes.size();
                                  return limit.check();
                                }));
  there.sha256 = util::to_hex(hash.finish());
  return there;
}

Result<void> FolderDepot::put(const std::string& key, const Bytes& bytes,
                              const util::Limit& limit) {
  GS_TRY(const auto folder, open());
  const std::string temporary = kTemporaryPrefix + util::random_suffix();
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const util::Fd file(::openat(folder.fd(), temporary.c_str(), kFlags, 0644));
  if (!file) return util::fail(util::sys_error("create " + folder.path_of(temporary)));
  auto done = copy(bytes, file.get(), folder.path_of(key), limit);
  // Else a power cut may leave a pointer to an empty file.
  if (done && ::fsync(file.get()) != 0) {
    done = util::fail(util::sys_error("flush " + folder.path_of(key)));
  }
  if (done) done = folder.rename(temporary, folder, key);
  if (!done) {
    [[maybe_unused]] const auto removed = folder.remove_file(temporary);
    return done;
  }
  changed_();
  return {};
}

Result<std::optional<std::uint64_t>> FolderDepot::size(const std::string& key,
                                                       const util::Limit& limit) {
  GS_TRY_VOID(limit.check());
  GS_TRY(const auto folder, open());
  GS_TRY(const auto info, folder.info(key));
  if (info.kind != util::EntryKind::kFile) return std::nullopt;
  return static_cast<std::uint64_t>(info.size);
}

Result<std::optional<Document>> FolderDepot::read(const std::string& key,
                                                  const util::Limit& limit) {
  GS_TRY_VOID(limit.check());
  GS_TRY(const auto folder, open());
  if (!folder.exists(key)) return std::nullopt;
  GS_TRY(auto text, folder.read_file(key, kMostPointerBytes));
  auto version = util::sha256_hex(text);
  return Document{.text = std::move(text), .version = std::move(version)};
}

Result<void> FolderDepot::replace(const std::string& key, const Document& next,
                                  const util::Limit& limit) {
  GS_TRY(const auto there, read(key, limit));
  if ((there ? there->version : "") != next.version) {
    return util::fail(util::ErrorKind::kMoved, address() + key + " was changed by somebody else");
  }
  GS_TRY(const auto folder, open());
  GS_TRY_VOID(
      folder.write_file_atomic(key, kTemporaryPrefix, next.text, 0644, util::Durability::kSynced));
  changed_();
  return {};
}

Result<void> FolderDepot::remove(const std::string& key, const util::Limit& limit) {
  GS_TRY_VOID(limit.check());
  GS_TRY(const auto folder, open());
  return folder.remove_file(key);
}

Result<std::vector<std::string>> FolderDepot::pointers(const util::Limit& limit) {
  GS_TRY_VOID(limit.check());
  GS_TRY(const auto folder, open());
  GS_TRY(auto names, folder.list());
  std::erase_if(
      names, [](const std::string& name) { return !is_key(name) || !name.ends_with(kPointerEnd); });
  return names;
}

}  // namespace gitsync::snapshot
