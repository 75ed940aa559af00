// SPDX-License-Identifier: Apache-2.0
// Builds one tree in an empty folder, in one go through three sorted lists: what the tree of the
// base had (its manifest), what changed (the source), and what the spare has (its manifest).
//
// A folder of which the spare has all, and nothing else, is moved whole. So a folder is not made
// when it is entered, but when the first file is met that is not in the spare; what was found there
// until then waits in Level::pending.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tree/companion.h"
#include "tree/early_files.h"
#include "tree/file_maker.h"
#include "tree/look_ahead.h"
#include "tree/manifest.h"
#include "tree/old_tree.h"
#include "tree/record_queue.h"
#include "tree/spare_stream.h"
#include "tree/tree_contents.h"
#include "tree/way.h"
#include "tree/write_pool.h"

namespace gitsync::tree {

// How the files of a tree came into it.
struct BuildCounts {
  std::uint64_t written = 0;        // from the source
  std::uint64_t taken = 0;          // hard links and copies
  std::uint64_t moved = 0;          // files out of the spare, one by one
  std::uint64_t moved_folders = 0;  // out of the spare, with all that is in them
};

struct BuildParts {
  Way target;                   // empty, but for early files
  std::optional<OldTree> base;  // of the revision that the changes start from
  std::optional<OldTree> spare;
  const Revision* from;                // of base, or null
  std::vector<std::string> own_names;  // in the top: the source's, and no file's
  FileMaker maker;
  EarlyFiles* early;  // files that are in the target already, with their folders; or null
  ManifestWriter& manifest;
  WritePool& pool;  // of this build
  TreeContents& contents;
  util::Limit limit;
};

// One use. Thread-safety: none.
class TreeBuilder {
 public:
  explicit TreeBuilder(BuildParts parts);
  TreeBuilder(const TreeBuilder&) = delete;
  TreeBuilder& operator=(const TreeBuilder&) = delete;

  // On failure the folder holds a part of the tree, and the spare is of no use.
  util::Result<void> run();

  // Why run() failed, if the reason is in an old tree: without it a build may succeed.
  enum class Blame { kNone, kSpare, kBase };
  Blame blame() const { return blame_; }
  const BuildCounts& counts() const { return counts_; }

 private:
  // A folder on the way to the file that is being put in its place; the first is the top.
  struct Level {
    std::string name;
    std::size_t path_size = 0;  // of path_, as far as this folder
    bool made = false;          // so are all above it, and pending is of no meaning
    bool has_extra = false;     // the spare's folder has something that is not ours
    std::string pending;        // names in the spare's folder, each ended by a NUL
  };

  util::Result<void> take(const Change& change);
  util::Result<void> check(const Change& change) const;
  util::Result<void> keep_before(std::optional<std::string_view> path);
  util::Result<void> pass_old(const Change& change);
  util::Result<void> put(std::string_view path, const FileEntry& entry, const FileStat* kept);
  util::Result<bool> take_from_spare(const Spot& spot, const FileEntry& entry);
  util::Result<void> write(const Spot& spot, const FileEntry& entry);
  util::Result<void> write_later(const Spot& spot, const FileEntry& entry);
  util::Result<bool> take_later(const Spot& spot, const FileEntry& entry, const FileStat& kept);
  util::Result<bool> put_from_base(const Spot& spot, const FileEntry& entry, const FileStat& kept);
  util::Result<void> add_left_folder();
  util::Result<std::optional<FileStat>> take_from_base(const Spot& spot, const FileEntry& entry,
                                                       const FileStat& kept);
  util::Result<void> check_limit();
  util::Result<void> next_of_base();
  std::unexpected<util::Error> blame(Blame blame, util::Error error);

  // tree_builder_levels.cc: the folders.
  util::Result<void> go_to(std::string_view folder, std::string_view path);
  util::Result<void> enter(std::string_view name, std::string_view path);
  util::Result<void> leave();
  util::Result<void> leave_all();
  util::Result<void> make_levels();
  util::Result<void> make_level(const std::string& name);
  util::Result<void> move_pending(std::size_t depth);
  util::Result<Way::Place> spare_folder(std::size_t depth);
  util::Result<void> move(int from, const std::string& name);
  util::Result<void> hand_over_whole(const FileStat& stat);
  std::optional<FileStat> whole_folder(const std::optional<FileStat>& recorded);
  bool has_only_pending(int folder) const;
  bool in_the_way_of_a_folder(std::string_view path);
  void note_extra(std::string_view path);

  // A descriptor that jobs share with one another, since the way goes on.
  struct SharedFolder {
    std::string path;
    std::shared_ptr<const util::Fd> fd;  // null: none
  };
  util::Result<std::shared_ptr<const util::Fd>> share(SharedFolder& folder, int fd) const;

  BuildParts parts_;
  RecordQueue records_;
  SharedFolder target_folder_;
  SharedFolder base_folder_;
  std::optional<Companion> base_;
  std::optional<Companion> spare_;
  std::optional<SpareStream> spare_files_;
  std::optional<LookAhead> ahead_;  // in the spare, if the pool is wide
  std::vector<Level> levels_;
  std::string path_;         // of the deepest level
  std::string last_change_;  // the change that is being applied, or was
  bool changing_ = false;    // whether it is still ahead of what is being put
  std::string last_put_;
  std::vector<std::size_t> files_on_way_;  // lengths of what last_put_ begins with and is a file
  const Custom custom_;
  BuildCounts counts_;
  Blame blame_ = Blame::kNone;
  std::size_t steps_ = 0;
};

}  // namespace gitsync::tree
