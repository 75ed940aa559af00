// SPDX-License-Identifier: Apache-2.0
// The private key files that ssh is given. One whose line breaks or blanks ssh would stumble over
// is replaced by a private repaired copy; of one that ssh cannot use it is known why.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "log/logger.h"
#include "util/error.h"
#include "util/file_stamp.h"

namespace gitsync::cli {

// Thread-safety: none; belongs to the loop of one repository.
class SshKeys {
 public:
  // `files` as configured. Copies are made in `folder`, which is ours alone and removed by its
  // owner.
  SshKeys(const std::vector<std::string>& files, const std::string& folder, log::Logger logger);

  // Looks at the files again, before each pass, since secrets are rotated. A file is read only if
  // it seems to have changed. Returns whether paths() did.
  bool refresh();

  // What ssh is to use, in the order of the configured files: each itself, or for good the copy of
  // one that needed repair, which follows its file from then on.
  std::vector<std::string> paths() const;

  // If ssh failed because of its keys: says what is wrong with one of the files, if that is known.
  util::Error explain(util::Error error) const;

 private:
  struct Key {
    std::string file;
    std::string copy;
    bool copied = false;                  // stays true: hooks may have been told of the copy
    std::optional<util::FileStamp> seen;  // nothing if the file must be read again
    util::Cause flaw = util::Cause::kUnknown;
    bool there = false;
  };

  void refresh(Key& key) const;
  void read(Key& key) const;
  void write_copy(Key& key, const std::string& text) const;
  static void forget(Key& key);

  std::vector<Key> keys_;
  log::Logger log_;
};

}  // namespace gitsync::cli
