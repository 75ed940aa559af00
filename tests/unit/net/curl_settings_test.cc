// SPDX-License-Identifier: Apache-2.0
#include "net/curl_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>
#include <thread>

#include "net/session.h"
#include "support/loopback.h"
#include "support/tcp_server.h"
#include "support/temp_dir.h"
#include "support/tls_server.h"
#include "util/files.h"

namespace gitsync::net {
namespace {

using namespace std::chrono_literals;
using test::Peer;
using test::TcpServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using util::Cause;
using util::ErrorKind;

constexpr auto kOk = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";

util::Limit in_time() { return util::Limit{}.within(20s); }

void answer_all(Peer& peer) { test::answer_all(peer, kOk); }

Cause cause_of_sending(Session& session, const std::string& url) {
  const auto response = session.send({.url = url}, in_time());
  if (response) return Cause::kUnknown;
  EXPECT_NE(response.error().cause, Cause::kUnknown) << response.error().message;
  return response.error().cause;
}

TEST(CurlSettings, ProxiesAreChosenBySchemeAndByLibcurlsRules) {
  TcpServer proxy(answer_all);
  Session session(
      {.curl = {.proxy = CurlProxy{.for_http = proxy.url(""), .no_proxy = "127.0.0.1"}}});
  ASSERT_TRUE(session.send({.url = "http://one.invalid/"}, in_time()));
  EXPECT_THAT(proxy.requests().at(0), StartsWith("GET http://one.invalid/ "));
  EXPECT_EQ(cause_of_sending(session, "https://one.invalid/"), Cause::kHostNameUnknown);
  TcpServer server(answer_all);
  ASSERT_TRUE(session.send({.url = server.url()}, in_time()));
  EXPECT_EQ(server.requests().size(), 1U) << "no_proxy names it";
  // By Go's rules, loopback addresses are never reached through a proxy.
  Session through({.curl = {.proxy = CurlProxy{.for_http = proxy.url("")}}});
  ASSERT_TRUE(through.send({.url = server.url()}, in_time()));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(CurlSettings, ProxiesThatRefuseOrAreUnknownAreNamed) {
  TcpServer proxy(TcpServer::answering("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"));
  Session refusing({.curl = {.proxy = CurlProxy{.for_https = proxy.url("")}}});
  EXPECT_EQ(cause_of_sending(refusing, "https://one.invalid/"), Cause::kProxyRefuses);
  Session unknown({.curl = {.proxy = CurlProxy{.for_http = "http://proxy.invalid:1"}}});
  EXPECT_EQ(cause_of_sending(unknown, "http://one.invalid/"), Cause::kProxyNameUnknown);
}

TEST(CurlSettings, CookiesComeFromTheFileAndFromServers) {
  const test::TempDir dir;
  const auto write = [&](const std::string& value) {
    ASSERT_TRUE(
        util::write_file(dir / "cookies", "127.0.0.1\tFALSE\t/\tFALSE\t0\tours\t" + value + "\n"));
  };
  TcpServer server([](Peer& peer) {
    while (!peer.read_request().empty()) {
      peer.send("HTTP/1.1 200 OK\r\nSet-Cookie: theirs=2\r\nContent-Length: 0\r\n\r\n");
    }
  });
  write("1");
  Session session({.curl = {.cookie_file = dir / "cookies"}});
  ASSERT_TRUE(session.send({.url = server.url()}, in_time()));
  EXPECT_THAT(server.requests().at(0), AllOf(HasSubstr("Cookie: "), HasSubstr("ours=1")));
  ASSERT_TRUE(session.send({.url = server.url()}, in_time()));
  EXPECT_THAT(server.requests().at(1), AllOf(HasSubstr("ours=1"), HasSubstr("theirs=2")));
  write("3");
  session.forget_cookies();
  ASSERT_TRUE(session.send({.url = server.url()}, in_time()));
  EXPECT_THAT(server.requests().at(2), AllOf(HasSubstr("ours=3"), Not(HasSubstr("theirs"))));
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlSettings, SlowTransfersAreGivenUp) {
  TcpServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx");
    peer.wait_until_closed();
  });
  Session session({.curl = {.low_speed = {.bytes_per_second = 1000, .time = 1s}}});
  const auto response = session.send({.url = server.url()}, in_time());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kTimeout);
}

class CurlTrustTest : public testing::Test {
 protected:
  CurlTrustTest() {
    EXPECT_TRUE(util::write_file(ca_file, authority.certificate()));
    EXPECT_TRUE(util::write_file(other_ca_file, test::Authority().certificate()));
  }
  const test::TempDir dir;
  const std::string ca_file = dir / "ca.pem";
  const std::string other_ca_file = dir / "other.pem";
  const test::Authority authority;
  test::TlsServer server{authority.certify_server(), [](const std::string&) { return kOk; }};
};

TEST_F(CurlTrustTest, WhatIsWrongWithACertificateIsSaid) {
  const auto cause_with = [&](const CurlTrust& trust, const std::string& url) {
    Session session({.curl_trust = trust});
    return cause_of_sending(session, url);
  };
  const auto by_another_name =
      "https://other.localhost" + server.url().substr(server.url().rfind(':'));
  EXPECT_EQ(cause_with({.ca_file = ca_file, .ca_directory = ""}, server.url()), Cause::kUnknown);
  EXPECT_EQ(cause_with({.ca_file = "", .ca_directory = ""}, server.url()),
            Cause::kUntrustedCertificate);
  EXPECT_EQ(cause_with({.ca_file = other_ca_file, .ca_directory = ""}, server.url()),
            Cause::kUntrustedCertificate);
  EXPECT_EQ(cause_with({.ca_file = dir / "none", .ca_directory = ""}, server.url()),
            Cause::kUnreadableCa);
  EXPECT_EQ(cause_with({.verify = Verify::kNo}, server.url()), Cause::kUnknown);
  const TcpServer plain([](Peer& peer) { peer.send("HTTP/1.1 400 Bad\r\n\r\n"); });
  EXPECT_EQ(cause_with({}, "https://127.0.0.1:" + std::to_string(plain.port())), Cause::kNoTls);
  EXPECT_EQ(cause_with({.ca_file = ca_file, .ca_directory = ""}, by_another_name),
            Cause::kWrongTlsName);
}

TEST_F(CurlTrustTest, AFileThatWasReplacedCountsFromTheNextConnectionOn) {
  Session session({.curl_trust = {.ca_file = ca_file, .ca_directory = ""}});
  EXPECT_EQ(cause_of_sending(session, server.url()), Cause::kUnknown);
  const test::Authority other;
  test::TlsServer renewed(other.certify_server(), [](const std::string&) { return kOk; });
  EXPECT_EQ(cause_of_sending(session, renewed.url()), Cause::kUntrustedCertificate);
  ASSERT_TRUE(util::write_file(ca_file, other.certificate()));
  EXPECT_EQ(cause_of_sending(session, renewed.url()), Cause::kUnknown);
}

TEST(CurlSettings, ConnectionsThatFailSayWhy) {
  Session session({});
  EXPECT_EQ(cause_of_sending(session, "http://host.invalid/"), Cause::kHostNameUnknown);
  const test::ReservedPort nobody;
  EXPECT_EQ(cause_of_sending(session, "http://127.0.0.1:" + std::to_string(nobody.number())),
            Cause::kConnectionRefused);
  TcpServer silent([](Peer& peer) { peer.read_request(); });
  EXPECT_EQ(cause_of_sending(session, silent.url()), Cause::kNoAnswer);
  TcpServer cut([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx");
  });
  EXPECT_EQ(cause_of_sending(session, cut.url()), Cause::kConnectionBroke);
}

// As by a load balancer without anybody behind it. How far libcurl has got by then is chance.
TEST(CurlSettings, ConnectionsThatAreResetAtOnceBroke) {
  constexpr int kConnections = 300;
  const auto listener = test::listen_on_loopback();
  const std::jthread resetter([&] {
    for (int i = 0; i < kConnections; ++i) {
      const util::Fd taken(::accept4(listener.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
      const linger at_once{.l_onoff = 1, .l_linger = 0};
      EXPECT_EQ(::setsockopt(taken.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    }
  });
  Session session({});
  const auto url = "http://127.0.0.1:" + std::to_string(listener.port);
  for (int i = 0; i < kConnections; ++i) {
    EXPECT_EQ(cause_of_sending(session, url), Cause::kConnectionBroke);
  }
}

TEST(CurlSettings, TheFileOfPasswordsCountsForItsHostsOnly) {
  const test::TempDir dir;
  const auto file = dir / "netrc";
  ASSERT_TRUE(util::write_file(file, "machine 127.0.0.1 login user password secret\n"));
  TcpServer server(answer_all);
  Session session({});
  const auto send = [&](const Request& request) { ASSERT_TRUE(session.send(request, in_time())); };
  const auto local = "http://localhost:" + std::to_string(server.port());
  send({.url = server.url(), .netrc_file = file});
  send({.url = local, .netrc_file = file});
  send({.url = server.url()});
  send({.url = server.url(), .netrc_file = dir / "none"});
  EXPECT_THAT(server.requests().at(0), HasSubstr("Authorization: Basic dXNlcjpzZWNyZXQ=\r\n"));
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_THAT(server.requests().at(i), Not(HasSubstr("Authorization"))) << i;
  }
}

TEST(CurlSettings, CompressedResponsesAreUnpackedIfTheyAreAskedFor) {
  // printf body | gzip -n
  const std::string packed(
      "\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\xca\x4f\xa9\x04\0\xb2\x0b\xa8\xdb\x04\0\0\0", 24);
  TcpServer server(TcpServer::answering(
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 24\r\n\r\n" + packed));
  Session session({});
  const auto response =
      session.send({.url = server.url(), .compression = Compression::kAccept}, in_time());
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "body");
  EXPECT_THAT(server.requests().at(0), HasSubstr("gzip"));
  const auto raw = session.send({.url = server.url()}, in_time());
  ASSERT_TRUE(raw);
  EXPECT_EQ(raw->body, packed);
  EXPECT_THAT(server.requests().at(1), Not(HasSubstr("Accept-Encoding")));
}

TEST(CurlSettings, TrafficIsWhatWentOverTheNetwork) {
  TcpServer server(answer_all);
  Session session({});
  ASSERT_TRUE(
      session.send({.method = "POST", .url = server.url(), .body = "some body"}, in_time()));
  ASSERT_TRUE(session.send({.url = server.url()}, in_time()));
  const auto requests = server.requests();
  EXPECT_EQ(session.traffic().requests, 2U);
  EXPECT_EQ(session.traffic().connections, 1U);
  EXPECT_EQ(session.traffic().bytes_sent, requests.at(0).size() + requests.at(1).size());
  EXPECT_EQ(session.traffic().bytes_received, 2 * std::string_view(kOk).size());
}

}  // namespace
}  // namespace gitsync::net
