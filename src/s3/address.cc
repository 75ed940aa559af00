// SPDX-License-Identifier: Apache-2.0
#include "s3/address.h"

#include <algorithm>

#include "util/quote.h"
#include "util/text.h"
#include "util/utf8.h"

namespace gitsync::s3 {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::string_view kScheme = "s3://";
constexpr std::size_t kMinBucket = 3;
constexpr std::size_t kMaxBucket = 63;

std::unexpected<util::Error> bad_bucket(std::string_view name, std::string_view why) {
  return util::fail(ErrorKind::kInvalid,
                    util::quoted(name) + " is no name of a bucket: " + std::string(why));
}

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_like_ipv4(std::string_view name) {
  return std::ranges::count(name, '.') == 3 &&
         name.find_first_not_of("0123456789.") == std::string_view::npos;
}

// What people write by mistake for a bucket.
Result<void> check_no_mistake(std::string_view name) {
  if (name.starts_with("arn:")) {
    return bad_bucket(name, "ARNs are not supported; an access point's alias is");
  }
  if (name.contains('@')) {
    return util::fail(ErrorKind::kInvalid,
                      "an s3:// address holds no user name and password; credentials come from the "
                      "environment, see the documentation");
  }
  if (name.contains(':')) {
    return bad_bucket(name, "a server's address belongs into the endpoint, not into s3://");
  }
  return {};
}

}  // namespace

Result<void> check_bucket(std::string_view name) {
  if (name.empty()) return util::fail(ErrorKind::kInvalid, "the bucket's name is missing");
  GS_TRY_VOID(check_no_mistake(name));
  // '_' is Google's and Ceph's, and of old ones of AWS.
  if (!std::ranges::all_of(
          name, [](char c) { return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_'; })) {
    return bad_bucket(name, "it may only hold lower-case letters, digits, '.', '-' and '_'");
  }
  if (name.size() < kMinBucket || name.size() > kMaxBucket) {
    return bad_bucket(name, "it must have 3 to 63 characters");
  }
  if (!is_letter_or_digit(name.front()) || !is_letter_or_digit(name.back())) {
    return bad_bucket(name, "it must begin and end with a letter or a digit");
  }
  if (name.contains("..")) return bad_bucket(name, "it must not hold two dots in a row");
  if (is_like_ipv4(name)) return bad_bucket(name, "it must not look like an IP address");
  return {};
}

Result<void> check_key(std::string_view key) {
  if (key.size() > kMaxKey) {
    return util::fail(ErrorKind::kInvalid,
                      "a key has at most 1,024 bytes, this one has " + std::to_string(key.size()));
  }
  if (util::has_control(key)) {
    return util::fail(ErrorKind::kInvalid,
                      "the key " + util::quoted(key) + " holds a control character");
  }
  for (std::string_view rest = key; !rest.empty();) {
    const std::size_t length = util::utf8_length(rest);
    if (length == 0) {
      return util::fail(ErrorKind::kInvalid, "the key " + util::quoted(key) + " is not UTF-8");
    }
    rest.remove_prefix(length);
  }
  return {};
}

Result<Address> parse_address(std::string_view text) {
  if (!util::to_lower(text).starts_with(kScheme)) {
    return util::fail(ErrorKind::kInvalid, "not of the form s3://bucket/key");
  }
  const std::string_view rest = text.substr(kScheme.size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  Address address{.bucket = std::string(rest.substr(0, slash)),
                  .key = std::string(rest.substr(std::min(slash + 1, rest.size())))};
  GS_TRY_VOID(check_bucket(address.bucket));
  GS_TRY_VOID(check_key(address.key));
  return address;
}

}  // namespace gitsync::s3
