// SPDX-License-Identifier: Apache-2.0
// The hidden folder in which a tree is built, beside the published ones.

#pragma once

#include <time.h>

#include <string>

#include "log/logger.h"
#include "tree/layout.h"
#include "tree/rubbish.h"
#include "tree/way.h"
#include "util/event.h"
#include "util/folder.h"

namespace gitsync::tree {

// `<trees>/.new.<random>`, and `<trees>/.new.<random>.spare` if something is put there. Both go
// when the owner gives them up, unless there is no time: then the next start removes them.
// Move-only.
class [[nodiscard]] BuildFolder {
 public:
  static util::Result<BuildFolder> make(const Layout& layout, const util::Limit& limit,
                                        const log::Logger& logger);
  BuildFolder(BuildFolder&& other) noexcept;
  BuildFolder& operator=(BuildFolder&&) = delete;
  ~BuildFolder();

  const util::Folder& folder() const { return folder_; }
  const std::string& path() const { return folder_.path(); }  // absolute
  const util::Folder& trees() const { return trees_; }
  std::string spare_name() const { return name_ + Layout::kSpareSuffix; }  // in trees()

  // For a TreeBuilder.
  util::Result<Way> way() const;
  // The time that the file system gives to what is written now.
  util::Result<timespec> now() const;
  // Gives it the name `name` in trees(), of which something else is removed.
  util::Result<void> become(const std::string& name) &&;

 private:
  BuildFolder(const Layout& layout, util::Folder trees, util::Folder folder, std::string name,
              const util::Limit& limit, const log::Logger& logger);
  util::Result<void> discard(const std::string& name) const;

  util::Folder trees_;
  util::Folder folder_;
  std::string name_;  // empty: it has gone
  util::Limit limit_;
  Rubbish rubbish_;
  log::Logger log_;
};

}  // namespace gitsync::tree
