// SPDX-License-Identifier: Apache-2.0
// Whose certificates are trusted, by the rule of Go's crypto/x509 on Linux, which the reference
// follows: one file and every certificate of every directory.

#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "util/environment.h"

using X509_STORE = struct x509_store_st;

namespace gitsync::net {

struct TrustVariables {
  std::string cert_file;  // SSL_CERT_FILE; empty: the first readable one of the usual bundles
  std::string cert_dirs;  // SSL_CERT_DIR, separated by ':'; empty: the usual directories

  static TrustVariables from(const util::Environment& environment);
};

// Reads the file, and every regular file of every directory, whatever their names; what cannot be
// read, or holds no certificate in PEM form, is skipped. Later changes on disk are not seen.
// Thread-safety: all members may be called from any thread.
class Trust {
 public:
  explicit Trust(TrustVariables variables);
  Trust(const Trust&) = delete;
  Trust& operator=(const Trust&) = delete;
  ~Trust();

  // Built by the first call, which takes about as long as reading the system's bundle: 20 ms and
  // 1.2 MiB. Lives as long as this object, or longer where OpenSSL holds it. Never null.
  X509_STORE* store() const;

 private:
  struct Deleter {
    void operator()(X509_STORE* store) const;
  };

  const TrustVariables variables_;
  mutable std::once_flag once_;
  mutable std::unique_ptr<X509_STORE, Deleter> store_;  // written once, under once_
};

}  // namespace gitsync::net
