// SPDX-License-Identifier: Apache-2.0
#include "objects/path_patterns.h"

#include <gtest/gtest.h>

namespace gitsync::objects {
namespace {

bool leaves_out(const std::string& pattern, const std::string& path, bool is_folder = false) {
  return PathPatterns({pattern}).match(path, is_folder);
}

TEST(PathPatterns, ANameMatchesAtAnyDepthAndTakesWhatIsBelow) {
  EXPECT_TRUE(leaves_out("*.pyc", "a.pyc"));
  EXPECT_TRUE(leaves_out("*.pyc", "deep/er/a.pyc"));
  EXPECT_FALSE(leaves_out("*.pyc", "a.py"));
  EXPECT_FALSE(leaves_out("*.pyc", "a.pyc2"));
  EXPECT_TRUE(leaves_out("__pycache__", "deep/__pycache__/x"));
  EXPECT_FALSE(leaves_out("__pycache__", "deep/__pycache__2/x"));
  EXPECT_TRUE(leaves_out(".*", "deep/.hidden"));
}

TEST(PathPatterns, APathIsOneFromTheTopWhoseStarStopsAtAFolder) {
  EXPECT_TRUE(leaves_out("/drafts", "drafts/a"));
  EXPECT_FALSE(leaves_out("/drafts", "teams/drafts/a"));
  EXPECT_TRUE(leaves_out("teams/*/tmp", "teams/one/tmp/a"));
  EXPECT_FALSE(leaves_out("teams/*/tmp", "teams/one/two/tmp/a"));
  EXPECT_FALSE(leaves_out("teams/*/tmp", "x/teams/one/tmp"));
}

TEST(PathPatterns, ASlashAtTheEndMeansAFolder) {
  EXPECT_TRUE(leaves_out("tmp/", "tmp/a"));
  EXPECT_TRUE(leaves_out("tmp/", "deep/tmp/a"));
  EXPECT_FALSE(leaves_out("tmp/", "deep/tmp"));
  EXPECT_TRUE(leaves_out("tmp/", "deep/tmp", true));
}

TEST(PathPatterns, NothingLeavesOutNothing) {
  EXPECT_FALSE(leaves_out("", "a"));
  EXPECT_FALSE(leaves_out("/", "a"));
  EXPECT_FALSE(PathPatterns().match("a", false));
}

}  // namespace
}  // namespace gitsync::objects
