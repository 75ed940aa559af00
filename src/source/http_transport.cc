// SPDX-License-Identifier: Apache-2.0
#include "source/http_transport.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "net/address.h"
#include "net/retry_after.h"
#include "source/http_challenge.h"
#include "util/url.h"

namespace gitsync::source {
namespace {

using util::Cause;
using util::ErrorKind;
using util::Result;

constexpr std::string_view kInfoRefs = "info/refs?service=git-upload-pack";
constexpr std::string_view kUploadPack = "git-upload-pack";
constexpr std::string_view kAdvertisement = "application/x-git-upload-pack-advertisement";
constexpr const char* kRequest = "application/x-git-upload-pack-request";
constexpr const char* kResult = "application/x-git-upload-pack-result";
constexpr int kMaxRedirects = 20;  // as git
constexpr std::chrono::seconds kFetchPatience{60};

std::string with_slash(std::string url) {
  if (!url.ends_with('/')) url += '/';
  return url;
}

// A query moves with git; international host names are a matter of how libcurl was built.
bool is_plain(std::string_view url) {
  return std::ranges::none_of(
      url, [](char c) { return c == '?' || c == '#' || static_cast<unsigned char>(c) >= 0x80; });
}

// One command of version 2.
net::Request command_to(const std::string& url, std::string command) {
  return {
      .method = "POST",
      .url = url,
      .headers = {{"Content-Type", kRequest}, {"Accept", kResult}, {"Git-Protocol", "version=2"}},
      .body = std::move(command)};
}

bool is_redirect(const HttpReply& reply) { return !reply.head.redirect_url.empty(); }

bool is_whole(const HttpReply& reply, bool reader_is_done) {
  return reply.is_answer && !reply.unreadable && reader_is_done;
}

// Where a redirect leads, as far as that is plain.
Result<std::string> next_url(const HttpReply& reply) {
  const auto& url = reply.head.redirect_url;
  const auto parts = util::parse_url(url);
  if (!parts || parts->userinfo || !net::parse_address(url)) {
    return util::fail(ErrorKind::kProtocol, Cause::kNotUnderstood,
                      describe(reply) + ": a redirect to another kind of address");
  }
  return url;
}

}  // namespace

HttpTransport::HttpTransport(HttpTransportOptions options, auth::Credentials& credentials,
                             log::Logger logger)
    : base_(with_slash(options.url)),
      settings_(std::move(options.settings)),
      login_(base_, settings_, credentials, std::move(options.dropped_settings),
             std::move(options.login_note)),
      wire_(base_, settings_, login_, std::move(logger)) {}

Result<git::RemoteAnswer> HttpTransport::ask(const git::RefQuery& query, const util::Limit& limit) {
  retry_after_.reset();
  GS_TRY_VOID(check_address());
  wire_.begin_question();
  login_.begin_question();
  if (contact_) {
    GS_TRY(auto answer, ask_known(*contact_, query, limit));
    if (answer) return std::move(*answer);
    contact_.reset();
  }
  return ask_anew(query, limit);
}

HttpTransport::Maybe HttpTransport::ask_known(const Contact& known, const git::RefQuery& query,
                                              const util::Limit& limit) {
  git::RemoteAnswer answer{.server = known.server};
  HttpReply reply;
  bool whole = false;
  if (known.server.protocol == 2) {
    git::LsRefsReader reader(query);
    GS_TRY(reply, post(known, query, reader, limit));
    whole = is_whole(reply, reader.done());
    if (whole) answer.tip = reader.tip();
  } else {
    git::AdvertisementReader reader(query, git::Framing::kHttp);
    GS_TRY(reply, get(known.base + std::string(kInfoRefs), reader, limit));
    whole = is_whole(reply, reader.done()) && reader.server().protocol != 2;
    if (whole) answer = {.server = reader.server(), .tip = reader.tip()};
  }
  if (whole) return answer;
  auto error = failure(reply);
  if (error.cause == Cause::kRateLimited || retry_after_) return util::fail(std::move(error));
  // First contact begins with what is left to be tried, if anything is.
  if (reply.head.status == 401) {
    [[maybe_unused]] const auto left = take_login(reply);
  }
  return std::nullopt;
}

Result<git::RemoteAnswer> HttpTransport::ask_anew(const git::RefQuery& query,
                                                  const util::Limit& limit) {
  GS_TRY(auto found, discover(query, limit));
  auto& [contact, tip] = found;
  while (contact.server.protocol == 2) {
    git::LsRefsReader reader(query);
    GS_TRY(const auto reply, post(contact, query, reader, limit));
    if (reply.head.status == 401) {
      GS_TRY_VOID(take_login(reply));
      continue;
    }
    if (!is_whole(reply, reader.done())) return util::fail(failure(reply));
    tip = reader.tip();
    break;
  }
  login_.accepted();
  contact_ = std::move(contact);
  return git::RemoteAnswer{.server = contact_->server, .tip = std::move(tip)};
}

Result<void> HttpTransport::check_address() const {
  if (is_plain(base_)) return {};
  return util::fail(ErrorKind::kInvalid, Cause::kNotUnderstood,
                    "the address has a query, or characters that are not ASCII");
}

// Cookies stay those of the question: they may lead to the same one of several servers.
Result<git::ShallowChanges> HttpTransport::fetch(const git::FetchRequest& request,
                                                 const git::FetchSinks& sinks,
                                                 const util::Limit& limit) {
  retry_after_.reset();
  GS_TRY_VOID(check_address());
  login_.begin_question();
  git::FetchResponseReader reader(request, sinks);
  const auto fetched = fetch_into(reader, request, limit);
  if (const auto& error = reader.sink_error()) return util::fail(*error);
  GS_TRY_VOID(fetched);
  return reader.shallow_changes();
}

Result<void> HttpTransport::fetch_into(git::FetchResponseReader& reader,
                                       const git::FetchRequest& request, const util::Limit& limit) {
  if (contact_) {
    GS_TRY(const bool over, fetch_known(*contact_, reader, request, limit));
    if (over) return {};
    contact_.reset();
  }
  return fetch_anew(reader, request, limit);
}

Result<bool> HttpTransport::fetch_known(const Contact& known, git::FetchResponseReader& reader,
                                        const git::FetchRequest& request,
                                        const util::Limit& limit) {
  GS_TRY(const auto reply, post(known, request, reader, limit));
  if (is_whole(reply, reader.done())) return true;
  auto error = failure(reply);
  if (reader.has_begun() || error.cause == Cause::kRateLimited || retry_after_) {
    return util::fail(std::move(error));
  }
  // As for a question.
  if (reply.head.status == 401) {
    [[maybe_unused]] const auto left = take_login(reply);
  }
  return false;
}

Result<void> HttpTransport::fetch_anew(git::FetchResponseReader& reader,
                                       const git::FetchRequest& request, const util::Limit& limit) {
  // Which refs there are does not matter here.
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a name
  GS_TRY(auto found, discover(git::RefQuery::of("HEAD").value(), limit));
  while (true) {
    GS_TRY(const auto reply, post(found.contact, request, reader, limit));
    if (reply.head.status != 401) {
      if (!is_whole(reply, reader.done())) return util::fail(failure(reply));
      break;
    }
    GS_TRY_VOID(take_login(reply));
  }
  login_.accepted();
  contact_ = std::move(found.contact);
  return {};
}

Result<HttpTransport::Found> HttpTransport::discover(const git::RefQuery& query,
                                                     const util::Limit& limit) {
  std::string url = base_ + std::string(kInfoRefs);
  for (int redirects = 0; redirects <= kMaxRedirects;) {
    git::AdvertisementReader reader(query, git::Framing::kHttp);
    GS_TRY(const auto reply, get(url, reader, limit));
    const int status = reply.head.status;
    if (is_redirect(reply) && settings_.redirects == FollowRedirects::kInitial) {
      GS_TRY(url, next_url(reply));
      ++redirects;
      continue;
    }
    // Before credentials go to a page for people.
    if ((status == 200 || status == 401) && !url.ends_with(kInfoRefs)) {
      return util::fail(error_of_redirect(reply));
    }
    if (status == 401) {
      GS_TRY_VOID(take_login(reply));
      continue;
    }
    if (!is_whole(reply, reader.done())) return util::fail(failure(reply));
    url.resize(url.size() - kInfoRefs.size());
    return Found{.contact = {.base = std::move(url), .server = reader.server()},
                 .tip = reader.server().protocol == 2 ? std::nullopt : reader.tip()};
  }
  return util::fail(ErrorKind::kNetwork, Cause::kNoGitServer,
                    "GET " + util::redact_url(base_) + ": too many redirects");
}

Result<HttpReply> HttpTransport::get(const std::string& url, git::AdvertisementReader& reader,
                                     const util::Limit& limit) {
  net::Request request{.url = url, .compression = net::Compression::kAccept};
  request.headers.emplace_back("Pragma", "no-cache");
  if (settings_.protocol > 0) {
    request.headers.emplace_back("Git-Protocol", "version=" + std::to_string(settings_.protocol));
  }
  return wire_.send(
      std::move(request),
      {.type = kAdvertisement, .feed = [&](std::string_view bytes) { return reader.feed(bytes); }},
      limit);
}

// Few headers: this is what an idle poll costs.
Result<HttpReply> HttpTransport::post(const Contact& contact, const git::RefQuery& query,
                                      git::LsRefsReader& reader, const util::Limit& limit) {
  return wire_.send(
      command_to(contact.base + std::string(kUploadPack),
                 git::ls_refs_request(contact.server, query)),
      {.type = kResult, .feed = [&](std::string_view bytes) { return reader.feed(bytes); }}, limit);
}

Result<HttpReply> HttpTransport::post(const Contact& contact, const git::FetchRequest& request,
                                      git::FetchResponseReader& reader, const util::Limit& limit) {
  GS_TRY(auto command, git::fetch_command(contact.server, request));
  auto posted = command_to(contact.base + std::string(kUploadPack), std::move(command));
  // The connection has just answered; a server that counts objects may be silent for long.
  posted.patience = kFetchPatience;
  return wire_.send(
      std::move(posted),
      {.type = kResult, .feed = [&](std::string_view bytes) { return reader.feed(bytes); }}, limit);
}

Result<void> HttpTransport::take_login(const HttpReply& reply) {
  return login_.refused(reply.url, reply.head, error_of_status(reply));
}

util::Error HttpTransport::failure(const HttpReply& reply) {
  retry_after_ = net::retry_after(reply.head, std::chrono::system_clock::now());
  if (reply.unreadable) return *reply.unreadable;
  if (reply.is_answer) {
    return {.kind = ErrorKind::kNetwork,
            .message = describe(reply) + ": the answer ends in the middle",
            .cause = Cause::kConnectionBroke};
  }
  if (reply.head.status == 200) return error_of_page(reply, base_);
  auto error = error_of_status(reply);
  return reply.head.status == 403 ? login_.forbidden(reply.url, std::move(error)) : error;
}

}  // namespace gitsync::source
