// SPDX-License-Identifier: Apache-2.0
#include "config/signal_name.h"

#include <gtest/gtest.h>

#include <csignal>

#include "configure_support.h"

namespace gitsync::config {
namespace {

TEST(SignalName, AcceptsNamesAndNumbers) {
  EXPECT_EQ(parse_signal("SIGHUP"), SIGHUP);
  EXPECT_EQ(parse_signal("HUP"), SIGHUP);
  EXPECT_EQ(parse_signal("1"), 1);
  EXPECT_EQ(parse_signal("0x1"), 1);
  EXPECT_EQ(parse_signal("SIGUSR2"), SIGUSR2);
  EXPECT_EQ(parse_signal("SIGTERM"), SIGTERM);
  EXPECT_EQ(parse_signal("WINCH"), SIGWINCH);
  EXPECT_EQ(parse_signal("1000"), 1000);
  EXPECT_EQ(parse_signal("-1"), -1);
}

TEST(SignalName, RefusesTheRest) {
  for (const char* text : {"", "0", "0x0", "sighup", "hup", "Hup", "SIG", "SIGSIGHUP", "SIGRTMIN",
                           "RTMIN+1", "HUP ", " HUP", "9999999999", "1.0"}) {
    EXPECT_FALSE(parse_signal(text).has_value()) << text;
  }
}

TEST(SignalName, KnowsEverySignalThatTheSystemNames) {
  for (int number = 1; number < 32; ++number) {
    const char* const name = sigabbrev_np(number);
    ASSERT_NE(name, nullptr) << number;
    EXPECT_EQ(parse_signal(name), number) << name;
    EXPECT_EQ(parse_signal(std::string("SIG") + name), number) << name;
  }
}

TEST(SignalName, ReachesTheSettings) {
  EXPECT_EQ(test::run_with({"--sync-on-signal=HUP"}).settings.sync_on_signal, SIGHUP);
  EXPECT_EQ(test::run_with({"--sync-on-signal="}).settings.sync_on_signal, 0);
  EXPECT_EQ(test::run_with({}).settings.sync_on_signal, 0);
}

}  // namespace
}  // namespace gitsync::config
