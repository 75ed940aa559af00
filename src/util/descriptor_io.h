// SPDX-License-Identifier: Apache-2.0
// What files.h (by path) and folder.h (by descriptor) share: whole reads and writes. `shown` is
// the path that errors name.

#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.h"
#include "util/fd.h"
#include "util/files.h"

namespace gitsync::util {

// Until the end; a pipe may be silent for 1 s. kInvalid if it is more than `limit` bytes.
Result<std::string> read_all(int fd, const std::string& shown, std::size_t limit);
// Reads from where the descriptor stands to the end, in pieces of 64 KiB at most, each valid during
// the call. An error of `visit` ends it and is returned.
Result<void> read_pieces(int fd, const std::string& shown,
                         const std::function<Result<void>(std::string_view)>& visit);
Result<void> write_all(int fd, std::string_view content, const std::string& shown);

// The sorted names in a directory that was opened for reading.
Result<std::vector<std::string>> sorted_names(Fd directory, const std::string& shown);

// See read_link() in files.h.
Result<std::optional<std::string>> read_link_at(int directory, const std::string& name,
                                                const std::string& shown);

struct AtomicWrite {
  std::string temporary;  // a new name, relative to the directory of the call, as is `final`
  std::string final;
  std::string shown;
  std::string_view content;
  mode_t mode = 0;
  Durability durability = Durability::kCached;
};
// Writes the new file, then renames it. Flushes the file, if asked to, but not the directory. Where
// modes cannot be changed, a file that others may read keeps the mode that it was made with.
Result<void> write_atomic_at(int directory, const AtomicWrite& file);

// Flushes the directory `name` in `directory`.
Result<void> sync_directory_at(int directory, const std::string& name, const std::string& shown);

}  // namespace gitsync::util
