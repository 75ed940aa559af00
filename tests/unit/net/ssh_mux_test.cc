// SPDX-License-Identifier: Apache-2.0
// The conversation with a master that a test plays; the real one is in
// tests/unit/source/ssh_transport_test.cc.

#include "net/ssh_mux.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <functional>
#include <thread>

#include "support/child.h"
#include "support/temp_dir.h"

namespace gitsync::net {
namespace {

using testing::HasSubstr;
using util::ErrorKind;

// "\0\0\0\4" and the like.
std::string word(std::uint32_t value) {
  std::string bytes;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

std::string message(std::initializer_list<std::uint32_t> words, const std::string& rest = "") {
  std::string body;
  for (const auto value : words) body += word(value);
  body += rest;
  return word(static_cast<std::uint32_t>(body.size())) + body;
}

const std::string kHello = message({1, 4});

// Sends what a test has written down, keeps what it is sent, and closes.
class Master {
 public:
  explicit Master(std::string answer, bool closes = true)
      : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_.get(), generic, sizeof address), 0);
    EXPECT_EQ(::listen(listener_.get(), 1), 0);
    thread_ = std::thread([this, answer = std::move(answer), closes] { serve(answer, closes); });
  }
  ~Master() { thread_.join(); }
  Master(const Master&) = delete;
  Master& operator=(const Master&) = delete;

  std::string path() const { return dir_ / "s"; }

 private:
  void serve(const std::string& answer, bool closes) {
    const util::Fd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    // A client that has no patience is gone already.
    [[maybe_unused]] const auto sent =
        ::send(client.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    if (closes) ::shutdown(client.get(), SHUT_WR);
    std::array<char, 4096> buffer{};
    while (::recv(client.get(), buffer.data(), buffer.size(), 0) > 0) {
    }
  }

  test::TempDir dir_;
  util::Fd listener_;
  std::thread thread_;
};

util::Limit limit() { return util::Limit{}.within(test::kPatience); }

MuxCommand command() {
  return {.command = "true", .standard_input = 0, .standard_output = 1, .standard_error = 2};
}

TEST(MuxClient, OpensASessionAndLearnsItsEnd) {
  Master master(kHello + message({0x80000005, 1, 77}) + message({0x80000006, 2, 5}) +
                message({0x80000008, 5}) + message({0x80000004, 5, 128}));
  auto client = MuxClient::connect(master.path(), limit()).value();
  EXPECT_EQ(client.check_alive(limit()).value(), 77U);
  EXPECT_EQ(client.open_session(command(), limit()).value(), std::nullopt);
  EXPECT_EQ(client.wait_for_exit(limit()).value(), 128U);
}

TEST(MuxClient, TellsWhyItIsRefused) {
  for (const std::uint32_t type : {0x80000002U, 0x80000003U}) {
    Master master(kHello + message({type, 1, 4}, "busy"));
    auto client = MuxClient::connect(master.path(), limit()).value();
    EXPECT_EQ(client.open_session(command(), limit()).value(), "busy");
  }
}

TEST(MuxClient, AMasterThatGoesIsAFaultOfTheNetwork) {
  Master master(kHello + message({0x80000006, 1, 5}));
  auto client = MuxClient::connect(master.path(), limit()).value();
  EXPECT_TRUE(client.open_session(command(), limit()));
  EXPECT_EQ(client.wait_for_exit(limit()).error().kind, ErrorKind::kNetwork);
}

TEST(MuxClient, SpeaksOneVersionOnly) {
  Master master(message({1, 5}));
  const auto client = MuxClient::connect(master.path(), limit());
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind, ErrorKind::kProtocol);
  EXPECT_THAT(client.error().message, HasSubstr("version 5"));
}

TEST(MuxClient, RefusesWhatIsNoAnswerToItsRequest) {
  for (const auto& answer :
       {message({0x80000006, 9, 5}), message({0x80000001, 1}), message({1, 4}), kHello,
        message({0x80000006, 1}), message({0x80000003, 1, 5}, "cut"), message({0x12345678, 1}),
        message({}), word(0xffffffff), word(kMaxMuxMessage + 1)}) {
    Master master(kHello + answer);
    auto client = MuxClient::connect(master.path(), limit()).value();
    const auto opened = client.open_session(command(), limit());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::kProtocol) << opened.error().message;
  }
}

TEST(MuxClient, TheLimitAndAStopEndAWait) {
  Master silent("", false);
  const auto late =
      MuxClient::connect(silent.path(), util::Limit{}.within(std::chrono::milliseconds(50)));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::kTimeout);
  Master other("", false);
  util::Event stop;
  stop.set();
  EXPECT_EQ(MuxClient::connect(other.path(), {.stop = &stop}).error().kind, ErrorKind::kStopped);
}

TEST(MuxClient, NoSocketAndNobodyThere) {
  const test::TempDir dir;
  EXPECT_EQ(MuxClient::connect(dir / "s", limit()).error().kind, ErrorKind::kNotFound);
  EXPECT_FALSE(MuxClient::connect(dir / std::string(200, 's'), limit()));
}

TEST(MuxReader, TakesItsBytesInAnyPieces) {
  const auto bytes = kHello + message({0x80000003, 7, 2}, "no");
  MuxReader reader;
  std::vector<MuxReply> replies;
  for (const char c : bytes) {
    reader.feed({&c, 1});
    if (auto reply = reader.next().value()) replies.push_back(*reply);
  }
  ASSERT_EQ(replies.size(), 2U);
  EXPECT_EQ(replies[0].value, kMuxVersion);
  EXPECT_EQ(replies[1].id, 7U);
  EXPECT_EQ(replies[1].reason, "no");
}

}  // namespace
}  // namespace gitsync::net
