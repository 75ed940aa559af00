// SPDX-License-Identifier: Apache-2.0
#include "auth/token_file.h"

#include <algorithm>

#include "util/files.h"
#include "util/text.h"

namespace gitsync::auth {
namespace {

using util::Cause;
using util::ErrorKind;

constexpr std::size_t kMostBytes = std::size_t{16} << 10;

bool is_visible(char c) { return c > ' ' && c < '\x7f'; }

}  // namespace

util::Result<std::string> read_token_file(const std::string& path) {
  const auto text = util::read_file(path, kMostBytes);
  if (!text) {
    auto error = text.error();
    error.cause = Cause::kSecretFileUnreadable;
    return util::fail(std::move(error));
  }
  const auto token = util::trim(*text);
  if (token.empty())
    return util::fail(ErrorKind::kInvalid, Cause::kTokenUnusable, path + " is empty");
  if (std::ranges::all_of(token, is_visible)) return std::string(token);
  return util::fail(ErrorKind::kInvalid, Cause::kTokenUnusable,
                    path + " must hold one line without blanks: it is sent in a header");
}

}  // namespace gitsync::auth
