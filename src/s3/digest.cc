// SPDX-License-Identifier: Apache-2.0
#include "s3/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <vector>

#include "net/file_reader.h"
#include "util/text.h"

namespace gitsync::s3 {
namespace {

using util::Result;

constexpr std::size_t kPiece = std::size_t{256} << 10;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Result<std::string> sha256_hex(const net::FileBody& file, const util::Limit& limit) {
  util::Sha256 hash;
  std::vector<char> buffer(kPiece);
  net::FileReader reader(file);
  for (;;) {
    GS_TRY_VOID(limit.check());
    GS_TRY(const std::size_t got, reader.read(buffer));
    if (got == 0) return util::to_hex(hash.finish());
    hash.update({buffer.data(), got});
  }
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::string digest(util::Sha256::kBytes, '\0');
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
       reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  return digest;
}

}  // namespace gitsync::s3
