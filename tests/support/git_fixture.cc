// SPDX-License-Identifier: Apache-2.0
#include "support/git_fixture.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>

#include "log/sink.h"
#include "util/files.h"

namespace gitsync::test {
namespace {

util::Environment environment_with(const cli::PrivateConfig& config) {
  auto environment = util::Environment::from(environ);
  environment.set("GIT_CONFIG_GLOBAL", config.path());
  environment.set("GIT_CONFIG_NOSYSTEM", "true");
  for (const std::string who : {"AUTHOR", "COMMITTER"}) {
    environment.set("GIT_" + who + "_NAME", "test");
    environment.set("GIT_" + who + "_EMAIL", "test@example.com");
  }
  return environment;
}

}  // namespace

GitFixture::GitFixture()
    : config(cli::PrivateConfig::create(dir.path()).value()),
      log_path_(dir / "log"),
      log_fd_(::open(log_path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)),
      logger_(std::make_shared<log::Sink>(log::SinkOptions{.fd = log_fd_.get(), .verbosity = 6})),
      limit_(util::Limit{}.within(std::chrono::seconds(100))),  // of all that a test does
      cli({.environment = environment_with(config)}, runner, logger_) {}

std::string GitFixture::log_text() const { return util::read_file(log_path_).value(); }

std::string GitFixture::git(const std::string& directory,
                            const std::vector<std::string>& args) const {
  const auto result = cli.run(args, directory, limit_);
  EXPECT_TRUE(result) << result.error().message;
  return result.value_or("");
}

std::string GitFixture::make_repo(const std::string& folder) const {
  const std::string path = dir / folder;
  git(dir.path(), {"init", "-q", "-b", "main", path});
  return path;
}

git::Oid GitFixture::commit(const std::string& repo, const std::string& name,
                            const std::string& content) const {
  EXPECT_TRUE(util::write_file(repo + "/" + name, content));
  git(repo, {"add", "--", name});
  git(repo, {"commit", "-q", "-m", name});
  return git::Oid::parse(git(repo, {"rev-parse", "HEAD"})).value();
}

}  // namespace gitsync::test
