// SPDX-License-Identifier: Apache-2.0
// A fresh directory for one test.

#pragma once

#include <string>

namespace gitsync::test {

// Created under $TMPDIR; removed with everything in it when destroyed, unless the current test
// has failed: then it stays and its path is printed. Move: none. Ends the process if the
// directory cannot be made.
class TempDir {
 public:
  // kMemory: on a file system in memory where there is one, for tests that make very many entries.
  enum class Where { kTemporary, kMemory };
  explicit TempDir(Where where = Where::kTemporary);
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  // Absolute, without symlinks in it.
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace gitsync::test
