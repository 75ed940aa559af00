// SPDX-License-Identifier: Apache-2.0
#include "git/index_checksum.h"

#include <openssl/evp.h>

namespace gitsync::git {

void IndexChecksum::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

// A call that failed (no memory) leaves a digest that matches nothing: a file that was read counts
// as damaged, and one that was written is refused by git.
IndexChecksum::IndexChecksum() : context_(EVP_MD_CTX_new()) {
  if (context_) EVP_DigestInit_ex(context_.get(), EVP_sha1(), nullptr);
}

void IndexChecksum::add(std::string_view bytes) {
  if (context_) EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
}

std::array<char, kIndexIdBytes> IndexChecksum::finish() {
  std::array<char, kIndexIdBytes> digest{};
  if (context_) {
    EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  }
  return digest;
}

}  // namespace gitsync::git
