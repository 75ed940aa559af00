// SPDX-License-Identifier: Apache-2.0
// Reads the objects of an ordinary SHA-1 repository from disk, without git: loose ones, packs and
// alternates (gitformat-pack(5), gitrepository-layout(5)). Every object is verified against its id.
//
// A multi-pack-index is not needed, since packs keep their own. Replacements (git-replace(1)) and
// grafts are not applied: whoever wants what git shows looks whether there are any
// (ref_store.h).

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "git/object.h"
#include "git/object_id.h"
#include "git/object_reader.h"
#include "git/pack_reader.h"
#include "util/error.h"

namespace gitsync::git {

// Memory: the budgets, some 200 KiB of buffers, and 1.5 KiB and two descriptors a pack. It keeps
// packs open, whose space a gc then frees only when the store is gone: it lives for one pass.
//
// Errors: kNotFound for an object that is missing; kCorrupt for one that is damaged and of which
// there is no good copy; kNotUnderstood for what git must read: packs and objects beyond our
// bounds, and missing objects that a remote has promised. Messages name the object.
// Move-only. Thread-safety: none; several stores of one repository may be used at once.
class ObjectStore final : public ObjectReader {
 public:
  // `objects`: absolute, <.git>/objects. Alternates of the environment are not looked at.
  static util::Result<ObjectStore> open(const std::string& objects, PackBudgets budgets = {});

  ObjectStore(ObjectStore&&) noexcept;
  ObjectStore& operator=(ObjectStore&&) noexcept;
  ~ObjectStore() override;

  using ObjectReader::read;
  util::Result<Object> read(const ObjectId& id, std::size_t limit) override;
  util::Result<void> stream(const ObjectId& id, const ObjectSink& sink) override;

  // Neither of these reads the bytes, so that a damaged object is not noticed.
  util::Result<bool> has(const ObjectId& id);
  util::Result<ObjectInfo> info(const ObjectId& id);

 private:
  class Impl;
  explicit ObjectStore(std::unique_ptr<Impl> impl) noexcept;

  std::unique_ptr<Impl> impl_;
};

}  // namespace gitsync::git
