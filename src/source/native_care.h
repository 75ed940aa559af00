// SPDX-License-Identifier: Apache-2.0
// The care for a root's repository by system calls only: a few looks where nothing gives a reason
// to doubt it, and git's own verdict where something does (docs/design.md#resolve).

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/config_file.h"
#include "git/object_id.h"
#include "log/logger.h"
#include "source/delegation.h"
#include "source/pack_list.h"
#include "source/repository_care.h"
#include "tree/layout.h"
#include "tree/run_marker.h"

namespace gitsync::source {

// Thread-safety: none; belongs to the loop of one repository, under the root's turn.
class NativeCare final : public RepositoryCare {
 public:
  // `git` does what is not understood; all references outlive this. `init_for_git`: why git must
  // make new repositories; empty: it need not.
  NativeCare(tree::Layout layout, RepositoryCare& git, std::string init_for_git,
             Delegation& delegation, log::Logger logger);

  util::Result<bool> is_usable(const util::Limit& limit) override;
  // Makes what `git init -b git-sync` makes, without its templates.
  util::Result<void> init(const util::Limit& limit) override;
  util::Result<void> set_origin(const std::string& url, const util::Limit& limit) override;
  void watch(util::Watched& watched) const override;
  bool is_as_left() override;

  // Something of the repository failed that should not have: git looks at it at the next pass.
  void doubt() { doubted_ = true; }
  // After a git of ours has changed the packs.
  void accept_packs();

 private:
  // Why git should be asked; empty: nothing is odd.
  util::Result<std::string> find_doubt();
  util::Result<std::string> doubt_about_packs();
  // The commit of the branch and its tree, which can be read; nothing while there is no commit.
  util::Result<std::vector<git::ObjectId>> read_tip() const;
  void accept_packs(const std::vector<git::ObjectId>& tip);
  // The marker of this process, which is there.
  util::Result<tree::RunMarker*> marker();
  util::Result<void> make_store() const;
  util::Result<std::vector<git::ConfigEntry>> read_config() const;
  std::optional<std::string> origin() const;
  util::Result<void> add_origin(const std::string& url) const;
  void remember(PackList packs);

  const tree::Layout layout_;
  RepositoryCare& git_;
  const std::string init_for_git_;
  Delegation& delegation_;
  const log::Logger log_;
  std::optional<tree::RunMarker> marker_;
  std::optional<PackList> packs_;                        // when they were last known to be sound
  std::optional<std::vector<git::ConfigEntry>> config_;  // as this pass has found it
  bool doubted_ = false;
  bool fresh_ = false;  // made by init(), and without an origin yet
};

}  // namespace gitsync::source
