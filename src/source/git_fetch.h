// SPDX-License-Identifier: Apache-2.0
// What does the ref name, and its objects, by one `git fetch`: the contract's own sequence
// (docs/contract.md#ref).

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/git.h"
#include "git/oid.h"

namespace gitsync::source {

struct GitFetchOptions {
  std::string url;         // without userinfo
  std::string ref;         // as the user gave it
  std::int64_t depth = 1;  // 0: whole history
  std::string filter;      // partial clone filter; empty: none
  std::string root;        // the repository to fetch into
};

// Thread-safety: none; belongs to the loop of one repository.
class GitFetch {
 public:
  // `git` outlives this.
  GitFetch(GitFetchOptions options, const cli::Git& git, log::Logger logger);

  // The commit that the ref names now (an annotated tag is peeled), complete in the repository with
  // its history to the wanted depth: git's fetch resolves and brings in one round trip.
  // Errors: kNetwork, kAuth, kNotFound, kTimeout, kStopped, kProtocol, kLocal.
  util::Result<git::Oid> run(const util::Limit& limit);

 private:
  util::Result<bool> is_shallow(const util::Limit& limit) const;
  util::Error explain(util::Error error, const util::Limit& limit);
  util::Error explain_ref(util::Error error, const util::Limit& limit);
  util::Error explain_forbidden(util::Error error, const util::Limit& limit);

  const GitFetchOptions options_;
  const cli::Git& git_;
  const log::Logger log_;
  // Since the last success, so that a server is asked once in each run of failures:
  bool names_offered_ = false;             // the nearest names were looked up
  std::optional<bool> sends_credentials_;  // whether git comes to send them, if that was looked up
};

}  // namespace gitsync::source
