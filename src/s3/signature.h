// SPDX-License-Identifier: Apache-2.0
// Signature version 4 in the Authorization header. "Signature calculations for the authorization
// header: transferring a payload in a single chunk", Amazon S3 API Reference.

#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "net/message.h"
#include "s3/credentials.h"

namespace gitsync::s3 {

// In place of a body's hash, where TLS protects it and hashing would read it twice.
inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

// A request as it is sent. Header values go out as they are; none has a blank at its ends.
struct Signable {
  std::string method = "GET";
  std::string path = "/";                 // encoded by encode_path(), begins with '/'
  std::string query = {};                 // by encode_query()
  std::vector<net::Header> headers = {};  // signed all, in any order; "Host" must be among them
  std::string payload_hash = {};          // hex of SHA-256, or kUnsignedPayload
};

struct SigningScope {
  std::string region;
  std::string service = "s3";
  std::chrono::sys_seconds time;  // servers refuse what is 15 minutes off
};

// "20130524T000000Z".
std::string amz_time(std::chrono::sys_seconds time);

// A key that was derived of a secret for a scope: the same for all requests of a day, and four of
// the five HMACs of each. Thread-safety: none.
class SigningKey {
 public:
  const std::string& of(const std::string& secret, const SigningScope& scope);

 private:
  std::string secret_;
  std::string scope_;
  std::string key_;
};

// The value of the Authorization header.
std::string authorization(const Signable& request, const Identity& identity,
                          const SigningScope& scope, SigningKey& key);

// The headers that make `request` a signed one for S3, to be sent beside its own: x-amz-date,
// x-amz-content-sha256, Authorization, and x-amz-security-token where there is one.
std::vector<net::Header> sign(Signable request, const Identity& identity, const SigningScope& scope,
                              SigningKey& key);

}  // namespace gitsync::s3
