// SPDX-License-Identifier: Apache-2.0
#include "objects/unpacked.h"

#include <fcntl.h>

#include <limits>
#include <utility>

#include "tree/entry_path.h"
#include "tree/manifests.h"
#include "tree/old_tree.h"
#include "tree/untouched.h"
#include "util/descriptor_io.h"
#include "util/sha256.h"

namespace gitsync::objects {

using archive::Kind;
using tree::FileKind;
using util::Result;

namespace {

// A content that is not in the folder.
constexpr std::size_t kLeftOut = std::numeric_limits<std::size_t>::max();
// What is smaller is hashed before a file is made of it.
constexpr std::uint64_t kSmall = std::uint64_t{256} << 10;

std::string name_of(std::size_t place) { return std::to_string(place); }

// As a file of a tree is made, since it may become one.
Result<util::Fd> create(const util::Folder& folder, const std::string& name, FileKind kind) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  util::Fd file(::openat(folder.fd(), name.c_str(), kFlags, tree::creation_mode(kind)));
  if (!file) return util::fail(util::sys_error("create " + folder.path_of(name)));
  return file;
}

FileKind kind_of(const archive::Member& member) {
  switch (member.kind) {
    case Kind::kExecutable:
      return FileKind::kExecutable;
    case Kind::kSymlink:
      return FileKind::kSymlink;
    case Kind::kFolder:
      return FileKind::kFolder;
    default:
      return FileKind::kRegular;
  }
}

Result<void> copy(const util::Folder& folder, const std::string& path, tree::ContentSink& sink,
                  const util::Limit& limit) {
  GS_TRY(const auto place, folder.place_of(path));
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const util::Fd file(::openat(place.fd, place.name.c_str(), kFlags));
  if (!file) return util::fail(util::sys_error("open " + folder.path_of(path)));
  return util::read_pieces(file.get(), folder.path_of(path),
                           [&](std::string_view bytes) -> Result<void> {
                             if (auto in_time = limit.check(); !in_time) return in_time;
                             return sink.write(bytes);
                           });
}

Result<void> copy_target(const util::Folder& folder, const std::string& path,
                         tree::ContentSink& sink) {
  GS_TRY(const auto target, folder.read_link(path));
  return sink.write(target.value_or(""));
}

class HashingSink final : public tree::ContentSink {
 public:
  explicit HashingSink(tree::ContentSink& to) : to_(to) {}
  Result<void> expect(std::uint64_t bytes) override { return to_.expect(bytes); }
  Result<void> write(std::string_view bytes) override {
    hash_.update(bytes);
    return to_.write(bytes);
  }
  std::string id() { return hash_.finish(); }

 private:
  tree::ContentSink& to_;
  util::Sha256 hash_;
};

}  // namespace

Unpacked::Unpacked(tree::BuildFolder folder, tree::Layout layout, const tree::Published* base)
    : folder_(std::move(folder)), layout_(std::move(layout)), base_(base) {}

Result<std::unique_ptr<Unpacked>> Unpacked::start(const tree::Layout& layout,
                                                  const tree::Published* base,
                                                  const util::Limit& limit,
                                                  const log::Logger& logger) {
  GS_TRY(auto folder, tree::BuildFolder::make(layout, limit, logger));
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): the constructor is private
  return std::unique_ptr<Unpacked>(new Unpacked(std::move(folder), layout, base));
}

Result<std::unique_ptr<Unpacked>> Unpacked::read(archive::Reader& archive,
                                                 const tree::Layout& layout,
                                                 const tree::Published* base,
                                                 const util::Limit& limit,
                                                 const log::Logger& logger) {
  GS_TRY(auto unpacked, start(layout, base, limit, logger));
  GS_TRY_VOID(unpacked->note_base(limit));
  for (;;) {
    GS_TRY_VOID(limit.check());
    GS_TRY(const auto member, archive.next());
    if (!member) break;
    GS_TRY_VOID(unpacked->take(archive, *member));
  }
  GS_TRY_VOID(unpacked->finish());
  return unpacked;
}

Result<void> Unpacked::finish() {
  std::erase_if(entries_, [](const Entry& entry) { return entry.path.empty(); });
  GS_TRY(list_, EntryList::of(std::move(entries_)));
  index_.clear();
  known_.clear();
  return {};
}

// What was edited there meanwhile is found out when it is read.
Result<void> Unpacked::keep_base(const util::Limit& limit) {
  auto old = base_ == nullptr ? std::nullopt
                              : tree::open_published(layout_, *base_, tree::Manifests(layout_));
  if (!old) return util::fail(util::ErrorKind::kCorrupt, "nothing is known of the tree before");
  while (const tree::Record* const record = old->manifest.peek()) {
    GS_TRY_VOID(limit.check());
    if (!record->is_directory) {
      known_.emplace(record->path, record->entry);
      put({.path = record->path,
           .file = record->entry,
           .size = record->stat.size,
           .place = kLeftOut});
    }
    GS_TRY_VOID(old->manifest.next());
  }
  return {};
}

void Unpacked::remove(const std::string& path) {
  const auto at = index_.find(path);
  if (at == index_.end()) return;
  entries_[at->second].path.clear();  // never one's own, so finish() leaves it out
  index_.erase(at);
}

// Only what nobody has edited can be taken from there.
Result<void> Unpacked::note_base(const util::Limit& limit) {
  if (base_ == nullptr) return {};
  const auto note = [&](const tree::Record& record) { known_.emplace(record.path, record.entry); };
  GS_TRY(const bool untouched, tree::is_untouched(layout_, *base_, note, limit));
  if (!untouched) known_.clear();
  return {};
}

Result<void> Unpacked::take(archive::Reader& archive, const archive::Member& member) {
  if (member.kind == Kind::kHardLink) return link(member);
  if (member.kind == Kind::kRegular || member.kind == Kind::kExecutable) {
    return take_file(archive, member);
  }
  const bool is_symlink = member.kind == Kind::kSymlink;
  const std::string id = is_symlink ? util::sha256(member.target) : "";
  if (is_symlink) targets_.emplace(id, member.target);
  put({.path = member.path, .file = {.kind = kind_of(member), .content_id = id}});
  return {};
}

Result<void> Unpacked::take_file(archive::Reader& archive, const archive::Member& member) {
  Entry entry{.path = member.path, .file = {.kind = kind_of(member)}, .size = member.size};
  util::Sha256 hash;
  std::string small;
  util::Fd file;
  const std::string name = name_of(files_);
  if (member.size > kSmall) {
    GS_TRY(file, create(folder_.folder(), name, entry.file.kind));
  }
  for (;;) {
    GS_TRY(const auto bytes, archive.content());
    if (bytes.empty()) break;
    hash.update(bytes);
    if (!file) small += bytes;
    if (file) GS_TRY_VOID(util::write_all(file.get(), bytes, entry.path));
  }
  entry.file.content_id = hash.finish();
  entry.place = files_;
  if (is_in_base(entry)) {
    entry.place = kLeftOut;
    if (file) GS_TRY_VOID(folder_.folder().remove_file(name));
  } else {
    if (!file) {
      GS_TRY(file, create(folder_.folder(), name, entry.file.kind));
      GS_TRY_VOID(util::write_all(file.get(), small, entry.path));
    }
    ++files_;
  }
  put(std::move(entry));
  return {};
}

bool Unpacked::is_in_base(const Entry& entry) const {
  const auto known = known_.find(entry.path);
  return known != known_.end() && known->second == entry.file;
}

// The reader has seen what it links to.
Result<void> Unpacked::link(const archive::Member& member) {
  const auto at = index_.find(member.target);
  if (at == index_.end()) {
    return util::fail(util::ErrorKind::kProtocol,
                      tree::printable_path(member.path) + " is a link to what is not there");
  }
  Entry entry = entries_[at->second];
  entry.path = member.path;
  // What was left out is in the tree before under the other's name.
  if (entry.place == kLeftOut) {
    const auto there = left_out_.find(member.target);
    left_out_[member.path] = there == left_out_.end() ? member.target : there->second;
  } else {
    shared_.insert(entry.place);
  }
  put(std::move(entry));
  return {};
}

// The last one of a path counts.
void Unpacked::put(Entry entry) {
  const auto [at, is_new] = index_.try_emplace(entry.path, entries_.size());
  if (is_new) {
    entries_.push_back(std::move(entry));
  } else {
    entries_[at->second] = std::move(entry);
  }
}

Result<void> Unpacked::for_each_change(
    const tree::Revision* from, const std::function<Result<void>(const tree::Change&)>& visit,
    const util::Limit& limit) {
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): after finish()
  return list_->for_each_change(layout_, from == nullptr ? nullptr : base_, visit, limit);
}

Result<void> Unpacked::read(const tree::FileEntry& entry, std::string_view path,
                            tree::ContentSink& sink, const util::Limit& limit) {
  const auto target = targets_.find(entry.content_id);
  if (entry.kind == FileKind::kSymlink && target != targets_.end()) {
    return sink.write(target->second);
  }
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): after finish()
  const Entry* const listed = list_->find(path);
  if (listed == nullptr) {
    return util::fail(util::ErrorKind::kCorrupt, tree::printable_path(path) + " is not listed");
  }
  if (listed->place == kLeftOut) return read_from_base(*listed, sink, limit);
  GS_TRY_VOID(sink.expect(listed->size));
  return copy(folder_.folder(), name_of(listed->place), sink, limit);
}

std::optional<Unpacked::Ready> Unpacked::ready(const tree::FileEntry& entry,
                                               std::string_view path) const {
  const Entry* const listed = list_ ? list_->find(path) : nullptr;
  const bool is_here = listed != nullptr && listed->file == entry && listed->place != kLeftOut &&
                       !shared_.contains(listed->place);
  const bool is_file = entry.kind == FileKind::kRegular || entry.kind == FileKind::kExecutable;
  if (!is_here || !is_file) return std::nullopt;
  return Ready{
      .folder = folder_.folder().fd(), .name = name_of(listed->place), .bytes = listed->size};
}

// The tree before may have been edited since it was looked at.
Result<void> Unpacked::read_from_base(const Entry& entry, tree::ContentSink& sink,
                                      const util::Limit& limit) const {
  const auto there = left_out_.find(entry.path);
  const auto& path = there == left_out_.end() ? entry.path : there->second;
  GS_TRY(const auto base, util::Folder::open(base_->tree));
  HashingSink hashing(sink);
  const auto copied = entry.file.kind == FileKind::kSymlink ? copy_target(base, path, hashing)
                                                            : copy(base, path, hashing, limit);
  GS_TRY_VOID(limit.check());
  if (copied && hashing.id() == entry.file.content_id) return {};
  return util::fail(util::ErrorKind::kMoved,
                    tree::printable_path(entry.path) + " of the old tree was edited meanwhile");
}

}  // namespace gitsync::objects
