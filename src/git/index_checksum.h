// SPDX-License-Identifier: Apache-2.0
// The running SHA-1 that ends an index file (gitformat-index(5)), by OpenSSL.

#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "git/index_entry.h"

struct evp_md_ctx_st;

namespace gitsync::git {

// Move-only. Thread-safety: none.
class IndexChecksum {
 public:
  IndexChecksum();
  void add(std::string_view bytes);
  // The raw digest of all that was added. To be called once, last.
  std::array<char, kIndexIdBytes> finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace gitsync::git
