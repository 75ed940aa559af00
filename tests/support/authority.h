// SPDX-License-Identifier: Apache-2.0
// A certificate authority of a test's own, and the certificates that it signs.

#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gitsync::test {

struct Certified {
  std::string certificate;  // PEM
  std::string key;          // PEM
};

class Authority {
 public:
  explicit Authority(const std::string& name = "Test authority");

  // PEM.
  std::string certificate() const;
  // A server's certificate for "localhost" and 127.0.0.1, valid for a day.
  Certified certify_server() const;

 private:
  struct Deleter {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Deleter>;
  using Certificate = std::unique_ptr<X509, Deleter>;

  // `issuer`: null for a certificate that signs itself. `extensions`: name and value in turn.
  static Certificate make(const std::string& name, EVP_PKEY* key, X509* issuer, EVP_PKEY* signer,
                          const std::vector<std::pair<int, const char*>>& extensions);

  Key key_;
  Certificate certificate_;
};

}  // namespace gitsync::test
