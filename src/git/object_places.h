// SPDX-License-Identifier: Apache-2.0
// Where objects are: the folder of a repository and those that it borrows from, and in each of them
// packs and loose objects. Nothing of an object is read here.

#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "git/object_folder.h"
#include "git/object_id.h"
#include "git/pack_file.h"
#include "util/error.h"
#include "util/fd.h"

namespace gitsync::git {

// At an offset of a pack, or loose in a folder. Valid until the next search.
struct ObjectPlace {
  ObjectFolder* folder = nullptr;
  std::optional<std::list<PackFile>::iterator> pack;  // nothing: loose
  std::uint64_t offset = 0;
  util::Fd loose;  // its file, if it is loose
};

// Move-only. Thread-safety: none.
class ObjectPlaces {
 public:
  // Errors: as ObjectFolder::load() and with_alternates().
  static util::Result<ObjectPlaces> open(const std::string& objects);

  // Goes through the copies of one object: packs first, as git does, and at the end again through
  // packs that have come meanwhile, by a gc or a fetch. One search at a time.
  class Search {
   public:
    Search(ObjectPlaces& places, const ObjectId& id) : places_(places), id_(id) { restart(); }
    // Nothing if there are no more.
    util::Result<std::optional<ObjectPlace>> next();

   private:
    void restart();
    util::Result<std::optional<ObjectPlace>> next_in_packs();
    util::Result<std::optional<ObjectPlace>> next_loose();

    ObjectPlaces& places_;
    ObjectId id_;
    std::size_t pack_folder_ = 0;
    std::list<PackFile>::iterator pack_;
    std::size_t loose_folder_ = 0;
    bool reloaded_ = false;
  };

  // Remembers that an object was found there: its neighbours may be wanted next.
  static void prefer(const ObjectPlace& place);
  // Whether missing objects may be had from a remote.
  bool has_promises() const;

 private:
  ObjectPlaces() = default;
  util::Result<void> add(const std::vector<std::string>& paths);
  util::Result<bool> reload();

  std::vector<ObjectFolder> folders_;
  std::uint64_t pack_numbers_ = 0;
};

}  // namespace gitsync::git
