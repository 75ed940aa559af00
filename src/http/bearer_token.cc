// SPDX-License-Identifier: Apache-2.0
#include "http/bearer_token.h"

#include <openssl/crypto.h>

#include <utility>

#include "auth/token_file.h"
#include "log/sink.h"
#include "util/sha256.h"
#include "util/text.h"

namespace gitsync::http {

using util::Result;

Result<std::unique_ptr<BearerToken>> BearerToken::read(const std::string& path,
                                                       const log::Logger& logger) {
  auto token = std::make_unique<BearerToken>(path, logger);
  token->file_.take();
  GS_TRY_VOID(token->read_again());
  return token;
}

Result<void> BearerToken::read_again() {
  GS_TRY(const std::string token, auth::read_token_file(file_.path()));
  logger_.sink().add_secret(token);
  hash_ = util::sha256(token);
  return {};
}

bool BearerToken::admits(std::string_view authorization) {
  if (file_.take()) {
    const auto read = read_again();
    const std::string complaint = read ? "" : read.error().message;
    if (!complaint.empty() && complaint != complaint_) {
      logger_.error("the token for snapshots stays as it was", read.error());
    }
    complaint_ = complaint;
  }
  constexpr std::string_view kScheme = "bearer ";
  if (util::to_lower(authorization.substr(0, kScheme.size())) != kScheme) return false;
  // Hashes, since their lengths tell nothing.
  const std::string shown = util::sha256(util::trim(authorization.substr(kScheme.size())));
  return CRYPTO_memcmp(shown.data(), hash_.data(), hash_.size()) == 0;
}

}  // namespace gitsync::http
