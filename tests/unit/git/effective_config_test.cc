// SPDX-License-Identifier: Apache-2.0
// How it compares with git is in tests/unit/cli/config_places_test.cc.
#include "git/effective_config.h"

#include <gtest/gtest.h>

#include "git/config_truth.h"

namespace gitsync::git {
namespace {

TEST(CanonicalConfigKey, KeepsTheSubsection) {
  EXPECT_EQ(canonical_config_key("Core.Bare"), "core.bare");
  EXPECT_EQ(canonical_config_key("URL.https://H/.InsteadOf"), "url.https://H/.insteadof");
  EXPECT_EQ(canonical_config_key("A-1..B"), "a-1..b");
}

TEST(CanonicalConfigKey, RefusesWhatGitRefuses) {
  for (const std::string key :
       {"", ".", "a", ".a", "a.", "a.1", "a.-", "a_b.c", "a.b_", "a.\n.b"}) {
    EXPECT_FALSE(canonical_config_key(key)) << key;
  }
}

TEST(ConfigTruth, KnowsGitsWords) {
  for (const std::string word : {"true", "YES", "on", "1"}) EXPECT_EQ(config_truth(word), true);
  for (const std::string word : {"false", "No", "off", "0", ""})
    EXPECT_EQ(config_truth(word), false);
  for (const std::string word : {"2", "t", "true ", "1k"})
    EXPECT_EQ(config_truth(word), std::nullopt);
  EXPECT_EQ(config_truth(std::optional<std::string>()), true);
}

TEST(EffectiveConfig, IsEmptyWhereNothingIs) {
  const auto entries = effective_config({.layers = {{.file = "/nowhere/config"}}});
  ASSERT_TRUE(entries);
  EXPECT_TRUE(entries->empty());
}

}  // namespace
}  // namespace gitsync::git
