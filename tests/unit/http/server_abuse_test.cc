// SPDX-License-Identifier: Apache-2.0
// Slow and hostile clients: what they can hold, for how long, and that probes get through.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <chrono>
#include <ctime>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "http/server.h"
#include "log/sink.h"
#include "support/child.h"
#include "unit/http/client.h"
#include "util/fd.h"
#include "util/files.h"

namespace gitsync::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;
using util::SteadyClock;

constexpr milliseconds kLifetime{1000};

class ServerAbuseTest : public testing::Test {
 protected:
  void start(ServerOptions options) {
    options.bind = "127.0.0.1:0";
    auto server = Server::start(std::move(options), log::Logger(sink_));
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }
  std::uint16_t port() const { return server_->port(); }
  void expect_prompt_probe(const char* from = "127.0.0.1") const {
    const auto start = SteadyClock::now();
    EXPECT_THAT(request(port(), "GET /", "\r\n", from), StartsWith("HTTP/1.1 503 "));
    EXPECT_LT(SteadyClock::now() - start, seconds(5));  // of the 60 that clients may hold on
  }
  // Sends a byte now and then until the server has had enough.
  static void trickle(const Client& client, std::string_view beginning) {
    const auto start = SteadyClock::now();
    client.send(beginning);
    while (!client.ended_within(milliseconds(20)) && SteadyClock::now() < start + seconds(20)) {
      client.send("a");
    }
  }

  const util::Fd log_{::memfd_create("server_abuse_test", MFD_CLOEXEC)};
  std::shared_ptr<log::Sink> sink_ =
      std::make_shared<log::Sink>(log::SinkOptions{.fd = log_.get()});
  std::unique_ptr<Server> server_;
};

TEST_F(ServerAbuseTest, AClientThatSaysNothingIsCutOff) {
  start({.lifetime = kLifetime});
  const auto begin = SteadyClock::now();
  EXPECT_EQ(Client(port()).read_all(), "");
  EXPECT_GE(SteadyClock::now() - begin, kLifetime);
}

TEST_F(ServerAbuseTest, WaitingForAClientCostsNoCpu) {
  start({.lifetime = kLifetime});
  const Client silent(port());
  const Client half_closed(port());
  half_closed.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
  half_closed.finish_sending();
  const std::clock_t before = std::clock();  // of all threads
  EXPECT_TRUE(silent.ended_within(seconds(10)));
  EXPECT_TRUE(half_closed.ended_within(seconds(10)));
  EXPECT_FALSE(Client(port()).ended_within(kLifetime / 2));
  EXPECT_LT(std::clock() - before, CLOCKS_PER_SEC / 10);
}

TEST_F(ServerAbuseTest, ATricklingHeaderIsCutOff) {
  start({.lifetime = kLifetime});
  const auto begin = SteadyClock::now();  // the server counts from the connection on
  trickle(Client(port()), "GET / HTTP/1.1\r\nX: ");
  EXPECT_GE(SteadyClock::now() - begin, kLifetime);
  EXPECT_LT(SteadyClock::now() - begin, seconds(10));
}

TEST_F(ServerAbuseTest, ATricklingBodyIsCutOff) {
  start({.lifetime = kLifetime});
  const auto begin = SteadyClock::now();
  trickle(Client(port()), "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n");
  EXPECT_GE(SteadyClock::now() - begin, kLifetime);
  EXPECT_LT(SteadyClock::now() - begin, seconds(10));
}

TEST_F(ServerAbuseTest, AClientThatDoesNotReadItsResponseIsCutOff) {
  const std::string large(std::size_t{64} << 20, 'a');
  start({.metrics = [&large] { return large; }, .lifetime = kLifetime});
  const auto descriptors = [] { return util::list_directory("/proc/self/fd").value().size(); };
  const auto before = descriptors();
  const Client client(port());
  client.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(client.is_readable());
  // The server's end is gone, ours is left.
  EXPECT_TRUE(test::eventually([&] { return descriptors() == before + 1; }));
  std::string text;
  EXPECT_TRUE(client.ended_within(seconds(10), &text));
  EXPECT_LT(text.size(), large.size());
  expect_prompt_probe();
}

TEST_F(ServerAbuseTest, ProbesGetThroughWhileOneAddressHoldsAllItCan) {
  start({.lifetime = seconds(60), .max_connections = 50});
  std::deque<Client> flood;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 40; ++i) flood.emplace_back(port(), "127.0.0.2").send("GET / HT");
    expect_prompt_probe();
    expect_prompt_probe("127.0.0.2");  // even from the flood's own address
  }
  EXPECT_TRUE(flood.front().ended_within(seconds(10)));
  EXPECT_FALSE(flood.back().ended_within(milliseconds(50)));
}

TEST_F(ServerAbuseTest, ASlowClientSurvivesTheFloodOfAnotherAddress) {
  start({.lifetime = seconds(60), .max_connections = 50});
  const Client slow(port());
  slow.send("GET / HTTP/1.1\r\n");
  std::deque<Client> flood;
  for (int i = 0; i < 200; ++i) flood.emplace_back(port(), "127.0.0.2").send("GET / HT");
  slow.send("Host: x\r\n\r\n");
  EXPECT_THAT(slow.read_all(), StartsWith("HTTP/1.1 503 "));
}

TEST_F(ServerAbuseTest, AnEndlessHeaderIsRefused) {
  start({});
  const Client client(port());
  client.send("GET / HTTP/1.1\r\n");
  const std::string line = "X-Filler: " + std::string(1000, 'a') + "\r\n";
  int sent = 0;
  while (sent < 10'000 && client.send(line)) ++sent;
  EXPECT_LT(sent, 10'000);
  expect_prompt_probe();
}

TEST_F(ServerAbuseTest, AnEndlessRequestLineIsRefused) {
  start({});
  const Client client(port());
  const std::string filler(10'000, 'a');
  client.send("GET /");
  int sent = 0;
  while (sent < 10'000 && client.send(filler)) ++sent;
  EXPECT_LT(sent, 10'000);
  expect_prompt_probe();
}

TEST_F(ServerAbuseTest, ABodyIsIgnored) {
  start({});
  const std::string body(100'000, 'b');
  const std::string rest = "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  EXPECT_THAT(request(port(), "POST /", rest), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(request(port(), "PUT /x", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 503 "));
}

TEST_F(ServerAbuseTest, AnEndlessBodyIsCutOff) {
  start({});
  const Client client(port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n");
  const std::string filler(100'000, 'a');
  int sent = 0;
  while (sent < 1000 && client.send(filler)) ++sent;
  EXPECT_LT(sent, 1000);
  expect_prompt_probe();
}

TEST_F(ServerAbuseTest, NonsenseHarmsNobody) {
  start({.lifetime = kLifetime});
  for (const std::string& bytes :
       {std::string("\r\n\r\n\r\n"), std::string("GET\r\n\r\n"), std::string(5000, '\0'),
        std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), std::string("\x16\x03\x01\x02"),
        std::string("GET / HTTP/9.9\r\n\r\n"), std::string("GET / HTTP/1.1\r\nA\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n")}) {
    const Client client(port());
    client.send(bytes);
    EXPECT_TRUE(client.ended_within(seconds(10)));
  }
  expect_prompt_probe();
}

TEST_F(ServerAbuseTest, AConnectionCarriesOneRequestEvenIfMoreArePipelined) {
  start({});
  const Client client(port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = client.read_all();
  EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos);
}

TEST_F(ServerAbuseTest, StopsAtOnceWhateverClientsDo) {
  start({.lifetime = seconds(60)});
  const Client silent(port());
  const Client slow(port());
  slow.send("GET / HTTP/1.1\r\nX: ");
  const auto begin = SteadyClock::now();
  server_.reset();
  EXPECT_LT(SteadyClock::now() - begin, seconds(5));
  EXPECT_TRUE(silent.ended_within(seconds(5)));
  EXPECT_TRUE(slow.ended_within(seconds(5)));
}

}  // namespace
}  // namespace gitsync::http
