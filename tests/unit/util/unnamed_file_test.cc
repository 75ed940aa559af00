// SPDX-License-Identifier: Apache-2.0
#include "util/unnamed_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::util {
namespace {

TEST(UnnamedFile, CanBeWrittenAndReadAndIsNotThere) {
  const test::TempDir dir;
  const auto file = open_unnamed(dir.path());
  ASSERT_TRUE(file);
  ASSERT_EQ(::write(file->get(), "text", 4), 4);
  char text[8] = {};
  EXPECT_EQ(::pread(file->get(), text, sizeof text, 0), 4);
  EXPECT_TRUE(list_directory(dir.path()).value().empty());
  EXPECT_FALSE(open_unnamed(dir / "missing"));
}

}  // namespace
}  // namespace gitsync::util
