// SPDX-License-Identifier: Apache-2.0
#include "cli/local_repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::cli {
namespace {

using testing::Contains;
using testing::IsEmpty;

class LocalRepositoryTest : public testing::Test {
 protected:
  LocalRepositoryTest() {
    EXPECT_TRUE(util::make_directories(fixture.dir / "a b/.git"));
    EXPECT_TRUE(util::make_directories(fixture.dir / "bare.git"));
    EXPECT_TRUE(util::make_directories(fixture.dir / "root"));
  }
  std::vector<std::string> paths(const std::string& url) const {
    return local_repository_paths(url, fixture.dir / "root");
  }

  test::GitFixture fixture;
};

TEST_F(LocalRepositoryTest, RemoteAddressesHaveNone) {
  for (const auto* url : {"https://h/x", "ssh://git@h/x", "git@h:x", "host:/tmp", ""}) {
    EXPECT_THAT(paths(url), IsEmpty()) << url;
  }
}

TEST_F(LocalRepositoryTest, EverySpellingLeadsToTheRealDirectory) {
  const std::string plain = fixture.dir / "a b";
  const std::string link = fixture.dir / "link";
  ASSERT_EQ(::symlink(plain.c_str(), link.c_str()), 0);
  for (const auto& url : {plain, plain + "/", "file://" + plain, "file://" + plain + "//",
                          "file://" + (fixture.dir / "a%20b"), link, std::string("../a b")}) {
    EXPECT_THAT(paths(url), Contains(plain)) << url;
    EXPECT_THAT(paths(url), Contains(plain + "/.git")) << url;
  }
}

TEST_F(LocalRepositoryTest, TheSuffixMayBeLeftOut) {
  EXPECT_THAT(paths(fixture.dir / "bare"), Contains(fixture.dir / "bare.git"));
}

TEST_F(LocalRepositoryTest, WhatDoesNotExistIsNotTrusted) {
  EXPECT_THAT(paths(fixture.dir / "missing"), IsEmpty());
}

}  // namespace
}  // namespace gitsync::cli
