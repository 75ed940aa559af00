// SPDX-License-Identifier: Apache-2.0
#include "git/server_error.h"

#include <algorithm>
#include <array>
#include <string>

#include "util/quote.h"
#include "util/text.h"

namespace gitsync::git {
namespace {

using util::Cause;
using util::Error;
using util::ErrorKind;

constexpr std::size_t kShown = 1000;  // bytes of the server's words

// `git daemon` says "access denied or repository not exported", hosts say "Repository not found"
// and the like; they all mean that for this client there is none.
bool says_missing(std::string_view words) {
  constexpr std::array<std::string_view, 5> kMissing{"not found", "not exported", "does not exist",
                                                     "could not be found",
                                                     "does not appear to be a git repository"};
  const std::string lower = util::to_lower(words);
  return std::ranges::any_of(
      kMissing, [&](std::string_view text) { return lower.find(text) != std::string::npos; });
}

// git says "upload-pack: not our ref <id>", servers in Java "want <id> not valid".
bool says_moved(std::string_view words) {
  return words.contains("not our ref") ||
         (words.starts_with("want ") && words.ends_with(" not valid"));
}

}  // namespace

Error server_error(std::string_view words) {
  words = util::trim(words.substr(0, kShown));
  // As git introduces it.
  Error error{.kind = ErrorKind::kProtocol, .message = "remote error: " + util::escaped(words)};
  if (says_moved(words)) {
    error.kind = ErrorKind::kMoved;
    error.cause = Cause::kCommitNotServed;
  } else if (says_missing(words)) {
    error.kind = ErrorKind::kNotFound;
    error.cause = Cause::kRepositoryNotFound;
  }
  return error;
}

}  // namespace gitsync::git
