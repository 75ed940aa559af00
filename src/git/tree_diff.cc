// SPDX-License-Identifier: Apache-2.0
#include "git/tree_diff.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "git/not_understood.h"
#include "util/quote.h"

namespace gitsync::git {

using util::Result;
using util::Walk;

namespace {

constexpr std::size_t kMaxTree = std::size_t{16} << 20;  // bytes
constexpr std::size_t kMaxOpen = std::size_t{64} << 20;  // bytes
constexpr std::size_t kMaxPath = 4096;                   // PATH_MAX
// A few trees can hold folders without end that hold no file: so the limit is looked at now and
// then, whoever visits.
constexpr unsigned kFoldersPerCheck = 64;

// One side of an open folder, which may not have it.
class Side {
 public:
  Side() : reader_({}) {}
  explicit Side(std::string bytes)
      : bytes_(std::make_unique<const std::string>(std::move(bytes))), reader_(*bytes_) {}

  Result<void> advance() {
    GS_TRY(current_, reader_.next());
    return {};
  }
  const std::optional<TreeEntry>& current() const { return current_; }
  std::size_t size() const { return bytes_ ? bytes_->size() : 0; }

 private:
  std::unique_ptr<const std::string> bytes_;  // stays where it is, since the reader points to it
  TreeReader reader_;
  std::optional<TreeEntry> current_;
};

struct Frame {
  Side before;
  Side after;
  std::size_t path = 0;  // bytes of the path that are the folder, with its "/"
};

// The entries at the same place of both sides.
struct Pair {
  std::string_view name;
  std::optional<TreeEntry> before;
  std::optional<TreeEntry> after;
};

std::optional<ObjectId> folder_of(const std::optional<TreeEntry>& entry) {
  return entry && entry->is_folder() ? std::optional(entry->id) : std::nullopt;
}

std::optional<TreeLeaf> leaf_of(const std::optional<TreeEntry>& entry) {
  if (!entry || entry->is_folder()) return std::nullopt;
  return TreeLeaf{.mode = entry->mode, .id = entry->id};
}

class Differ {
 public:
  Differ(ObjectReader& store, const util::Limit& limit, const TreeChangeVisitor& visit)
      : store_(store), limit_(limit), visit_(visit) {}

  Result<void> run(const std::optional<ObjectId>& before, const ObjectId& after) {
    if (before == after) return {};
    GS_TRY_VOID(enter(before, after));
    while (!frames_.empty()) {
      auto pair = next_pair();
      if (!pair) return in_folder(frames_.back().path, std::move(pair).error());
      const std::optional<Pair>& now = *pair;
      if (!now) {
        leave();
        continue;
      }
      GS_TRY(const Walk walk, handle(*now));
      if (walk == Walk::kStop) break;
    }
    return {};
  }

 private:
  // Nothing at the end of the folder.
  Result<std::optional<Pair>> next_pair() {
    Frame& frame = frames_.back();
    Pair pair{.name = {}, .before = frame.before.current(), .after = frame.after.current()};
    if (!pair.before && !pair.after) return std::nullopt;
    if (pair.before && pair.after) {
      const int order = compare_entries(*pair.before, *pair.after);
      if (order < 0) pair.after.reset();
      if (order > 0) pair.before.reset();
    }
    if (pair.before) {
      pair.name = pair.before->name;
      GS_TRY_VOID(frame.before.advance());
    }
    if (pair.after) {
      pair.name = pair.after->name;
      GS_TRY_VOID(frame.after.advance());
    }
    return pair;
  }

  Result<Walk> handle(const Pair& pair) {
    if (pair.before && pair.after && pair.before->id == pair.after->id &&
        pair.before->mode == pair.after->mode) {
      return Walk::kGoOn;
    }
    path_.resize(frames_.back().path);
    path_ += pair.name;
    if (path_.size() > kMaxPath) return not_understood("a path of more than 4 KiB");
    const auto before = folder_of(pair.before);
    const auto after = folder_of(pair.after);
    if (before || after) {
      path_ += '/';
      GS_TRY_VOID(enter(before, after));
      return Walk::kGoOn;
    }
    return visit_({.path = path_, .before = leaf_of(pair.before), .after = leaf_of(pair.after)});
  }

  // `path_` is the folder's, with its "/".
  Result<void> enter(const std::optional<ObjectId>& before, const std::optional<ObjectId>& after) {
    if (++entered_ % kFoldersPerCheck == 0) GS_TRY_VOID(limit_.check());
    auto frame = open(before, after);
    if (!frame) return in_folder(path_.size(), std::move(frame).error());
    open_bytes_ += frame->before.size() + frame->after.size();
    if (open_bytes_ > kMaxOpen) return not_understood("folders with too many entries");
    frames_.push_back(std::move(*frame));
    return {};
  }

  Result<Frame> open(const std::optional<ObjectId>& before, const std::optional<ObjectId>& after) {
    Frame frame;
    GS_TRY(frame.before, read(before));
    GS_TRY(frame.after, read(after));
    frame.path = path_.size();
    return frame;
  }

  Result<Side> read(const std::optional<ObjectId>& id) {
    if (!id) return Side();
    GS_TRY(auto bytes, store_.read(*id, ObjectType::kTree, kMaxTree));
    Side side(std::move(bytes));
    GS_TRY_VOID(side.advance());
    return side;
  }

  void leave() {
    const Frame& frame = frames_.back();
    open_bytes_ -= frame.before.size() + frame.after.size();
    frames_.pop_back();
  }

  // `length`: of its path.
  std::unexpected<util::Error> in_folder(std::size_t length, util::Error error) const {
    const auto path = util::quoted(std::string_view(path_).substr(0, length));
    return util::fail(std::move(error).with_context("folder " + path));
  }

  ObjectReader& store_;
  const util::Limit& limit_;
  const TreeChangeVisitor& visit_;
  std::vector<Frame> frames_;
  std::string path_;
  std::size_t open_bytes_ = 0;
  unsigned entered_ = 0;
};

}  // namespace

Result<void> diff_trees(ObjectReader& store, const std::optional<ObjectId>& before,
                        const ObjectId& after, const util::Limit& limit,
                        const TreeChangeVisitor& visit) {
  return Differ(store, limit, visit).run(before, after);
}

}  // namespace gitsync::git
