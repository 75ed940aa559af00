// SPDX-License-Identifier: Apache-2.0
// Computes ids of objects: the SHA-1 of "<type> <size>", a NUL and the bytes. By OpenSSL, which
// does not look for collisions as git does (docs/design.md#two-engines says where that matters).

#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "git/object.h"
#include "git/object_id.h"
#include "util/error.h"

struct evp_md_st;
struct evp_md_ctx_st;

namespace gitsync::git {

// Used again for any number of objects, one after the other. Move-only. Thread-safety: none.
class ObjectHasher {
 public:
  // kLocal if this machine's OpenSSL has no SHA-1.
  static util::Result<ObjectHasher> create();

  // Starts an object of `size` bytes, forgetting what was fed before.
  void begin(ObjectType type, std::uint64_t size);
  void update(std::string_view bytes);
  // The id of what was fed since begin(), which must be called again next.
  ObjectId finish();

  ObjectId hash(ObjectType type, std::string_view bytes);

 private:
  struct Free {
    void operator()(evp_md_st* md) const noexcept;
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  using Md = std::unique_ptr<evp_md_st, Free>;
  using Context = std::unique_ptr<evp_md_ctx_st, Free>;
  ObjectHasher(Md md, Context context) noexcept
      : md_(std::move(md)), context_(std::move(context)) {}

  Md md_;
  Context context_;
  bool failed_ = false;
};

}  // namespace gitsync::git
