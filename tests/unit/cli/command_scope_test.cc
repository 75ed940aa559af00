// SPDX-License-Identifier: Apache-2.0
#include "cli/command_scope.h"

#include <gtest/gtest.h>

#include "support/git_fixture.h"

namespace gitsync::cli {
namespace {

util::Environment with_one_of_the_user() {
  util::Environment environment;
  environment.set("GIT_CONFIG_COUNT", "1");
  environment.set("GIT_CONFIG_KEY_0", "core.Pager");
  environment.set("GIT_CONFIG_VALUE_0", "theirs");
  return environment;
}

TEST(CommandScope, OursStandBelowThoseOfTheUser) {
  auto environment = with_one_of_the_user();
  add_to_command_scope(environment, {{"core.pager", "ours"}, {"a.b", "c"}});
  const ConfigPairs expected{{"core.pager", "ours"}, {"a.b", "c"}, {"core.Pager", "theirs"}};
  EXPECT_EQ(command_scope(environment), expected);
}

TEST(CommandScope, WhatGitRefusesIsLeftForGitToRefuse) {
  for (const std::string count : {"x", "-1", "2", "1 ", "99999999999999999999999"}) {
    auto environment = with_one_of_the_user();
    environment.set("GIT_CONFIG_COUNT", count);
    EXPECT_FALSE(command_scope(environment)) << count;
    const auto before = environment.entries();
    add_to_command_scope(environment, {{"a.b", "c"}});
    EXPECT_EQ(environment.entries(), before) << count;
  }
}

TEST(CommandScope, ReachesGitAndNotTheHooks) {
  test::GitFixture fixture;
  fixture.cli.set_environment("GIT_CONFIG_COUNT", "1");
  fixture.cli.set_environment("GIT_CONFIG_KEY_0", "a.theirs");
  fixture.cli.set_environment("GIT_CONFIG_VALUE_0", "1");
  fixture.cli.override_config({{"a.ours", "2"}, {"a.theirs", "2"}, {"gc.autodetach", "true"}});
  EXPECT_EQ(fixture.git("/", {"config", "a.ours"}), "2");
  EXPECT_EQ(fixture.git("/", {"config", "a.theirs"}), "1");
  EXPECT_EQ(fixture.git("/", {"config", "gc.autodetach"}), "true") << "above the file";
  EXPECT_EQ(fixture.cli.environment().get("GIT_CONFIG_COUNT"), "1");
  fixture.cli.override_config({});
  EXPECT_EQ(fixture.git("/", {"config", "gc.autodetach"}), "false");
}

}  // namespace
}  // namespace gitsync::cli
