// SPDX-License-Identifier: Apache-2.0
// SHA-256 of bytes that come piece by piece (FIPS 180-4), by OpenSSL.

#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace gitsync::util {

// Move-only. Thread-safety: none.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);
  // Of all that was added, 64 lower-case hex digits. To be called once, last. All zeros, which
  // match nothing, if OpenSSL failed for lack of memory.
  std::string finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
  bool failed_ = false;
};

std::string sha256_hex(std::string_view bytes);

}  // namespace gitsync::util
