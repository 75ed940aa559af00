// SPDX-License-Identifier: Apache-2.0
// A folder on this machine, from which somebody serves the snapshots.

#pragma once

#include <functional>
#include <string>

#include "snapshot/depot.h"
#include "util/folder.h"

namespace gitsync::snapshot {

// Every file appears whole, by a rename. One publisher at a time.
class FolderDepot final : public Depot {
 public:
  // `folder`: absolute; made when something is put into it. `changed` is called after that.
  FolderDepot(std::string folder, std::function<void()> changed)
      : folder_(std::move(folder)), changed_(std::move(changed)) {}

  std::string address() const override { return folder_ + "/"; }
  util::Result<std::optional<StoredFile>> add(const std::string& key, const Bytes& bytes,
                                              const util::Limit& limit) override;
  util::Result<void> put(const std::string& key, const Bytes& bytes,
                         const util::Limit& limit) override;
  util::Result<std::optional<std::uint64_t>> size(const std::string& key,
                                                  const util::Limit& limit) override;
  util::Result<std::optional<Document>> read(const std::string& key,
                                             const util::Limit& limit) override;
  util::Result<void> replace(const std::string& key, const Document& next,
                             const util::Limit& limit) override;
  util::Result<void> remove(const std::string& key, const util::Limit& limit) override;
  util::Result<std::vector<std::string>> pointers(const util::Limit& limit) override;

 private:
  util::Result<util::Folder> open();
  util::Result<std::optional<StoredFile>> look_at(const std::string& key, const util::Limit& limit);

  const std::string folder_;
  const std::function<void()> changed_;
  bool swept_ = false;  // what a killed process has left half written
};

}  // namespace gitsync::snapshot
