// SPDX-License-Identifier: Apache-2.0
#include "objects/entry_list.h"

#include <algorithm>

#include "tree/entry_path.h"
#include "tree/manifests.h"
#include "tree/old_tree.h"

namespace gitsync::objects {

using tree::Change;
using tree::FileKind;
using util::Result;

namespace {

using Visit = std::function<Result<void>(const Change&)>;

Result<void> refuse(std::string_view path, const std::string& why) {
  return util::fail(util::ErrorKind::kProtocol, tree::printable_path(path) + " " + why);
}

const Entry* find_in(const std::vector<Entry>& entries, std::string_view path) {
  const auto at = std::ranges::lower_bound(entries, path, {}, &Entry::path);
  return at != entries.end() && at->path == path ? &*at : nullptr;
}

Result<void> check_way(const std::vector<Entry>& entries, std::string_view path) {
  for (auto above = tree::folder_of(path); !above.empty(); above = tree::folder_of(above)) {
    const Entry* const way = find_in(entries, above);
    if (way != nullptr && way->file.kind != FileKind::kFolder) {
      return util::fail(
          util::ErrorKind::kProtocol,
          tree::printable_path(way->path) + " is a file, and a folder for " +
              tree::printable_path(path),
          "rename or remove one of the two: --exclude of the file would leave out the "
          "folder, too");
    }
  }
  return {};
}

Result<void> check_ways(const std::vector<Entry>& entries) {
  std::string_view last;
  for (const Entry& entry : entries) {
    GS_TRY_VOID(tree::check_entry_path(entry.path));
    if (entry.path == last) return refuse(entry.path, "is there twice");
    last = entry.path;
    GS_TRY_VOID(check_way(entries, entry.path));
  }
  return {};
}

// Whether some entry is below `entries[index]`: in the order of bytes "a!" comes between "a" and
// "a/b".
bool holds_others(const std::vector<Entry>& entries, const Entry& folder) {
  const std::string below = folder.path + "/";
  const auto at = std::ranges::lower_bound(entries, below, {}, &Entry::path);
  return at != entries.end() && at->path.starts_with(below);
}

// The files of a manifest.
class OldFiles {
 public:
  explicit OldFiles(tree::ManifestReader manifest) : manifest_(std::move(manifest)) {}
  // Null behind the last one.
  Result<const tree::Record*> peek() {
    while (manifest_.peek() != nullptr && manifest_.peek()->is_directory) {
      GS_TRY_VOID(manifest_.next());
    }
    return manifest_.peek();
  }
  Result<void> next() { return manifest_.next(); }

 private:
  tree::ManifestReader manifest_;
};

Result<void> came(const Entry& entry, const Visit& visit) {
  return visit({.path = entry.path, .before = {}, .after = entry.file});
}

Result<void> went(const tree::Record& record, const Visit& visit) {
  return visit({.path = record.path, .before = record.entry, .after = {}});
}

Result<void> compare(OldFiles old, const std::vector<Entry>& entries, const Visit& visit,
                     const util::Limit& limit) {
  auto entry = entries.begin();
  for (;;) {
    GS_TRY_VOID(limit.check());
    GS_TRY(const tree::Record* const record, old.peek());
    const bool no_more = entry == entries.end();
    if (record == nullptr && no_more) return {};
    if (record == nullptr || (!no_more && entry->path < record->path)) {
      GS_TRY_VOID(came(*entry++, visit));
      continue;
    }
    if (no_more || record->path < entry->path) {
      GS_TRY_VOID(went(*record, visit));
    } else {
      if (record->entry != entry->file) {
        GS_TRY_VOID(visit({.path = entry->path, .before = record->entry, .after = entry->file}));
      }
      ++entry;
    }
    GS_TRY_VOID(old.next());
  }
}

}  // namespace

Result<EntryList> EntryList::of(std::vector<Entry> entries) {
  std::ranges::sort(entries, {}, &Entry::path);
  GS_TRY_VOID(check_ways(entries));
  std::vector<Entry> kept;
  kept.reserve(entries.size());
  for (const Entry& entry : entries) {
    if (entry.file.kind != FileKind::kFolder || !holds_others(entries, entry)) {
      kept.push_back(entry);
    }
  }
  return EntryList(std::move(kept));
}

const Entry* EntryList::find(std::string_view path) const { return find_in(entries_, path); }

Result<void> EntryList::for_each_change(const tree::Layout& layout, const tree::Published* base,
                                        const Visit& visit, const util::Limit& limit) const {
  if (base == nullptr) {
    for (const Entry& entry : entries_) GS_TRY_VOID(came(entry, visit));
    return {};
  }
  auto old = tree::open_published(layout, *base, tree::Manifests(layout));
  if (!old) {
    return util::fail(util::ErrorKind::kCorrupt, "nothing is known of the tree " + base->tree);
  }
  return compare(OldFiles(std::move(old->manifest)), entries_, visit, limit);
}

}  // namespace gitsync::objects
