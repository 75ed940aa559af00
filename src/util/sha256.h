// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4) of what comes in pieces, by OpenSSL.

#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace gitsync::util {

// Used again for any number of texts, one after the other. Move-only. Thread-safety: none.
class Sha256 {
 public:
  static constexpr std::size_t kBytes = 32;

  Sha256();

  void update(std::string_view bytes);
  // The 32 bytes for what was fed since the last call, and begins anew.
  std::string finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  void begin();

  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

std::string sha256(std::string_view bytes);

// 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace gitsync::util
