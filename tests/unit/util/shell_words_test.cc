// SPDX-License-Identifier: Apache-2.0
#include "util/shell_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gitsync::util {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ShellWords, AreSplitAtBlanksOutsideQuotes) {
  EXPECT_THAT(shell_words("ssh  -i /key\t-v\n"), ElementsAre("ssh", "-i", "/key", "-v"));
  EXPECT_THAT(shell_words(R"(ssh -o "Proxy Command" -o'a b'c d\ e)"),
              ElementsAre("ssh", "-o", "Proxy Command", "-oa bc", "d e"));
  EXPECT_THAT(shell_words(R"("a \"b\" 'c'" 'd \' e)"), ElementsAre(R"(a "b" 'c')", R"(d \)", "e"));
  EXPECT_THAT(shell_words(R"('' "")"), ElementsAre("", ""));
  EXPECT_THAT(shell_words(" \t"), IsEmpty());
}

TEST(ShellWords, WhatIsCutOffEndsTheLastWord) {
  EXPECT_THAT(shell_words("a 'b c"), ElementsAre("a", "b c"));
  EXPECT_THAT(shell_words("a b\\"), ElementsAre("a", "b\\"));
}

}  // namespace
}  // namespace gitsync::util
