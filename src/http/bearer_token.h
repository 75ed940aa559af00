// SPDX-License-Identifier: Apache-2.0
// The token that clients must show: `Authorization: Bearer <token>`, RFC 6750, section 2.1. It
// comes from a file, and is read again when that changes.

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/file_changes.h"
#include "log/logger.h"
#include "util/error.h"

namespace gitsync::http {

// Thread-safety: none; belongs to the server's thread. The token is kept as its hash only.
class BearerToken {
 public:
  // Errors: those of auth::read_token_file().
  static util::Result<std::unique_ptr<BearerToken>> read(const std::string& path,
                                                         const log::Logger& logger);
  BearerToken(std::string path, log::Logger logger)
      : file_(std::move(path)), logger_(std::move(logger)) {}

  // Whether the value of Authorization (empty: none) has the token; takes equally long whatever
  // part of it is right. While the file cannot be used the last token counts, which is logged once.
  bool admits(std::string_view authorization);

 private:
  util::Result<void> read_again();

  FileChanges file_;
  log::Logger logger_;
  std::string hash_;  // SHA-256 of the token
  std::string complaint_;
};

}  // namespace gitsync::http
