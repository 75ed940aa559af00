// SPDX-License-Identifier: Apache-2.0
// A real git with a private configuration, and repositories to run it on.

#pragma once

#include <string>
#include <vector>

#include "cli/git.h"
#include "cli/private_config.h"
#include "git/oid.h"
#include "support/temp_dir.h"

namespace gitsync::test {

// Everything lives below one temporary directory. Log records go to a file there.
class GitFixture {
 public:
  GitFixture();

  const util::Limit& limit() const { return limit_; }
  const log::Logger& logger() const { return logger_; }
  // What was logged up to now.
  std::string log_text() const;

  // Runs git in `directory`, expects success and returns its trimmed output.
  std::string git(const std::string& directory, const std::vector<std::string>& args) const;
  // Makes a repository with one commit that holds `name` with `content`; returns its path.
  std::string make_repo(const std::string& folder) const;
  // Commits `name` with `content`; returns the commit's id.
  git::Oid commit(const std::string& repo, const std::string& name,
                  const std::string& content) const;

  TempDir dir;
  cli::PrivateConfig config;
  util::SystemProcessRunner runner;

 private:
  std::string log_path_;
  util::Fd log_fd_;
  log::Logger logger_;
  util::Limit limit_;

 public:
  cli::Git cli;
};

}  // namespace gitsync::test
