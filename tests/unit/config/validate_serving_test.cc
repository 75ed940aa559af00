// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "config/validate.h"
#include "configure_support.h"
#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::config {
namespace {

using gitsync::test::TempDir;
using test::complaint;
using test::run_with;
using test::runs;
using test::Words;
using testing::StartsWith;

TEST(ValidateServing, WhatIsServedNeedsAnAddress) {
  for (const std::string other : {"token-file", "tls-cert", "tls-key"}) {
    EXPECT_EQ(complaint(run_with({"--serve-snapshots-" + other + "=f"})),
              "required flag: --serve-snapshots must be specified when --serve-snapshots-" + other +
                  " is set");
  }
  EXPECT_TRUE(runs(run_with({"--serve-snapshots=:8443"})));
  EXPECT_THAT(complaint(run_with({"--serve-snapshots=8443"})),
              StartsWith("invalid flag: --serve-snapshots: listen address \"8443\": "));
}

TEST(ValidateServing, TheAddressMustNotBeThatOfTheProbes) {
  const auto refused = [](const std::string& ours, const std::string& probes) {
    return !runs(run_with({"--serve-snapshots=" + ours, "--http-bind=" + probes}));
  };
  EXPECT_TRUE(refused(":1234", ":1234"));
  EXPECT_TRUE(refused("127.0.0.1:80", "127.0.0.1:http"));
  EXPECT_TRUE(refused("127.0.0.1:1234", ":1234"));
  EXPECT_TRUE(refused("0.0.0.0:1234", "[::]:1234"));
  EXPECT_FALSE(refused(":1235", ":1234"));
  EXPECT_FALSE(refused("127.0.0.1:1234", "127.0.0.2:1234"));
  EXPECT_FALSE(refused(":0", ":0"));
  EXPECT_EQ(complaint(run_with({"--serve-snapshots=:1234", "--http-bind=:1234"})),
            "invalid flag: --serve-snapshots must not be the address of --http-bind: both have "
            "port 1234");
}

TEST(ValidateServing, CertificateAndKeyNeedEachOther) {
  EXPECT_EQ(complaint(run_with({"--serve-snapshots=:1", "--serve-snapshots-tls-cert=f"})),
            "required flag: --serve-snapshots-tls-key must be specified when "
            "--serve-snapshots-tls-cert is set");
  EXPECT_EQ(complaint(run_with({"--serve-snapshots=:1", "--serve-snapshots-tls-key=f"})),
            "required flag: --serve-snapshots-tls-cert must be specified when "
            "--serve-snapshots-tls-key is set");
}

TEST(ValidateServing, FilesMustHoldSomething) {
  const TempDir dir;
  ASSERT_TRUE(util::write_file(dir / "full", "x\n"));
  ASSERT_TRUE(util::write_file(dir / "empty", "\n"));
  const auto answer = [&](const std::string& token, const std::string& cert,
                          const std::string& key) {
    return run_with({"--serve-snapshots=:1", "--serve-snapshots-token-file=" + (dir / token),
                     "--serve-snapshots-tls-cert=" + (dir / cert),
                     "--serve-snapshots-tls-key=" + (dir / key)});
  };
  EXPECT_TRUE(runs(answer("full", "full", "full")));
  EXPECT_EQ(complaint(answer("empty", "full", "full")),
            "invalid flag: --serve-snapshots-token-file: " + (dir / "empty") + " is empty");
  EXPECT_THAT(complaint(answer("none", "full", "full")),
              StartsWith("invalid flag: --serve-snapshots-token-file: "));
  EXPECT_THAT(complaint(answer("full", "none", "full")),
              StartsWith("invalid flag: --serve-snapshots-tls-cert: "));
  EXPECT_THAT(complaint(answer("full", "full", "none")),
              StartsWith("invalid flag: --serve-snapshots-tls-key: "));
}

}  // namespace
}  // namespace gitsync::config
