// SPDX-License-Identifier: Apache-2.0
#include "http/snapshot_name.h"

#include <gtest/gtest.h>

#include <string>

namespace gitsync::http {
namespace {

TEST(SnapshotName, SaysWhatTheFileIs) {
  const std::string sha1(40, 'a');
  const std::string sha256(64, '0');
  using Kind = SnapshotKind;
  EXPECT_EQ(kind_of_snapshot("main.json"), Kind::kPointer);
  EXPECT_EQ(kind_of_snapshot(sha1 + ".json"), Kind::kPointer);
  EXPECT_EQ(kind_of_snapshot("release-1.2_x.tar.gz"), Kind::kLatest);
  EXPECT_EQ(kind_of_snapshot(sha1 + ".tar.gz"), Kind::kImmutable);
  EXPECT_EQ(kind_of_snapshot(sha256 + ".tar.gz"), Kind::kImmutable);
  EXPECT_EQ(kind_of_snapshot(sha1 + ".." + sha256 + ".tar.gz"), Kind::kImmutable);
  // Refs, whatever they look like.
  EXPECT_EQ(kind_of_snapshot(sha1 + "a.tar.gz"), Kind::kLatest);
  EXPECT_EQ(kind_of_snapshot(std::string(40, 'A') + ".tar.gz"), Kind::kLatest);
  EXPECT_EQ(kind_of_snapshot(sha1 + "..main.tar.gz"), Kind::kLatest);
  EXPECT_EQ(kind_of_snapshot(sha1 + "." + sha1 + ".tar.gz"), Kind::kLatest);
}

TEST(SnapshotName, EverythingElseIsNone) {
  for (const std::string& name :
       {std::string(), std::string("main"), std::string(".json"), std::string(".tar.gz"),
        std::string(".main.json"), std::string("../main.json"), std::string("a/main.json"),
        std::string("main.json~"), std::string("main.json.tmp"), std::string("ma in.json"),
        std::string("m\xc3\xa4in.json"), std::string("a\\b.json"), std::string("a%2fb.json"),
        std::string("a\nb.json"), std::string("main.tar"), std::string("main.tar.zst"),
        std::string("a\0b.json", 8), std::string(251, 'a') + ".json"}) {
    EXPECT_EQ(kind_of_snapshot(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace gitsync::http
