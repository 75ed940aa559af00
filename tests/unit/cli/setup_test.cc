// SPDX-License-Identifier: Apache-2.0
#include "cli/setup.h"

#include <gtest/gtest.h>

namespace gitsync::cli {
namespace {

TEST(SupportedGit, IsTwoPointThirtyTwoOrNewer) {
  for (const auto* version : {"git version 2.32.0", "git version 2.39.5", "git version 3.0",
                              "git version 2.51.0.windows.1", "something else"}) {
    EXPECT_TRUE(is_supported_git(version)) << version;
  }
  for (const auto* version : {"git version 2.31.9", "git version 1.99.0"}) {
    EXPECT_FALSE(is_supported_git(version)) << version;
  }
}

TEST(CheckGit, AMissingOneIsNamedWithAdvice) {
  const auto missing = check_git("/nonexistent/git");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("/nonexistent/git"), std::string::npos);
  EXPECT_EQ(missing.error().cause, util::Cause::kGitMissing);
  EXPECT_TRUE(check_git("git"));
}

}  // namespace
}  // namespace gitsync::cli
