// SPDX-License-Identifier: Apache-2.0
// A fresh RSA key for tests that sign, and the means to check what was signed.

#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace gitsync::test {

class RsaKey {
 public:
  RsaKey();

  std::string pkcs1() const;
  std::string pkcs8() const;
  std::string encrypted_pkcs8() const;
  // Whether `signature` is RS256 of `text` by this key.
  bool verifies(std::string_view text, std::string_view signature) const;

 private:
  struct Deleter {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  std::unique_ptr<EVP_PKEY, Deleter> key_;
};

// The text of a compact JWT's part 0 (header), 1 (claims) or 2 (signature); "" if there is none.
std::string jwt_part(std::string_view jwt, int part);
// Header and claims as they are signed.
std::string jwt_signed_text(std::string_view jwt);

}  // namespace gitsync::test
