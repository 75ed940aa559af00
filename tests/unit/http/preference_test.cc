// SPDX-License-Identifier: Apache-2.0
#include "http/preference.h"

#include <gtest/gtest.h>

namespace gitsync::http {
namespace {

TEST(PreferredWait, IsFoundAmongOtherPreferences) {
  const struct {
    const char* text;
    int seconds;
  } rows[] = {
      {"wait=30", 30},
      {"Wait = 30", 30},
      {"wait=\"30\"", 30},
      {"respond-async, wait=30", 30},
      {"handling=lenient; wait=5, wait=30; foo", 30},
      {R"(foo="a, wait=5", wait=30)", 30},
      {R"(foo="\", wait=5", wait=30)", 30},
      {"wait=30, wait=5", 30},
      {"wait=99999999999999999999", 86400},
      {"wait=0", 0},
      {"", 0},
      {"wait", 0},
      {"wait=", 0},
      {"wait=-1", 0},
      {"wait=3s", 0},
      {"wait=99999999999999999999s", 0},
      {"wait=\"", 0},
      {"waits=3", 0},
      {R"(foo="wait=3)", 0},
      {"wait=x, wait=3", 0},
  };
  for (const auto& row : rows) EXPECT_EQ(preferred_wait(row.text).count(), row.seconds) << row.text;
}

}  // namespace
}  // namespace gitsync::http
