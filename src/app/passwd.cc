// SPDX-License-Identifier: Apache-2.0
#include "app/passwd.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "util/fd.h"

namespace gitsync::app {
namespace {

bool fits_passwd_field(const std::string& text) {
  return std::ranges::none_of(text,
                              [](unsigned char c) { return c == ':' || c < 0x20 || c == 0x7f; });
}

bool ends_in_the_middle_of_a_line(int fd) {
  struct stat status = {};
  if (::fstat(fd, &status) != 0 || status.st_size == 0) return false;
  char last = '\n';
  return ::pread(fd, &last, 1, status.st_size - 1) == 1 && last != '\n';
}

}  // namespace

bool user_exists(uid_t uid) {
  std::vector<char> buffer(4096);
  passwd entry = {};
  passwd* found = nullptr;
  while (true) {
    const int code = ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
    if (code != ERANGE && code != EINTR) break;
    if (code == ERANGE) buffer.resize(buffer.size() * 2);
  }
  return found != nullptr;
}

util::Result<void> append_user(const std::string& file, const UserEntry& entry) {
  if (!fits_passwd_field(entry.home)) {
    return util::fail(util::ErrorKind::kInvalid, util::Cause::kHomeNotUsable,
                      "add user: the home directory has a colon or a control character in it");
  }
  const util::Fd fd(::open(file.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0644));
  if (!fd) return util::fail(util::sys_error("add user: open " + file));
  // A reader may see one half of a write that crosses a page, and so find no newline at the end.
  ::flock(fd.get(), LOCK_EX);
  std::string line = ends_in_the_middle_of_a_line(fd.get()) ? "\n" : "";
  line += "git-sync:x:" + std::to_string(entry.uid) + ":" + std::to_string(entry.gid) +
          "::" + entry.home + ":/sbin/nologin\n";
  const auto written = ::write(fd.get(), line.data(), line.size());
  if (written == static_cast<ssize_t>(line.size())) return {};
  return util::fail(util::sys_error("add user: write " + file, written < 0 ? errno : ENOSPC));
}

}  // namespace gitsync::app
