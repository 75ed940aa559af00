// SPDX-License-Identifier: Apache-2.0
#include "http/entity_tags.h"

#include <gtest/gtest.h>

namespace gitsync::http {
namespace {

TEST(EntityTags, AreFoundInAList) {
  for (const char* list : {R"("a")", R"(W/"a")", R"("b", "a")", R"("b","a","c")", R"(, ,"a")", "*",
                           " * ", R"("x,y" , W/"a")"}) {
    EXPECT_TRUE(has_entity_tag(list, R"("a")")) << list;
  }
}

TEST(EntityTags, AreNotFoundInOthersAndInWhatIsMalformed) {
  for (const char* list : {"", R"("b")", "a", R"("A")", R"("a)", R"(a")", R"(w/"a")", R"(x "a")",
                           "**", R"("b" x "a")", "W/", ","}) {
    EXPECT_FALSE(has_entity_tag(list, R"("a")")) << list;
  }
}

}  // namespace
}  // namespace gitsync::http
