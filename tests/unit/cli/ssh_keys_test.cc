// SPDX-License-Identifier: Apache-2.0
#include "cli/ssh_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/captured_log.h"
#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using util::Cause;

const std::string kGood = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
const std::string kOther = "-----BEGIN PRIVATE KEY-----\nBBBB\n-----END PRIVATE KEY-----\n";
const std::string kCut = "-----BEGIN PRIVATE KEY-----\nAAAA\n";

std::string without_newline(const std::string& text) { return text.substr(0, text.size() - 1); }

struct SshKeysTest : testing::Test {
  SshKeysTest() { EXPECT_TRUE(util::make_directories(folder)); }

  // As a secret is rotated: by a rename.
  void put(const std::string& path, const std::string& text) const {
    EXPECT_TRUE(util::write_file_atomic(path, "new.", text, 0644));
  }
  static std::string content(const std::string& path) {
    return util::read_file(path).value_or("(no such file)");
  }

  test::TempDir dir;
  test::CapturedLog log;
  const std::string folder = dir / "private";
  const std::string file = dir / "key";
  const std::string copy = folder + "/ssh-key.0";
  const util::Error unusable{
      .kind = util::ErrorKind::kAuth, .message = "", .cause = Cause::kSshKeyUnusable};
};

TEST_F(SshKeysTest, AGoodFileAndOneThatIsMissingAreNamedAsTheyAre) {
  put(file, kGood);
  SshKeys keys({file, dir / "missing", "~/key"}, folder, log.logger());
  EXPECT_FALSE(keys.refresh());
  EXPECT_THAT(keys.paths(), ElementsAre(file, dir / "missing", "~/key"));
  EXPECT_TRUE(util::list_directory(folder)->empty());
}

TEST_F(SshKeysTest, ARepairedCopyIsClosedToOthersAndSaidOnce) {
  put(file, without_newline(kGood));
  SshKeys keys({file}, folder, log.logger());
  EXPECT_TRUE(keys.refresh());
  EXPECT_FALSE(keys.refresh());
  EXPECT_THAT(keys.paths(), ElementsAre(copy));
  EXPECT_EQ(content(copy), kGood);
  struct stat info{};
  ASSERT_EQ(::stat(copy.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
  EXPECT_THAT(log.text(), HasSubstr("no line break at the end"));
}

TEST_F(SshKeysTest, AChangedFileIsSeenWhateverItHolds) {
  put(file, kGood);
  SshKeys keys({file}, folder, log.logger());
  EXPECT_FALSE(keys.refresh());
  put(file, without_newline(kGood));
  EXPECT_TRUE(keys.refresh());
  EXPECT_EQ(content(copy), kGood);
  // In place, within one tick of the clock and of the same length.
  ASSERT_TRUE(util::write_file(file, without_newline(kOther)));
  EXPECT_FALSE(keys.refresh());
  EXPECT_EQ(content(copy), kOther);
  put(file, kGood);
  EXPECT_FALSE(keys.refresh());
  EXPECT_EQ(content(copy), kGood) << "the copy stays in use, since hooks were told of it";
}

TEST_F(SshKeysTest, ACopyGoesWithItsFileAndComesAgain) {
  put(file, without_newline(kGood));
  SshKeys keys({file}, folder, log.logger());
  EXPECT_TRUE(keys.refresh());
  ::unlink(copy.c_str());  // by a cleaner of temporary files
  EXPECT_FALSE(keys.refresh());
  EXPECT_EQ(content(copy), kGood);
  ::unlink(file.c_str());
  EXPECT_FALSE(keys.refresh());
  EXPECT_FALSE(util::exists(copy));
  put(file, without_newline(kOther));
  EXPECT_FALSE(keys.refresh());
  EXPECT_EQ(content(copy), kOther);
}

TEST_F(SshKeysTest, AnErrorOfSshNamesTheFileAndWhatIsWrongWithIt) {
  put(file, kCut);
  SshKeys keys({dir / "missing", file}, folder, log.logger());
  EXPECT_FALSE(keys.refresh());
  const auto error = keys.explain(unusable);
  EXPECT_EQ(error.cause, Cause::kSshKeyCut);
  EXPECT_EQ(error.subject, file);
  util::Error other = unusable;
  other.cause = Cause::kHostKeyUnknown;
  EXPECT_EQ(keys.explain(other).cause, Cause::kHostKeyUnknown);
  put(file, kGood);
  EXPECT_FALSE(keys.refresh());
  EXPECT_EQ(keys.explain(unusable).cause, Cause::kSshKeyUnusable);
}

TEST_F(SshKeysTest, ADirectoryIsNoKeyAndAPipeIsNotRead) {
  ASSERT_TRUE(util::make_directories(file));
  ASSERT_EQ(::mkfifo((dir / "pipe").c_str(), 0600), 0);
  SshKeys keys({dir / "pipe", file}, folder, log.logger());
  EXPECT_FALSE(keys.refresh());
  EXPECT_EQ(keys.explain(unusable).cause, Cause::kSshKeyIsDirectory);
  EXPECT_EQ(keys.explain(unusable).subject, file);
}

TEST_F(SshKeysTest, OnlySeveralKeysMayBeTakenForOneAnother) {
  util::Error not_seen{
      .kind = util::ErrorKind::kNotFound, .message = "", .cause = Cause::kRepositoryNotSeenBySsh};
  put(file, kGood);
  SshKeys one({file, dir / "missing"}, folder, log.logger());
  EXPECT_FALSE(one.refresh());
  EXPECT_EQ(one.explain(not_seen).cause, Cause::kRepositoryNotSeenBySsh);
  put(dir / "second", kOther);
  SshKeys two({file, dir / "second"}, folder, log.logger());
  EXPECT_FALSE(two.refresh());
  EXPECT_EQ(two.explain(not_seen).cause, Cause::kSeveralSshKeys);
}

TEST_F(SshKeysTest, AFullFolderLeavesTheFileAsItIs) {
  put(file, without_newline(kGood));
  SshKeys keys({file}, dir / "no such folder", log.logger());
  EXPECT_FALSE(keys.refresh());
  EXPECT_THAT(keys.paths(), ElementsAre(file));
  EXPECT_THAT(log.text(), HasSubstr("cannot write the repaired copy"));
}

}  // namespace
}  // namespace gitsync::cli
