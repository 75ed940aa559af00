// SPDX-License-Identifier: Apache-2.0
// Repositories made by real git, and what git reads in them: the oracle of our own readers.

#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <map>
#include <string>

#include "git/object.h"
#include "git/object_id.h"
#include "support/temp_dir.h"
#include "util/environment.h"
#include "util/process.h"
#include "util/text.h"

namespace gitsync::git {

class RepositoryFixture {
 public:
  RepositoryFixture() {
    environment_ = util::Environment::from(environ);
    environment_.set("GIT_CONFIG_GLOBAL", "/dev/null");
    environment_.set("GIT_CONFIG_NOSYSTEM", "true");
    for (const std::string who : {"AUTHOR", "COMMITTER"}) {
      environment_.set("GIT_" + who + "_NAME", "test");
      environment_.set("GIT_" + who + "_EMAIL", "test@example.com");
      environment_.set("GIT_" + who + "_DATE", "1700000000 +0000");
    }
    sh("git init -q -b main repo");
  }

  std::string repo() const { return dir / "repo"; }
  std::string objects() const { return repo() + "/.git/objects"; }

  // Runs a script in the temporary directory; its whole output, whether it succeeded or not.
  util::ProcessResult try_sh(const std::string& script, const std::string& input = {}) {
    const auto result = runner_.run({.argv = {"/bin/sh", "-ec", script},
                                     .working_directory = dir.path(),
                                     .standard_input = input,
                                     .output_limit = std::size_t{256} << 20},
                                    environment_, util::Limit{}.within(std::chrono::minutes(2)));
    EXPECT_TRUE(result) << script;
    return result.value_or(util::ProcessResult{});
  }
  // The same, which must succeed.
  std::string sh(const std::string& script, const std::string& input = {}) {
    const auto result = try_sh(script, input);
    EXPECT_TRUE(result.ok()) << script << ": " << result.standard_error;
    return result.standard_output;
  }
  // Without the newline at the end.
  std::string git(const std::string& words, const std::string& input = {}) {
    return std::string(util::trim(sh("git -C repo " + words, input)));
  }
  ObjectId id(const std::string& revision) {
    const auto id = ObjectId::from_hex(git("rev-parse --verify '" + revision + "'"));
    EXPECT_TRUE(id) << revision;
    return id.value_or(ObjectId{});
  }
  // An object of exactly these bytes, however odd.
  ObjectId write(const std::string& type, const std::string& bytes) {
    return ObjectId::from_hex(git("hash-object -w --literally --stdin -t " + type, bytes)).value();
  }

  // All objects of the repository, as git reads them.
  std::map<ObjectId, Object> all_objects() {
    const std::string text = sh("git -C repo cat-file --batch-all-objects --batch --unordered");
    std::map<ObjectId, Object> all;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = text.find('\n', at);
      const auto words = util::split(text.substr(at, end - at), ' ');
      const std::size_t size = std::stoul(words.at(2));
      all[*ObjectId::from_hex(words[0])] = {.type = *object_type_of(words[1]),
                                            .bytes = text.substr(end + 1, size)};
      at = end + 1 + size + 1;
    }
    return all;
  }

  // A history of `commits` commits on main with `files` files in nested folders, of which each
  // commit changes a few.
  void make_history(int commits, int files, const std::string& options = "") {
    std::string stream;
    for (int commit = 1; commit <= commits; ++commit) {
      stream += "commit refs/heads/main\nmark :" + std::to_string(commit) +
                "\ncommitter C <c@example.com> " + std::to_string(1700000000 + commit) +
                " +0000\ndata 1\nx\n";
      for (int file = 0; file < files; ++file) {
        if (commit > 1 && files > 1 && (file * 31 + commit * 17) % 3 != 0) continue;
        const std::string content = content_of(file, commit);
        stream += "M 100" + std::string(file % 7 == 0 ? "755" : "644") + " inline d" +
                  std::to_string(file % 5) + "/e" + std::to_string(file % 3) + "/f" +
                  std::to_string(file) + "\ndata " + std::to_string(content.size()) + "\n" +
                  content + "\n";
      }
    }
    sh("git -C repo -c fastimport.unpackLimit=1 fast-import --quiet --force " + options, stream);
  }

  test::TempDir dir;

 private:
  // A few hundred lines, of which one differs from commit to commit.
  static std::string content_of(int file, int commit) {
    std::string text;
    for (int line = 0; line < 60 + file; ++line) {
      const int salt = line == commit % 60 ? commit : 0;
      text += "file " + std::to_string(file) + " line " +
              std::to_string((line * 7919 + file * 104729 + salt * 31) % 10007) + "\n";
    }
    return text;
  }

  util::Environment environment_;
  util::SystemProcessRunner runner_;
};

}  // namespace gitsync::git
