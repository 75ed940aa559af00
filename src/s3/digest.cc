// SPDX-License-Identifier: Apache-2.0
#include "s3/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <memory>
#include <vector>

#include "net/file_reader.h"
#include "util/text.h"

namespace gitsync::s3 {
namespace {

using util::Result;

constexpr std::size_t kDigestSize = 32;
constexpr std::size_t kPiece = std::size_t{256} << 10;

struct Deleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string to_text(const std::array<unsigned char, kDigestSize>& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, kDigestSize> digest{};
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return util::to_hex(to_text(digest));
}

Result<std::string> sha256_hex(const net::FileBody& file, const util::Limit& limit) {
  const std::unique_ptr<EVP_MD_CTX, Deleter> context(EVP_MD_CTX_new());
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  std::vector<char> buffer(kPiece);
  net::FileReader reader(file);
  for (;;) {
    GS_TRY_VOID(limit.check());
    GS_TRY(const std::size_t got, reader.read(buffer));
    if (got == 0) break;
    EVP_DigestUpdate(context.get(), buffer.data(), got);
  }
  std::array<unsigned char, kDigestSize> digest{};
  EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
  return util::to_hex(to_text(digest));
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::array<unsigned char, kDigestSize> digest{};
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
       digest.data(), nullptr);
  return to_text(digest);
}

}  // namespace gitsync::s3
