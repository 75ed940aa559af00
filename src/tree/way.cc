// SPDX-License-Identifier: Apache-2.0
#include "tree/way.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "tree/entry_path.h"

namespace gitsync::tree {
namespace {

using util::Result;

constexpr std::size_t kOpenSteps = 64;
constexpr int kFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

}  // namespace

Result<Way::Step> Way::open(int parent, const std::string& name) {
  struct stat info{};
  Step step{.name = name, .fd = util::Fd(::openat(parent, name.c_str(), kFlags))};
  if (!step.fd || ::fstat(step.fd.get(), &info) != 0) {
    return util::fail(util::sys_error("open folder " + printable_path(name)));
  }
  step.device = info.st_dev;
  step.stat = FileStat::of(info);
  return step;
}

Result<Way> Way::into(const util::Folder& top) {
  Way way;
  GS_TRY(auto step, open(top.fd(), "."));
  way.steps_.push_back(std::move(step));
  return way;
}

Result<void> Way::enter(const std::string& name) {
  GS_TRY(auto step, open(fd(), name));
  if (step.device != steps_.front().device) {
    return util::fail(util::sys_error("open folder " + printable_path(name), EXDEV));
  }
  steps_.push_back(std::move(step));
  // The top stays open: at() starts there.
  if (depth() > kOpenSteps) steps_[depth() - kOpenSteps].fd.reset();
  return {};
}

Result<void> Way::make(const std::string& name) {
  if (::mkdirat(fd(), name.c_str(), 0777) != 0) {
    return util::fail(util::sys_error("make folder " + printable_path(name)));
  }
  return enter(name);
}

Result<void> Way::leave_to(std::size_t depth) {
  while (this->depth() > depth) {
    const Step below = std::move(steps_.back());
    steps_.pop_back();
    Step& step = steps_.back();
    if (step.fd) continue;
    GS_TRY(auto again, open(below.fd.get(), ".."));
    if (again.device != step.device || again.stat.inode != step.stat.inode) {
      return util::fail(util::sys_error("open folder " + printable_path(step.name), ESTALE));
    }
    step.fd = std::move(again.fd);
  }
  return {};
}

Result<Way::Place> Way::at(std::size_t depth) const {
  if (steps_[depth].fd) return Place{.owned = {}, .fd = steps_[depth].fd.get()};
  Place place{.owned = {}, .fd = steps_.front().fd.get()};
  for (std::size_t i = 1; i <= depth; ++i) {
    GS_TRY(auto step, open(place.fd, steps_[i].name));
    if (step.stat.inode != steps_[i].stat.inode) {
      return util::fail(util::sys_error("open folder " + printable_path(step.name), ESTALE));
    }
    place.owned = std::move(step.fd);
    place.fd = place.owned.get();
  }
  return place;
}

}  // namespace gitsync::tree
