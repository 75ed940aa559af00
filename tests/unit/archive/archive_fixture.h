// SPDX-License-Identifier: Apache-2.0
// Archives that other programs wrote, and all that a reader finds in one.

#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/reader.h"
#include "support/temp_dir.h"
#include "util/environment.h"
#include "util/files.h"
#include "util/process.h"

namespace gitsync::archive {

// Ends with the test program if a program cannot be run. Returns its output.
inline std::string run(std::vector<std::string> argv) {
  util::SystemProcessRunner runner;
  const auto result = runner.run({.argv = argv}, util::Environment::from(environ),
                                 util::Limit{}.within(std::chrono::minutes(5)));
  EXPECT_TRUE(result && result->ok())
      << argv.front() << ": " << (result ? result->standard_error : result.error().error.message);
  return result ? result->standard_output : "";
}

inline std::string file(const std::string& path) {
  const auto content = util::read_file(path, std::size_t{256} << 20);
  EXPECT_TRUE(content) << path;
  return content.value_or("");
}

// What archives.py writes; made once a process.
inline const std::string& archives() {
  static const test::TempDir dir;
  static const std::string out = [] {
    run({"python3", GITSYNC_SOURCE_DIR "/tests/unit/archive/archives.py", dir / "out"});
    return dir / "out";
  }();
  return out;
}

// An archive of 100,000 members.
inline std::string archive_of_many() {
  const test::TempDir dir;
  run({"python3", GITSYNC_SOURCE_DIR "/tests/unit/archive/archives.py", dir / "out", "many"});
  return file(dir / "out/many.tar");
}

// `bytes`, which outlive it, in pieces of that size.
inline Pull pieces(std::string_view bytes, std::size_t size = std::size_t{64} << 10) {
  return [bytes, size]() mutable -> util::Result<std::string_view> {
    const auto piece = bytes.substr(0, size);
    bytes.remove_prefix(piece.size());
    return piece;
  };
}

struct Found {
  Member member;
  std::string content;
};

inline util::Result<std::vector<Found>> read_all(Pull pull, Limits limits = {}) {
  Reader reader(std::move(pull), std::move(limits));
  std::vector<Found> all;
  while (true) {
    GS_TRY(auto member, reader.next());
    if (!member) return all;
    Found found{.member = std::move(*member)};
    while (true) {
      GS_TRY(const auto piece, reader.content());
      if (piece.empty()) break;
      found.content += piece;
    }
    all.push_back(std::move(found));
  }
}

// One line a member, sorted: "PATH KIND SIZE TARGET CONTENT", content shortened.
inline std::vector<std::string> lines_of(const std::vector<Found>& all) {
  std::vector<std::string> lines;
  for (const auto& [member, content] : all) {
    static const std::vector<std::string> kKinds = {"file", "tool", "symlink", "folder", "hard"};
    EXPECT_EQ(content.size(), member.size) << member.path;
    lines.push_back(member.path + "|" + kKinds.at(static_cast<std::size_t>(member.kind)) + "|" +
                    member.target + "|" + std::to_string(content.size()) + "|" +
                    content.substr(0, 20));
  }
  std::ranges::sort(lines);
  return lines;
}

}  // namespace gitsync::archive
