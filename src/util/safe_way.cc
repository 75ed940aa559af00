// SPDX-License-Identifier: Apache-2.0
// Walks a path as the kernel would, one part after the other, because only so it can be known
// which symlink is met where.
#include "util/safe_way.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "util/paths.h"
#include "util/text.h"

namespace gitsync::util {
namespace {

constexpr int kMostLinks = 40;  // the kernel's number

std::optional<FileId> id_of(const std::string& path) {
  struct stat info{};
  if (path.empty() || ::stat(path.c_str(), &info) != 0) return std::nullopt;
  return FileId{.device = info.st_dev, .inode = info.st_ino};
}

Error refusal(const std::string& path, const char* why) {
  return {.kind = ErrorKind::kLocal, .message = "open " + path + ": " + why, .sys_errno = ELOOP};
}

class Walker {
 public:
  static Result<Walker> start(const SafeWay& way) {
    GS_TRY(auto top, Folder::open("/"));
    return Walker(way, std::move(top));
  }

  // Goes on from where it is; from "/" if `path` is absolute.
  Result<void> go(std::string_view path, Missing missing) {
    missing_ = missing;
    push(path);
    while (!todo_.empty()) {
      const std::string part = std::move(todo_.back());
      todo_.pop_back();
      GS_TRY_VOID(step(part));
      GS_TRY_VOID(check_link_led_home());
    }
    return {};
  }

  const Folder& here() const { return way_.back(); }
  Folder take() { return std::move(way_.back()); }
  bool inside() const { return root_at_.has_value(); }
  bool is_published_link(const std::string& name) const {
    return link_parent_ && name == base_name(way_through_.link) && here().id() == *link_parent_;
  }

 private:
  Walker(const SafeWay& way, Folder top)
      : way_through_(way),
        root_(id_of(way.root)),
        link_parent_(way.link.empty() ? std::nullopt : id_of(dir_name(way.link))) {
    arrive(std::move(top));
  }

  void push(std::string_view path) {
    if (path.starts_with('/')) back_to(1);
    const auto parts = split(path, '/');
    for (std::size_t i = parts.size(); i-- > 0;) {
      if (!parts[i].empty() && parts[i] != ".") todo_.push_back(parts[i]);
    }
  }

  // The first `count` folders of the way stay.
  void back_to(std::size_t count) {
    while (way_.size() > count) way_.pop_back();
    if (root_at_ && *root_at_ >= way_.size()) root_at_.reset();
  }

  void arrive(Folder folder) {
    const bool is_root = root_ ? folder.id() == *root_ : folder.path() == way_through_.root;
    if (is_root && !root_at_) root_at_ = way_.size();
    way_.push_back(std::move(folder));
  }

  Result<void> step(const std::string& part) {
    if (part == "..") {
      if (way_.size() > 1) back_to(way_.size() - 1);
      return {};
    }
    auto next = here().open_beneath(part);
    if (!next && next.error().sys_errno == ELOOP) return follow(part);
    if (!next && next.error().sys_errno == ENOENT && may_make(part)) {
      next = here().make_directories(part);
    }
    if (!next) return fail(std::move(next).error());
    arrive(std::move(*next));
    return {};
  }

  bool may_make(const std::string& part) const {
    if (after_link_ || is_published_link(part)) return false;
    return missing_ == Missing::kMakeAll || (missing_ == Missing::kMakeLast && todo_.empty());
  }

  Result<void> follow(const std::string& name) {
    const bool published = is_published_link(name);
    const std::string shown = here().path_of(name);
    if (inside() && !(published && !link_followed_)) {
      return fail(refusal(shown, "a symlink in the root is not followed"));
    }
    if (++links_ > kMostLinks) return fail(refusal(shown, "too many symlinks"));
    GS_TRY(const auto target, here().read_link(name));
    if (!target) return fail(refusal(shown, "changed meanwhile"));
    if (published && !std::exchange(link_followed_, true)) {
      after_link_ = todo_.size();
    }
    push(*target);
    return {};
  }

  // After the last part of the published link's target.
  Result<void> check_link_led_home() {
    if (!after_link_ || todo_.size() > *after_link_) return {};
    after_link_.reset();
    if (inside()) return {};
    return fail(refusal(way_through_.link, "the link leads out of the root"));
  }

  const SafeWay way_through_;
  const std::optional<FileId> root_;
  const std::optional<FileId> link_parent_;
  std::vector<Folder> way_;                // from "/" to here, so that ".." is where we came from
  std::vector<std::string> todo_;          // the next part is the last
  std::optional<std::size_t> root_at_;     // index of the root in way_
  std::optional<std::size_t> after_link_;  // size of todo_ when the link's target is through
  bool link_followed_ = false;
  int links_ = 0;
  Missing missing_ = Missing::kFail;
};

}  // namespace

Result<Folder> open_folder_safely(const std::string& path, const SafeWay& way, Missing missing) {
  GS_TRY(auto walker, Walker::start(way));
  GS_TRY_VOID(walker.go(path, missing));
  return walker.take();
}

Result<void> touch_safely(const std::string& file, const SafeWay& way) {
  GS_TRY(auto walker, Walker::start(way));
  GS_TRY_VOID(walker.go(dir_name(file), Missing::kMakeAll));
  std::string name(base_name(file));
  for (int links = 0; links < kMostLinks; ++links) {
    // In the root, and for the published link, Folder::touch() refuses a symlink.
    const auto next = walker.inside() || walker.is_published_link(name)
                          ? std::nullopt
                          : walker.here().read_link(name).value_or(std::nullopt);
    if (!next) return walker.here().touch(name);
    GS_TRY_VOID(walker.go(dir_name(*next), Missing::kFail));
    name = base_name(*next);
  }
  return fail(refusal(file, "too many symlinks"));
}

}  // namespace gitsync::util
