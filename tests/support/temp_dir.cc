// SPDX-License-Identifier: Apache-2.0
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace gitsync::test {

TempDir::TempDir(Where where) {
  std::error_code error;
  auto parent = std::filesystem::canonical(std::filesystem::temp_directory_path(), error);
  if (where == Where::kMemory && ::access("/dev/shm", W_OK | X_OK) == 0) parent = "/dev/shm";
  path_ = (parent / "git-sync-test.XXXXXX").string();
  if (error || ::mkdtemp(path_.data()) == nullptr) std::abort();
}

TempDir::~TempDir() {
  if (::testing::Test::HasFailure()) {
    std::fprintf(stderr, "the test's directory is kept: %s\n", path_.c_str());
    return;
  }
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

}  // namespace gitsync::test
