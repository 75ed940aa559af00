// SPDX-License-Identifier: Apache-2.0
// Vectors: FIPS 180-4's examples, as NIST publishes them.
#include "util/sha256.h"

#include <gtest/gtest.h>

#include "util/text.h"

namespace gitsync::util {
namespace {

TEST(Sha256Test, ThePublishedExamplesHold) {
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256Test, PiecesAreHashedAsTheWholeAndThenItBeginsAnew) {
  Sha256 hash;
  hash.update("a");
  hash.update("");
  hash.update("bc");
  EXPECT_EQ(hash.finish(), sha256("abc"));
  EXPECT_EQ(hash.finish(), sha256(""));
}

}  // namespace
}  // namespace gitsync::util
