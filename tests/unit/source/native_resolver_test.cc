// SPDX-License-Identifier: Apache-2.0
// Pauses of servers that want to be left alone; what is asked and answered is in the tests of the
// transports and of AutoSource.
#include "source/native_resolver.h"

#include <gmock/gmock.h>

#include <set>

#include "support/captured_log.h"

namespace gitsync::source {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using util::SteadyClock;

// What the server does, and whether the connection to it is kept.
struct Server {
  bool works = true;
  std::optional<std::chrono::seconds> retry_after;
  bool kept = false;
};

class FakeTransport final : public Transport {
 public:
  explicit FakeTransport(Server& server) : server_(server) {}
  util::Result<git::RemoteAnswer> ask(const git::RefQuery& /*query*/,
                                      const util::Limit& /*limit*/) override {
    server_.kept = true;
    if (!server_.works) return util::fail(util::ErrorKind::kNetwork, "busy");
    const auto id = git::Oid::parse(std::string(40, 'a')).value();
    return git::RemoteAnswer{.server = {.protocol = 2}, .tip = git::RefTip{"refs/heads/main", id}};
  }
  std::optional<std::chrono::seconds> retry_after() const override {
    return server_.works ? std::nullopt : server_.retry_after;
  }
  void disconnect() override { server_.kept = false; }

 private:
  Server& server_;
};

class NativeResolverTest : public testing::Test {
 protected:
  // Asks a server that fails so, or works.
  void ask(std::optional<std::chrono::seconds> retry_after, bool works = false) {
    server.works = works;
    server.retry_after = retry_after;
    before = SteadyClock::now();
    EXPECT_EQ(resolver.resolve("ssh", {}).has_value(), works);
  }
  // The pause that a period becomes: how long it is at least, counted from before the question, and
  // at most.
  std::pair<SteadyClock::duration, SteadyClock::duration> pause(SteadyClock::duration period) {
    const auto limit = resolver.pause(util::Limit{}.within(period));
    return {limit.deadline - before, limit.deadline - SteadyClock::now()};
  }

  test::CapturedLog log{0};
  Server server;
  NativeResolver resolver{{.url = "https://host/repo", .ref = "main"},
                          [this]() -> util::Result<std::unique_ptr<Transport>> {
                            return std::make_unique<FakeTransport>(server);
                          },
                          log.logger()};
  SteadyClock::time_point before;
};

TEST_F(NativeResolverTest, APauseIsThePeriodUnlessTheServerAsksForMore) {
  for (const auto& wish : {std::optional<std::chrono::seconds>(), {0s}, {10s}}) {
    ask(wish);
    EXPECT_EQ(resolver.is_to_wait(), wish.has_value());
    const auto [least, most] = pause(20s);
    EXPECT_GE(least, 20s);
    EXPECT_LE(most, 20s);
  }
  EXPECT_THAT(log.text(), IsEmpty());
}

TEST_F(NativeResolverTest, AServerIsLeftAloneForAsLongAsItWants) {
  ask(120s);
  EXPECT_TRUE(resolver.is_to_wait());
  const auto [least, most] = pause(10s);
  EXPECT_GE(least, 120s);
  EXPECT_LE(most, 130s);
  EXPECT_THAT(log.text(), HasSubstr("wants to be left alone"));
  EXPECT_THAT(log.text(), HasSubstr(R"("waitTime":"2m)"));
}

TEST_F(NativeResolverTest, ThoseWhoWereToldTheSameMomentComeBackWithinAPeriod) {
  ask(100s);
  std::set<SteadyClock::duration> seen;
  for (int i = 0; i < 50; ++i) {
    const auto [least, most] = pause(1s);
    EXPECT_GE(least, 100s);
    EXPECT_LE(most, 101s);
    seen.insert(least);
  }
  EXPECT_GT(*seen.rbegin() - *seen.begin(), 250ms);
}

TEST_F(NativeResolverTest, ForOverAnHourNobodyWaits) {
  ask(24h);
  const auto [least, most] = pause(10s);
  EXPECT_GE(least, 1h);
  EXPECT_LE(most, 1h + 10s);
}

TEST_F(NativeResolverTest, AWishEndsWithTheNextQuestion) {
  for (const bool works : {true, false}) {
    ask(100s);
    ask({}, works);
    EXPECT_FALSE(resolver.is_to_wait());
    EXPECT_LE(pause(1s).second, 1s);
  }
}

TEST_F(NativeResolverTest, NoConnectionIsKeptForALongPause) {
  ask({}, true);
  pause(50s);
  EXPECT_TRUE(server.kept);
  ask(70s);
  pause(1s);
  EXPECT_FALSE(server.kept);
  ask({}, true);
  pause(70s);
  EXPECT_FALSE(server.kept);
}

}  // namespace
}  // namespace gitsync::source
