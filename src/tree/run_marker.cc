// SPDX-License-Identifier: Apache-2.0
#include "tree/run_marker.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "util/files.h"
#include "util/folder.h"
#include "util/text.h"

namespace gitsync::tree {

using util::Result;

namespace {

constexpr std::string_view kPrefix = "running.";

// What the names of markers begin with, below the root.
std::string marker_of(const std::string& boot) {
  return std::string(Layout::kOwnName) + "/" + std::string(kPrefix) + boot + ".";
}

bool is_dead(const std::string& path) {
  // A marker that its owner removes right now is not one of a dead process.
  if (!util::exists(path)) return false;
  const auto lock = util::DirLock::try_acquire(path);
  // Without locks nothing tells; and only one process at a time can use such a root.
  return lock || util::is_lack_of_locks(lock.error());
}

Result<util::DirLock> take_marker(const std::string& path) {
  auto lock = util::DirLock::try_acquire(path);
  if (!lock && util::is_lack_of_locks(lock.error())) return util::DirLock::without_lock(path);
  return lock;
}

// Names below the root.
std::vector<std::string> dead_markers(const Layout& layout, std::string_view own) {
  std::vector<std::string> dead;
  const auto folder = util::Folder::open(layout.root + "/" + Layout::kOwnName);
  if (!folder) return dead;
  [[maybe_unused]] const auto listed = folder->for_each_entry([&](std::string_view entry) {
    const std::string name = std::string(Layout::kOwnName) + "/" + std::string(entry);
    if (entry.starts_with(kPrefix) && name != own && is_dead(layout.root + "/" + name)) {
      dead.push_back(name);
    }
    return util::Walk::kGoOn;
  });
  return dead;
}

}  // namespace

RunMarker::RunMarker(Layout layout, std::string name, util::DirLock lock)
    : layout_(std::move(layout)), name_(std::move(name)), lock_(std::move(lock)) {}

RunMarker::RunMarker(RunMarker&& other) noexcept
    : layout_(std::move(other.layout_)),
      name_(std::exchange(other.name_, {})),
      lock_(std::move(other.lock_)),
      found_dead_(other.found_dead_) {}

RunMarker::~RunMarker() {
  if (name_.empty() || !is_current()) return;
  const auto root = util::Folder::open(layout_.root);
  if (root) [[maybe_unused]]
    const auto removed = root->remove_file(name_);
}

std::string RunMarker::current_boot() {
  const auto text = util::read_file("/proc/sys/kernel/random/boot_id");
  const std::string_view boot = text ? util::trim(*text) : std::string_view();
  const bool is_name = !boot.empty() && boot.find('/') == std::string_view::npos;
  return std::string(is_name ? boot : "unknown");
}

Result<RunMarker> RunMarker::leave(const Layout& layout, const std::string& boot) {
  GS_TRY(const auto root, util::Folder::open(layout.root));
  const bool known = root.is_directory(Layout::kOwnName);
  GS_TRY([[maybe_unused]] const auto folder, root.make_directories(Layout::kOwnName));
  const bool found_dead = !known || !dead_markers(layout, "").empty();
  std::string name = marker_of(boot) + util::random_suffix();
  GS_TRY(auto lock, take_marker(layout.root + "/" + name));
  RunMarker marker(layout, std::move(name), std::move(lock));
  marker.found_dead_ = found_dead;
  return marker;
}

bool RunMarker::tells_of_power_cut(const Layout& layout) {
  const std::string ours = marker_of(current_boot());
  return std::ranges::any_of(dead_markers(layout, ""),
                             [&](const std::string& dead) { return !dead.starts_with(ours); });
}

void RunMarker::forget_the_dead() {
  if (!std::exchange(found_dead_, false)) return;
  const auto root = util::Folder::open(layout_.root);
  if (!root) return;
  for (const auto& name : dead_markers(layout_, name_)) {
    [[maybe_unused]] const auto removed = root->remove_file(name);
  }
}

}  // namespace gitsync::tree
