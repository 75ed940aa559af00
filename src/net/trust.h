// SPDX-License-Identifier: Apache-2.0
// Whose certificates are trusted, by the rule of Go's crypto/x509 on Linux, which the reference
// follows: one file and every certificate of every directory.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "util/environment.h"
#include "util/file_stamp.h"
#include "util/mutex.h"
#include "util/thread_annotations.h"

using X509_STORE = struct x509_store_st;  // NOLINT(readability-identifier-naming): OpenSSL's name

namespace gitsync::net {

struct TrustVariables {
  std::string cert_file;  // SSL_CERT_FILE; empty: the first readable one of the usual bundles
  std::string cert_dirs;  // SSL_CERT_DIR, separated by ':'; empty: the usual directories

  static TrustVariables from(const util::Environment& environment);
};

// Reads the file, and every regular file of every directory, whatever their names; what cannot be
// read, or holds no certificate in PEM form, is skipped. The directories are read only once a chain
// needs an issuer that is not in the file: the system's holds as much again in some 300 files.
// When a handshake begins, a file that was replaced is read again, and so are the directories if
// names in them were (a Secret's are); what is gone for a moment still counts.
// Thread-safety: all members may be called from any thread.
class Trust {
 public:
  explicit Trust(const TrustVariables& variables);
  Trust(const Trust&) = delete;
  Trust& operator=(const Trust&) = delete;
  ~Trust();

  struct Deleter {
    void operator()(X509_STORE* store) const;
  };
  // A share of it: a handshake may go on with one that is not the newest any more.
  using Store = std::unique_ptr<X509_STORE, Deleter>;

  // For a handshake. Built by the first call, which reads the file: 20 ms and 1.2 MiB for the
  // system's bundle; later ones cost a stat(2) for each name. Never null. No handshake may go on
  // with it after the end of this object.
  Store store() const;
  // Reads the directories into a store of this object's, unless that was done.
  void load_directories(X509_STORE* store) const;

 private:
  class Loader;

  Store build() const GITSYNC_REQUIRES(mutex_);
  bool has_changed() const GITSYNC_REQUIRES(mutex_);

  const std::vector<std::string> files_;  // of which the first readable one counts
  const std::vector<std::string> directories_;
  mutable util::Mutex mutex_;
  mutable std::map<std::string, util::FileStamp> seen_ GITSYNC_GUARDED_BY(mutex_);
  // Once made, it has a lock of its own.
  mutable Store store_ GITSYNC_GUARDED_BY(mutex_);
  // Of store_. Null: nothing is left to be read.
  mutable std::unique_ptr<Loader> loader_ GITSYNC_GUARDED_BY(mutex_);
};

}  // namespace gitsync::net
