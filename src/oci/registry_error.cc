// SPDX-License-Identifier: Apache-2.0
#include "oci/registry_error.h"

#include <nlohmann/json.hpp>

#include "net/status.h"
#include "util/quote.h"

namespace gitsync::oci {
namespace {

using util::Cause;
using util::ErrorKind;

constexpr std::size_t kMostShown = 300;

std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string()
             ? util::escaped(found->get<std::string>().substr(0, kMostShown))
             : std::string();
}

ErrorKind kind_of(int status, std::string_view error) {
  // Some registries answer with a status that says less than the code.
  if (error.starts_with("TOOMANYREQUESTS")) return ErrorKind::kNetwork;
  if (error.starts_with("UNAUTHORIZED") || error.starts_with("DENIED")) return ErrorKind::kAuth;
  if (error.starts_with("MANIFEST_UNKNOWN") || error.starts_with("NAME_UNKNOWN")) {
    return ErrorKind::kNotFound;
  }
  return net::kind_of_status(status);
}

Cause cause_of(ErrorKind kind, int status, LoggedIn logged_in) {
  if (status == 400) return Cause::kBadRequest;  // of plain HTTP to a port with TLS, too
  if (status == 429) return Cause::kRateLimited;
  if (status >= 500) return Cause::kServerFault;
  if (kind == ErrorKind::kNotFound) return Cause::kArtifactMissing;
  if (kind == ErrorKind::kNetwork) return Cause::kRateLimited;
  if (kind != ErrorKind::kAuth) return Cause::kUnknown;
  if (logged_in == LoggedIn::kNo) return Cause::kCredentialsMissing;
  return status == 403 ? Cause::kForbidden : Cause::kCredentialsRefused;
}

std::string_view in_words(ErrorKind kind, int status) {
  switch (status) {
    case 401:
      return "the registry refuses the login";
    case 403:
      return "the registry forbids it";
    case 404:
      return "the registry does not have it";
    case 429:
      return "the registry has had too many requests";
    default:
      return kind == ErrorKind::kNotFound ? "the registry does not have it" : "";
  }
}

}  // namespace

std::string first_error(std::string_view body) {
  const auto answer = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object()) return {};
  const auto errors = answer.find("errors");
  if (errors == answer.end() || !errors->is_array() || errors->empty()) return {};
  const auto& first = errors->front();
  if (!first.is_object()) return {};
  const auto message = text_of(first, "message");
  return text_of(first, "code") + (message.empty() ? "" : ": " + message);
}

util::Error refusal(std::string_view what, const net::ResponseHead& head, std::string_view body,
                    LoggedIn logged_in) {
  const auto error = first_error(body);
  const auto kind = kind_of(head.status, error);
  std::string_view words = in_words(kind, head.status);
  if (head.status == 401 && logged_in == LoggedIn::kNo) words = "the registry wants a login";
  std::string message(what);
  message += ": ";
  if (!words.empty()) message += std::string(words) + ": ";
  message += net::describe_status(head.status);
  if (!error.empty()) message += " (" + error + ")";
  if (const auto later = head.header("Retry-After"); !later.empty()) {
    const bool is_seconds = later.find_first_not_of("0123456789") == std::string_view::npos;
    message +=
        "; to be asked again " + (is_seconds ? "in " + std::string(later.substr(0, 10)) + " s"
                                             : "at " + util::escaped(later.substr(0, 100)));
  }
  return {
      .kind = kind, .message = std::move(message), .cause = cause_of(kind, head.status, logged_in)};
}

}  // namespace gitsync::oci
