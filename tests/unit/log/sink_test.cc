// SPDX-License-Identifier: Apache-2.0
#include "log/sink.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <csignal>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "log/error_file.h"
#include "log/logger.h"
#include "support/temp_dir.h"
#include "util/fd.h"
#include "util/files.h"
#include "util/text.h"

namespace gitsync::log {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

// A logger whose stderr is a file in memory.
class SinkTest : public testing::Test {
 protected:
  SinkTest() { start({}); }

  void start(SinkOptions options, const std::string& error_file = "") {
    options.fd = output_.get();
    sink_ = std::make_shared<Sink>(std::move(options));
    logger_ = std::make_unique<Logger>(sink_);
    if (error_file.empty()) return;
    error_file_ = std::make_shared<ErrorFile>(
        error_file, util::SafeWay{.root = directory_ / "root", .link = directory_ / "root/link"});
    *logger_ = logger_->with_error_file(error_file_);
  }

  std::vector<json> records() const {
    const std::string path = "/proc/self/fd/" + std::to_string(output_.get());
    const std::string text = util::read_file(path).value();
    std::vector<json> found;
    for (const auto& line : util::split(text, '\n')) {
      if (!line.empty()) found.push_back(json::parse(line));
    }
    return found;
  }
  std::vector<std::string> messages() const {
    std::vector<std::string> found;
    for (const auto& record : records()) found.push_back(record["msg"]);
    return found;
  }

  const util::Fd output_{::memfd_create("sink_test", MFD_CLOEXEC)};
  const util::Error error_{util::ErrorKind::kNetwork, "connection refused"};
  test::TempDir directory_;
  std::shared_ptr<Sink> sink_;
  std::shared_ptr<ErrorFile> error_file_;
  std::unique_ptr<Logger> logger_;
};

TEST_F(SinkTest, InfoRespectsTheVerbosityAndErrorsDoNot) {
  start({.verbosity = 1});
  logger_->info(0, "zero");
  logger_->info(1, "one");
  logger_->info(2, "two");
  logger_->error("wrong");
  EXPECT_THAT(messages(), ElementsAre("zero", "one", "wrong"));
  EXPECT_TRUE(logger_->enabled(1));
  EXPECT_FALSE(logger_->enabled(2));
}

TEST_F(SinkTest, TheCallerIsThePlaceOfTheCall) {
  logger_->info(0, "here");
  const int line = __LINE__ - 1;
  EXPECT_EQ(records().at(0)["caller"], (json{{"file", "sink_test.cc"}, {"line", line}}));
}

TEST_F(SinkTest, NamedLoggersShareTheSink) {
  logger_->named("webhook").info(0, "sending");
  EXPECT_EQ(records().at(0)["logger"], "webhook");
}

TEST_F(SinkTest, SecretsAreRedactedFromTheMomentTheyAreKnown) {
  sink_->add_secret("hunter2");
  logger_->error("login failed", error_, {{"url", "https://u:hunter%32@host/"}});
  EXPECT_EQ(records().at(0)["url"], "https://u:REDACTED@host/");
}

TEST_F(SinkTest, ErrorsOfTheMainLoggerReplaceTheErrorFile) {
  start({}, directory_ / "error.json");
  logger_->error("first", error_);
  logger_->error("second", error_, {{"failCount", 2}});
  EXPECT_EQ(util::read_file(directory_ / "error.json"),
            R"({"Msg":"second","Err":"connection refused","Args":{"failCount":2}})");
  EXPECT_THAT(util::list_directory(directory_.path()).value(), ElementsAre("error.json"));
}

TEST_F(SinkTest, TheErrorFileIsReadableByEveryoneWhateverTheUmask) {
  start({}, directory_ / "error.json");
  const mode_t before = ::umask(077);
  logger_->error("wrong", error_);
  ::umask(before);
  struct stat status{};
  ASSERT_EQ(::stat((directory_ / "error.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0644U);
}

TEST_F(SinkTest, OtherRecordsLeaveTheErrorFileAlone) {
  start({}, directory_ / "error.json");
  logger_->info(0, "fine");
  logger_->named("exechook").error("hook failed", error_);
  EXPECT_FALSE(util::exists(directory_ / "error.json"));
}

TEST_F(SinkTest, TheErrorFileMayLieBelowTheLinkButNoOtherSymlinkIsFollowed) {
  const std::string root = directory_ / "root";
  const std::string outside = directory_ / "outside";
  ASSERT_TRUE(util::make_directories(root + "/tree"));
  ASSERT_TRUE(util::make_directories(outside));
  ASSERT_EQ(::symlink("tree", (root + "/link").c_str()), 0);
  ASSERT_EQ(::symlink(outside.c_str(), (root + "/tree/trap").c_str()), 0);
  start({}, root + "/link/error.json");
  logger_->error("wrong", error_);
  EXPECT_TRUE(util::exists(root + "/tree/error.json"));
  start({}, root + "/link/trap/error.json");
  logger_->error("wrong", error_);
  EXPECT_TRUE(util::list_directory(outside)->empty());
  EXPECT_THAT(messages(), ElementsAre("wrong", "wrong", "cannot write the error file"));
}

TEST_F(SinkTest, OneMissingDirectoryOfTheErrorFileIsCreated) {
  start({}, directory_ / "new/error.json");
  const mode_t before = ::umask(022);
  logger_->error("wrong", error_);
  ::umask(before);
  EXPECT_TRUE(util::exists(directory_ / "new/error.json"));
  struct stat status{};
  ASSERT_EQ(::stat((directory_ / "new").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0755U);
  EXPECT_THAT(messages(), ElementsAre("wrong"));
}

TEST_F(SinkTest, TwoMissingDirectoriesAreLoggedAndNothingIsCreated) {
  start({}, directory_ / "not/there/error.json");
  logger_->error("wrong", error_);
  EXPECT_THAT(messages(), ElementsAre("wrong", "cannot write the error file"));
  EXPECT_THAT(records().at(1)["error"].get<std::string>(), HasSubstr("not/there"));
  EXPECT_FALSE(util::exists(directory_ / "not"));
}

TEST_F(SinkTest, AnErrorFileThatCannotBeReplacedIsLoggedOncePerRecord) {
  start({}, directory_ / "taken");
  ASSERT_TRUE(util::make_directories(directory_ / "taken/by/a/directory"));
  logger_->error("wrong", error_);
  EXPECT_THAT(messages(), ElementsAre("wrong", "cannot write the error file"));
  EXPECT_THAT(util::list_directory(directory_.path()).value(), ElementsAre("taken"));
}

TEST_F(SinkTest, RemovingTheErrorFileIsFineWhetherItIsThereOrNot) {
  start({}, directory_ / "error.json");
  logger_->error("wrong", error_);
  logger_->clear_error();
  EXPECT_FALSE(util::exists(directory_ / "error.json"));
  logger_->clear_error();
  EXPECT_THAT(messages(), ElementsAre("wrong"));
}

TEST_F(SinkTest, AnErrorFileThatCannotBeRemovedIsLogged) {
  ASSERT_TRUE(util::make_directories(directory_ / "error.json"));
  start({}, directory_ / "error.json");
  logger_->clear_error();
  EXPECT_THAT(messages(), ElementsAre("cannot remove the error file"));
}

TEST_F(SinkTest, ThreadsNeverMixTheirLines) {
  start({}, directory_ / "error.json");
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([this] {
      for (int i = 0; i < 100; ++i) {
        sink_->add_secret("secret-number-" + std::to_string(i));
        logger_->info(0, std::string(1000, 'a'));
        logger_->error("wrong", error_);
      }
    });
  }
  threads.clear();  // joins
  EXPECT_EQ(records().size(), 800U);
  EXPECT_TRUE(json::accept(util::read_file(directory_ / "error.json").value()));
}

TEST(Sink, LostRecordsAreToldWhenTheReaderIsBack) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const util::Fd reader(ends[0]);
  const util::Fd writer(ends[1]);
  constexpr int kCapacity = 2 * PIPE_BUF;
  ASSERT_EQ(::fcntl(writer.get(), F_SETPIPE_SZ, kCapacity), kCapacity);
  Sink sink({.fd = writer.get(), .patience = std::chrono::milliseconds(20)});
  sink.write_line(std::string(kCapacity - 1, 'a'));
  for (int i = 0; i < 3; ++i) sink.write_line("lost");

  std::array<char, kCapacity> buffer{};
  ASSERT_EQ(::read(reader.get(), buffer.data(), buffer.size()), kCapacity);
  sink.write_line("back");
  const auto got = ::read(reader.get(), buffer.data(), buffer.size());
  ASSERT_GT(got, 0);
  const auto lines = util::split({buffer.data(), static_cast<std::size_t>(got)}, '\n');
  ASSERT_THAT(lines, testing::SizeIs(3));
  EXPECT_EQ(json::parse(lines[0])["count"], 3);
  EXPECT_THAT(json::parse(lines[0])["msg"].get<std::string>(), HasSubstr("records lost"));
  EXPECT_EQ(lines[1], "back");
  EXPECT_EQ(lines[2], "");
}

}  // namespace
}  // namespace gitsync::log
