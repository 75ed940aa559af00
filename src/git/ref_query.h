// SPDX-License-Identifier: Apache-2.0
// Which refs of a remote a short name may mean, in git's own order (gitrevisions(7), "Specifying
// revisions", <refname>).

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gitsync::git {

class RefQuery {
 public:
  // Nothing for what is not a plain name: a refspec, a pattern, a full object id, what
  // git-check-ref-format(1) refuses. Only git knows what it makes of those.
  static std::optional<RefQuery> of(std::string_view name);

  const std::string& name() const { return name_; }
  // Full names, the best one first: for "main" these are main, refs/main, refs/tags/main,
  // refs/heads/main, refs/remotes/main and refs/remotes/main/HEAD.
  const std::vector<std::string>& candidates() const { return candidates_; }
  // The place of a full name among the candidates, 0 for the best one; nothing if it is none.
  std::optional<std::size_t> rank(std::string_view full_name) const;

 private:
  RefQuery() = default;
  std::string name_;
  std::vector<std::string> candidates_;
};

}  // namespace gitsync::git
