// SPDX-License-Identifier: Apache-2.0
// The file packed-refs (git-pack-refs(1)): "<id> <name>" a line, and below a tag "^<id>" of what it
// leads to in the end. Read as it comes and not kept, since there may be 60,000 of them.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "git/object_id.h"
#include "util/error.h"
#include "util/folder.h"

namespace gitsync::git {

struct PackedRef {
  std::string name;  // in full
  ObjectId id;
  std::optional<ObjectId> peeled;  // of an annotated tag, if the file tells it
};

using PackedRefVisitor = std::function<util::Walk(const PackedRef&)>;

// Errors: kCorrupt for a line that is none; kNotUnderstood for one of more than 8 KiB. Memory: one
// line. Thread-safety: none.
class PackedRefsReader {
 public:
  // `visit` is called in the file's order, and not again after it has returned kStop.
  explicit PackedRefsReader(PackedRefVisitor visit) : visit_(std::move(visit)) {}

  util::Result<void> feed(std::string_view bytes);
  // At the end of the file, which must be that of a line.
  util::Result<void> finish();
  bool stopped() const { return stopped_; }

 private:
  util::Result<void> take(std::string_view line);
  void give();

  PackedRefVisitor visit_;
  std::string rest_;                  // of a line whose end has not come
  std::optional<PackedRef> pending_;  // a line that begins with ^ may follow
  bool begun_ = false;
  bool stopped_ = false;
};

// Goes through the file of a repository; if it has none, there are no refs in it. `directory` is
// the common one, not that of a worktree.
util::Result<void> for_each_packed_ref(const util::Folder& directory,
                                       const PackedRefVisitor& visit);

}  // namespace gitsync::git
