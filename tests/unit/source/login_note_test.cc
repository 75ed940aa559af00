// SPDX-License-Identifier: Apache-2.0
#include "source/login_note.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "source/http_transport.h"
#include "support/http_transport_fixture.h"
#include "util/files.h"

namespace gitsync::test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// user:secret
constexpr auto kLogin = "Authorization: Basic dXNlcjpzZWNyZXQ=\r\n";

std::string unauthorized() {
  return response("401 Unauthorized", "text/plain", "log in\n", "WWW-Authenticate: Basic\r\n");
}

class LoginNoteTest : public HttpTransportTest {
 protected:
  // As a new process would.
  void start(const std::string& url, bool was_needed) {
    set_credentials(url, {{"user", "secret"}});
    transport_to(url);
    transport = std::make_unique<source::HttpTransport>(
        source::HttpTransportOptions{
            .url = url,
            .login_note = {.was_needed = was_needed,
                           .keep = [this](bool needed) { kept.push_back(needed); }}},
        *credentials, log.logger());
  }

  std::vector<bool> kept;
};

TEST_F(LoginNoteTest, ACredentialThatWasAskedForIsSentAtOnceByTheNextProcess) {
  AnsweringServer server([](const std::string& request) {
    return request.contains(kLogin) ? answer_v2(request) : unauthorized();
  });
  start(server.url("/repo"), false);
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_THAT(kept, ElementsAre(true));
  EXPECT_EQ(server.count(), 4U);
  start(server.url("/repo"), true);
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_THAT(kept, ElementsAre(true));
  EXPECT_EQ(server.count(), 6U) << "no refusal between";
}

TEST_F(LoginNoteTest, ACredentialThatNobodyAskedForIsNotNoted) {
  AnsweringServer server(answer_v2);
  start(server.url("/repo"), false);
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_THAT(kept, IsEmpty());
  EXPECT_THAT(server.requests(), Each(Not(HasSubstr("Authorization"))));
}

TEST_F(LoginNoteTest, AfterARefusalNothingIsKnown) {
  AnsweringServer server([](const std::string& request) {
    return request.contains("Authorization") ? unauthorized() : answer_v2(request);
  });
  start(server.url("/repo"), true);
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_THAT(kept, ElementsAre(false));
  EXPECT_EQ(server.count(), 3U);
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(server.count(), 4U);
}

TEST_F(LoginNoteTest, WrongCredentialsAreStillAnError) {
  AnsweringServer server([](const std::string&) { return unauthorized(); });
  start(server.url("/repo"), true);
  EXPECT_EQ(error_of().cause, util::Cause::kCredentialsRefused);
  EXPECT_THAT(kept, ElementsAre(false));
  EXPECT_EQ(server.count(), 3U) << "with, without, with";
}

TEST_F(LoginNoteTest, TheNoteHoldsForOneAddressAndNoSecret) {
  const tree::Layout layout{dir.path()};
  ASSERT_TRUE(util::make_directories(dir / ".git/git-sync"));
  const std::string url = "https://host/repo";
  EXPECT_FALSE(source::read_login_note(layout, url).was_needed);
  source::read_login_note(layout, url).keep(true);
  EXPECT_TRUE(source::read_login_note(layout, url).was_needed);
  EXPECT_FALSE(source::read_login_note(layout, url + "2").was_needed);
  EXPECT_EQ(util::read_file(dir / ".git/git-sync/login").value(), url + "\n");
  source::read_login_note(layout, url).keep(false);
  EXPECT_FALSE(source::read_login_note(layout, url).was_needed);
}

}  // namespace
}  // namespace gitsync::test
