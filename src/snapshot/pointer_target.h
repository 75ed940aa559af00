// SPDX-License-Identifier: Apache-2.0
// A depot in which a pointer shows the snapshot of one ref (docs/snapshots.md).

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "log/logger.h"
#include "snapshot/depot.h"
#include "snapshot/target.h"

namespace gitsync::snapshot {

struct PointerTargetOptions {
  std::string name;    // of what is published; see name_of_ref()
  std::string source;  // of the pointer
  std::string ref;
  // Snapshots that are kept beside the one that is shown. What is older goes, but not before
  // `least_age` has passed since it was superseded: readers may be at it.
  std::size_t keep = 10;
  std::chrono::seconds least_age = std::chrono::hours(1);
  // Tests have others.
  std::function<std::chrono::sys_seconds()> clock = [] {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  };
};

class PointerTarget final : public Target {
 public:
  // `archives` outlive it.
  PointerTarget(PointerTargetOptions options, std::unique_ptr<Depot> depot, Archives& archives,
                log::Logger logger);

  std::string address() const override;
  util::Result<void> publish(const Item& item, const util::Limit& limit) override;

 private:
  struct Shown {
    std::optional<Pointer> pointer;
    std::string version;  // of the document; empty: there is none
  };
  // What was made for an item stays until it is shown: an attempt that fails costs it once.
  struct Made {
    tree::Revision revision;
    std::shared_ptr<const Packed> packed;
    std::optional<StoredFile> archive = {};  // once it is stored
  };
  util::Result<Shown> look(const util::Limit& limit);
  // Whether readers of the pointer get `item`, whole.
  util::Result<bool> shows(const Shown& now, const Item& item, const util::Limit& limit);
  util::Result<Made*> make(const Item& item, const util::Limit& limit);
  util::Result<void> show(const Item& item, Made& made, const Shown& before,
                          const util::Limit& limit);
  util::Result<StoredFile> store_archive(const Item& item, const Packed& packed,
                                         const util::Limit& limit);
  util::Result<StoredFile> store(const std::string& key, const Packed& packed,
                                 const util::Limit& limit);
  util::Result<void> add_step(const Item& item, const Pointer& old, Pointer& next,
                              const util::Limit& limit);
  void supersede(const Pointer& old, Pointer& next) const;
  void prune(Pointer& next, const util::Limit& limit);
  util::Result<void> remove_oldest(std::size_t count, Pointer& next, const util::Limit& limit);
  util::Result<std::set<std::string>> named_by_others(const util::Limit& limit);

  const PointerTargetOptions options_;
  const std::unique_ptr<Depot> depot_;
  Archives& archives_;
  const log::Logger log_;
  std::optional<Made> made_;
};

}  // namespace gitsync::snapshot
