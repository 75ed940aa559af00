// SPDX-License-Identifier: Apache-2.0
// An archive that was unpacked into a hidden folder of the root, as a tree is built of it. Files
// that the tree before has with the same content are left out.

#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "archive/reader.h"
#include "log/logger.h"
#include "objects/entry_list.h"
#include "tree/build_folder.h"
#include "tree/tree_contents.h"

namespace gitsync::objects {

// Thread-safety: none; belongs to one build.
class Unpacked final : public tree::TreeContents {
 public:
  // Reads all of `archive`. The id of a content is its SHA-256. `base`: see Origin::open().
  // Errors: those of the reader and of EntryList::of(); the disk is full.
  static util::Result<std::unique_ptr<Unpacked>> read(archive::Reader& archive,
                                                      const tree::Layout& layout,
                                                      const tree::Published* base,
                                                      const util::Limit& limit,
                                                      const log::Logger& logger);

  // The same step by step: start(), any number of take(), keep_base() and remove() in any order,
  // then finish().
  static util::Result<std::unique_ptr<Unpacked>> start(const tree::Layout& layout,
                                                       const tree::Published* base,
                                                       const util::Limit& limit,
                                                       const log::Logger& logger);
  // All that is in the base comes in, to be changed by what follows. Its content ids must be what
  // those of read() are. kCorrupt if nothing is known of what is in it.
  util::Result<void> keep_base(const util::Limit& limit);
  // The member that `archive` has just given; the last one of a path counts.
  util::Result<void> take(archive::Reader& archive, const archive::Member& member);
  // A path that is not there is no error.
  void remove(const std::string& path);
  util::Result<void> finish();
  // After finish().
  const EntryList& list() const { return *list_; }

  util::Result<void> for_each_change(
      const tree::Revision* from,
      const std::function<util::Result<void>(const tree::Change&)>& visit,
      const util::Limit& limit) override;
  // kMoved for a file that was left out and is needed after all, since somebody has edited it:
  // then all begins anew.
  util::Result<void> read(const tree::FileEntry& entry, std::string_view path,
                          tree::ContentSink& sink, const util::Limit& limit) override;
  // So that a disk need not have room for all of it twice.
  std::optional<Ready> ready(const tree::FileEntry& entry, std::string_view path) const override;

 private:
  Unpacked(tree::BuildFolder folder, tree::Layout layout, const tree::Published* base);
  util::Result<void> take_file(archive::Reader& archive, const archive::Member& member);
  util::Result<void> link(const archive::Member& member);
  void put(Entry entry);
  bool is_in_base(const Entry& entry) const;
  util::Result<void> note_base(const util::Limit& limit);
  util::Result<void> read_from_base(const Entry& entry, tree::ContentSink& sink,
                                    const util::Limit& limit) const;

  const tree::BuildFolder folder_;
  const tree::Layout layout_;
  const tree::Published* const base_;
  // Of the tree before, as far as nobody has touched it.
  std::unordered_map<std::string, tree::FileEntry> known_;
  std::vector<Entry> entries_;                            // place: the number of a file in folder_
  std::unordered_map<std::string, std::size_t> index_;    // of entries_, by path
  std::unordered_map<std::string, std::string> targets_;  // of symlinks, by content id
  // Paths whose content is in the tree before under another one.
  std::unordered_map<std::string, std::string> left_out_;
  std::unordered_set<std::size_t> shared_;  // places of several paths
  std::size_t files_ = 0;
  std::optional<EntryList> list_;
};

}  // namespace gitsync::objects
