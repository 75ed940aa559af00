// SPDX-License-Identifier: Apache-2.0
#include "source/http_login.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "net/address.h"
#include "net/basic.h"
#include "source/auth_blame.h"
#include "source/http_challenge.h"
#include "util/text.h"
#include "util/url.h"

namespace gitsync::source {
namespace {

using util::Cause;
using util::Result;

std::string place_of(const std::string& url) {
  const auto address = net::parse_address(url);
  return address ? address->origin() : std::string();
}

bool is_authorization(const net::Header& header) {
  return util::to_lower(header.first) == "authorization";
}

bool is_same(const auth::Credential& a, const auth::Credential& b) {
  return a.url == b.url && a.username == b.username && a.password == b.password;
}

}  // namespace

HttpLogin::HttpLogin(std::string repo_url, const HttpSettings& settings,
                     auth::Credentials& credentials, std::vector<std::string> dropped_settings,
                     LoginNote note)
    : repo_url_(std::move(repo_url)),
      dropped_settings_(std::move(dropped_settings)),
      netrc_file_(settings.netrc_file),
      proactive_(settings.proactive),
      user_logs_in_(std::ranges::any_of(settings.extra_headers, is_authorization)),
      credentials_(credentials),
      note_(std::move(note)),
      use_note_(note_.was_needed) {}

void HttpLogin::begin_question() {
  const bool unasked = std::exchange(use_note_, false) || proactive_ == Proactive::kBasic;
  if (known_ == Known::kNothing && unasked && !user_logs_in_) {
    place_ = place_of(repo_url_);
    use_next(repo_url_);
    by_note_ = known_ == Known::kCredential && proactive_ != Proactive::kBasic;
  }
  if (known_ != Known::kCredential) return;
  const auto holds_it = [&](const auth::Credential& c) { return is_same(c, credential_); };
  if (std::ranges::any_of(credentials_.current(), holds_it)) return;
  use_next(place_);
}

void HttpLogin::use_next(const std::string& url) {
  auto next = credentials_.match(url);
  known_ = next ? Known::kCredential : Known::kNothing;
  credential_ = std::move(next).value_or(auth::Credential());
}

bool HttpLogin::is_sent_to(const std::string& url) const {
  return known_ != Known::kNothing && place_of(url) == place_;
}

void HttpLogin::add_to(net::Request& request) const {
  if (!is_sent_to(request.url)) return;
  if (known_ == Known::kFile) {
    request.netrc_file = netrc_file_;
    return;
  }
  const auto& [_, username, password, setting] = credential_;
  request.headers.emplace_back("Authorization",
                               scheme_ == Scheme::kBearer
                                   ? "Bearer " + (password.empty() ? username : password)
                                   : net::basic_authorization(username, password));
}

bool HttpLogin::has_file() const {
  return !netrc_file_.empty() && ::access(netrc_file_.c_str(), R_OK) == 0;
}

Result<void> HttpLogin::refused(const std::string& url, const net::ResponseHead& head,
                                util::Error error) {
  if (user_logs_in_) return util::fail(blame(url, std::move(error)));
  if (std::exchange(by_note_, false)) {
    // Things have changed: as if nothing had been known.
    note(false);
    known_ = Known::kNothing;
    return {};
  }
  const auto schemes = challenges(head, "WWW-Authenticate");
  const auto offers = [&](const char* scheme) {
    return std::ranges::find(schemes, scheme) != schemes.end();
  };
  const bool basic = schemes.empty() || offers("basic");
  if (!basic && !offers("bearer")) {
    return util::fail(util::ErrorKind::kAuth, Cause::kNotUnderstood,
                      "the server asks for authentication by " + schemes.front());
  }
  scheme_ = basic ? Scheme::kBasic : Scheme::kBearer;
  const bool was_sent = is_sent_to(url);
  place_ = place_of(url);
  if (!was_sent && basic && has_file()) {
    known_ = Known::kFile;
    return {};
  }
  if (was_sent && known_ == Known::kCredential) credentials_.rejected(credential_);
  use_next(url);
  // Perhaps it was replaced since the pass has read it.
  if (known_ != Known::kCredential && was_sent && credentials_.read_files_again()) use_next(url);
  if (known_ == Known::kCredential) return {};
  return util::fail(blame(url, std::move(error)));
}

void HttpLogin::accepted() {
  by_note_ = false;
  note(known_ == Known::kCredential && scheme_ == Scheme::kBasic && place_ == place_of(repo_url_) &&
       proactive_ != Proactive::kBasic);
}

void HttpLogin::note(bool needed) {
  if (std::exchange(note_.was_needed, needed) != needed && note_.keep) note_.keep(needed);
}

util::Error HttpLogin::forbidden(const std::string& url, util::Error error) const {
  const bool sent = user_logs_in_ || is_sent_to(url);
  error.cause = sent ? Cause::kForbidden : Cause::kCredentialsNotSent;
  return blame(url, std::move(error));
}

util::Error HttpLogin::blame(const std::string& url, util::Error error) const {
  if (place_of(url) != place_of(repo_url_)) error.subject = url.substr(0, url.find('?'));
  return blame_credentials(std::move(error), credentials_.current(), repo_url_, dropped_settings_);
}

}  // namespace gitsync::source
