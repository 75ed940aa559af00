// SPDX-License-Identifier: Apache-2.0
// The certificate that the snapshot server shows, and its key: files in PEM, read again when they
// change, as cert-manager and others renew them.

#pragma once

#include <memory>
#include <string>
#include <utility>

#include "http/file_changes.h"
#include "log/logger.h"
#include "util/error.h"

struct ssl_ctx_st;
struct ssl_st;

namespace gitsync::http {

struct TlsFree {
  void operator()(ssl_ctx_st* context) const noexcept;
  void operator()(ssl_st* connection) const noexcept;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, TlsFree>;
using TlsConnection = std::unique_ptr<ssl_st, TlsFree>;

// Thread-safety: none; belongs to the server's thread.
class TlsIdentity {
 public:
  // Errors: kInvalid if the two do not belong together, or are no certificate and key; that of
  // reading them.
  static util::Result<std::unique_ptr<TlsIdentity>> read(const std::string& certificate,
                                                         const std::string& key,
                                                         const log::Logger& logger);
  TlsIdentity(std::string certificate, std::string key, log::Logger logger)
      : certificate_(std::move(certificate)), key_(std::move(key)), logger_(std::move(logger)) {}

  // The server's side of a new connection on `socket`, which stays the caller's, with what is in
  // the files now. While that is not usable, the last pair counts, which is logged once for each
  // change. Null: no memory.
  TlsConnection accept_on(int socket);

 private:
  // Whether one of the two files may have changed since this was last called.
  bool take_change();
  void renew();

  FileChanges certificate_;
  FileChanges key_;
  log::Logger logger_;
  TlsContext context_;
  std::string complaint_;
};

}  // namespace gitsync::http
