// SPDX-License-Identifier: Apache-2.0
#include "tree/spare_stream.h"

#include "tree/entry_path.h"

namespace gitsync::tree {
namespace {

using util::Result;

// Whether all that is in `folder` comes before `path`, which is not in it.
bool ends_before(std::string_view folder, std::string_view path) {
  const int order = path.substr(0, folder.size()).compare(folder);
  if (order != 0) return order > 0;
  return path.size() > folder.size() && path[folder.size()] > '/';
}

}  // namespace

Result<void> SpareStream::pass_found() {
  return std::exchange(found_, false) ? reader_.next() : Result<void>{};
}

Result<const Record*> SpareStream::find(std::string_view path) {
  GS_TRY_VOID(pass_found());
  while (const Record* record = reader_.peek()) {
    if (record->is_directory) {
      const bool passed = !is_below(path, record->path) && ends_before(record->path, path);
      if (!passed) return nullptr;
    } else {
      if (record->path > path) return nullptr;
      found_ = record->path == path;
      if (found_) return record;
      on_extra_(record->path);
    }
    GS_TRY_VOID(reader_.next());
  }
  return nullptr;
}

Result<std::optional<FileStat>> SpareStream::leave(std::string_view folder) {
  GS_TRY_VOID(pass_found());
  while (const Record* record = reader_.peek()) {
    if (record->is_directory && record->path == folder) {
      const FileStat stat = record->stat;
      GS_TRY_VOID(reader_.next());
      return stat;
    }
    if (!is_below(record->path, folder)) break;
    if (!record->is_directory) on_extra_(record->path);
    GS_TRY_VOID(reader_.next());
  }
  return std::nullopt;
}

}  // namespace gitsync::tree
