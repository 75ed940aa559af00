// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "config/config.h"
#include "config/table.h"

namespace gitsync::config {
namespace {

TEST(Reference, PageEqualsTheTable) {
  const std::string path = GITSYNC_SOURCE_DIR "/docs/reference.md";
  if (std::getenv("GITSYNC_UPDATE_REFERENCE") != nullptr) {
    std::ofstream(path) << reference_page();
  }
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_TRUE(text == reference_page())
      << path << " is out of date; run this test with GITSYNC_UPDATE_REFERENCE=1";
}

TEST(Reference, PageNamesEverySettingAndVariable) {
  const std::string page = reference_page();
  for (const Row& row : table()) {
    if (row.use == Use::kAlias) continue;
    if (row.use != Use::kEnvironmentOnly) {
      EXPECT_NE(page.find("`--" + std::string(row.flag) + "`"), std::string::npos) << row.flag;
    }
    for (const std::string_view name : {row.env, row.old_envs[0], row.old_envs[1]}) {
      if (name.empty()) continue;
      EXPECT_NE(page.find("`" + std::string(name) + "`"), std::string::npos) << name;
    }
  }
}

}  // namespace
}  // namespace gitsync::config
