// SPDX-License-Identifier: Apache-2.0
// The addresses that people write: s3://bucket/key, or s3://bucket/prefix/.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "util/error.h"

namespace gitsync::s3 {

// Bytes of the longest key. "Creating object key names", Amazon S3 User Guide.
inline constexpr std::size_t kMaxKey = 1024;

struct Address {
  std::string bucket;
  std::string key;  // of an object, or a prefix; empty: the whole bucket

  bool operator==(const Address&) const = default;
  std::string display() const { return "s3://" + bucket + "/" + key; }
};

// The key is taken as it is written, as the tools of AWS take it: "%", "+", "?" and "#" mean
// themselves. Errors: kInvalid, whose message says which rule is broken; a bucket's name is one by
// "General purpose bucket naming rules" (Amazon S3 User Guide), a key is UTF-8 without control
// characters, of up to 1,024 bytes.
util::Result<Address> parse_address(std::string_view text);

// The same rules for a name alone.
util::Result<void> check_bucket(std::string_view name);
util::Result<void> check_key(std::string_view key);

}  // namespace gitsync::s3
