// SPDX-License-Identifier: Apache-2.0
#include "tree/tree_copy.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>

#include "util/descriptor_io.h"
#include "util/fd.h"

namespace gitsync::tree {
namespace {

using util::Result;
namespace fs = std::filesystem;

Result<void> copy_content(const std::string& from, const std::string& to) {
  const util::Fd in(::open(from.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat info{};
  if (!in || ::fstat(in.get(), &info) != 0) return util::fail(util::sys_error("open " + from));
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  util::Fd out(::open(to.c_str(), kFlags, info.st_mode & 0777));
  if (!out) return util::fail(util::sys_error("create " + to));
  GS_TRY_VOID(util::read_pieces(in.get(), from, [&](std::string_view bytes) {
    return util::write_all(out.get(), bytes, to);
  }));
  if (!out.close()) return util::fail(util::sys_error("write " + to));
  return {};
}

Result<void> copy_entry(const fs::directory_entry& entry, const std::string& to) {
  std::error_code error;
  const auto kind = entry.symlink_status(error).type();
  if (kind == fs::file_type::regular) return copy_content(entry.path(), to);
  if (kind == fs::file_type::directory) fs::create_directory(to, error);
  if (kind == fs::file_type::symlink) fs::copy_symlink(entry.path(), to, error);
  if (error) return util::fail(util::sys_error("copy " + entry.path().string(), error.value()));
  return {};
}

}  // namespace

Result<void> copy_tree(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::create_directory(to, error);
  auto entry =
      error ? fs::recursive_directory_iterator() : fs::recursive_directory_iterator(from, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    GS_TRY_VOID(copy_entry(*entry, to + entry->path().string().substr(from.size())));
  }
  if (error) return util::fail(util::sys_error("copy " + from + " to " + to, error.value()));
  return {};
}

}  // namespace gitsync::tree
