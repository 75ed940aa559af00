// SPDX-License-Identifier: Apache-2.0
// How a root's repository is looked at and made: by the git executable here, by system calls in
// source/native_care.h. What follows from it is in source/git_root.h.

#pragma once

#include <functional>
#include <string>

#include "cli/repository.h"
#include "util/error.h"
#include "util/event.h"
#include "util/watched.h"

namespace gitsync::source {

// Thread-safety: none; belongs to the loop of one repository, under the root's turn.
class RepositoryCare {
 public:
  virtual ~RepositoryCare() = default;

  // As cli::Repository.
  virtual util::Result<bool> is_usable(const util::Limit& limit) = 0;
  virtual util::Result<void> init(const util::Limit& limit) = 0;
  virtual util::Result<void> set_origin(const std::string& url, const util::Limit& limit) = 0;

  // Adds what is_usable() is about to look at, but for what find_stranger() looks at as well.
  virtual void watch(util::Watched& /*watched*/) const {}
  // Whether the repository, of which nothing has changed that was watched, is as usable as it was.
  virtual bool is_as_left() { return false; }
};

class GitCare final : public RepositoryCare {
 public:
  // `start` is called before git is run. `repository` outlives this.
  GitCare(const cli::Repository& repository, std::function<util::Result<void>()> start)
      : repository_(repository), start_(std::move(start)) {}

  util::Result<bool> is_usable(const util::Limit& limit) override {
    GS_TRY_VOID(start_());
    return repository_.is_usable(limit);
  }
  util::Result<void> init(const util::Limit& limit) override {
    GS_TRY_VOID(start_());
    return repository_.init(limit);
  }
  util::Result<void> set_origin(const std::string& url, const util::Limit& limit) override {
    GS_TRY_VOID(start_());
    return repository_.set_origin(url, limit);
  }

 private:
  const cli::Repository& repository_;
  const std::function<util::Result<void>()> start_;
};

}  // namespace gitsync::source
