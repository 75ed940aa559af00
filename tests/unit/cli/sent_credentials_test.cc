// SPDX-License-Identifier: Apache-2.0
#include "cli/sent_credentials.h"

#include <gtest/gtest.h>

namespace gitsync::cli {
namespace {

TEST(LookedForCredentials, OnlyWhenAHelperOrAPersonIsAsked) {
  constexpr std::string_view kStart =
      "12:00:00.000000 run-command.c:655 trace: run_command: GIT_DIR=.git git remote-https u u\n";
  EXPECT_FALSE(looked_for_credentials(kStart));
  EXPECT_FALSE(looked_for_credentials("fatal: unable to access 'https://h/get'\n"));
  EXPECT_TRUE(looked_for_credentials(
      std::string(kStart) +
      "12:00:00.000000 run-command.c:655 trace: run_command: 'git credential-cache --timeout 3600 "
      "--socket '\\''/tmp/s'\\'' get'\n"));
  EXPECT_TRUE(looked_for_credentials(std::string(kStart) +
                                     "12:00:00.000000 run-command.c:655 trace: run_command: true "
                                     "'Username for '\\''https://h'\\'': '"));
}

}  // namespace
}  // namespace gitsync::cli
