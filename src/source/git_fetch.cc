// SPDX-License-Identifier: Apache-2.0
#include "source/git_fetch.h"

#include "cli/nearest_refs.h"
#include "cli/sent_credentials.h"
#include "source/address_blame.h"
#include "util/text.h"

namespace gitsync::source {

using util::Result;

namespace {

bool is_abbreviated_hash(std::string_view ref) {
  constexpr std::size_t kShortest = 7;
  constexpr std::size_t kFull = 40;
  return ref.size() >= kShortest && ref.size() < kFull && util::is_hex(ref);
}

// git-check-ref-format(1), as far as a refspec could be meant.
bool is_name(std::string_view ref) {
  return ref.find_first_of(":^~?*[\\ ") == std::string_view::npos && !ref.starts_with('+') &&
         ref.find("..") == std::string_view::npos;
}

}  // namespace

GitFetch::GitFetch(GitFetchOptions options, const cli::Git& git, log::Logger logger)
    : options_(std::move(options)), git_(git), log_(std::move(logger)) {}

Result<bool> GitFetch::is_shallow(const util::Limit& limit) const {
  GS_TRY(const auto answer,
         git_.run({"rev-parse", "--is-shallow-repository"}, options_.root, limit));
  return answer == "true";
}

Result<git::Oid> GitFetch::run(const util::Limit& limit) {
  // Submodules are the business of the checkout; and fetch would read the last commit's
  // .gitmodules, so that a bad one could never be followed by a good one.
  std::vector<std::string> args{"fetch",   "--verbose",    "--no-progress",
                                "--prune", "--no-auto-gc", "--no-recurse-submodules"};
  if (options_.depth > 0) {
    args.insert(args.end(), {"--depth", std::to_string(options_.depth)});
  } else {
    GS_TRY(const bool shallow, is_shallow(limit));
    if (shallow) args.emplace_back("--unshallow");
  }
  if (!options_.filter.empty()) args.push_back("--filter=" + options_.filter);
  // Neither address nor ref can be read as an option, whatever they begin with.
  args.insert(args.end(), {"--end-of-options", options_.url, options_.ref});
  log_.info(2, "fetching", {{"repo", options_.url}, {"ref", options_.ref}});
  if (auto fetched = git_.run(args, options_.root, limit); !fetched) {
    return util::fail(explain(std::move(fetched).error(), limit));
  }
  names_offered_ = false;
  sends_credentials_.reset();
  GS_TRY(const auto hash,
         git_.run({"rev-parse", "--verify", "FETCH_HEAD^{}"}, options_.root, limit));
  const auto oid = git::Oid::parse(hash);
  if (!oid) return util::fail(util::ErrorKind::kProtocol, "git rev-parse answered " + hash);
  return *oid;
}

util::Error GitFetch::explain(util::Error error, const util::Limit& limit) {
  if (error.cause == util::Cause::kForbidden) return explain_forbidden(std::move(error), limit);
  // Only a server that has answered about the ref can be asked for others.
  if (error.cause == util::Cause::kUnknownRef) return explain_ref(std::move(error), limit);
  // git says nothing of some refs that are none.
  const bool unexplained =
      error.kind == util::ErrorKind::kLocal && error.cause == util::Cause::kUnknown;
  if (unexplained && !is_name(options_.ref)) {
    error.cause = util::Cause::kBadRef;
  }
  return blame_address(std::move(error), options_.url);
}

// A server that forbids without asking for credentials first was never sent any.
util::Error GitFetch::explain_forbidden(util::Error error, const util::Limit& limit) {
  if (!sends_credentials_) {
    const auto sends = cli::sends_credentials(git_, options_.root, options_.url, limit);
    if (!sends) return error;
    sends_credentials_ = *sends;
  }
  if (!*sends_credentials_) error.cause = util::Cause::kCredentialsNotSent;
  return error;
}

util::Error GitFetch::explain_ref(util::Error error, const util::Limit& limit) {
  if (names_offered_) return error;
  const auto names = cli::nearest_refs(git_, options_.root, options_.url, options_.ref, limit);
  if (!names) return error;
  // Once for each run of failures: the answer costs the server a listing of all its refs.
  names_offered_ = true;
  if (names->empty() && !error.subject.empty()) {
    // git takes a page of one line, to which it was redirected, for an empty repository.
    error.cause = util::Cause::kSignInPage;
    return error;
  }
  if (names->empty()) {
    error.cause = util::Cause::kNoRefs;
    return error;
  }
  error.hint = "the server has no ref " + options_.ref +
               "; the nearest names that it offers: " + util::join(*names, ", ");
  if (is_abbreviated_hash(options_.ref)) error.hint += "; of a hash, --ref takes all 40 digits";
  return error;
}

}  // namespace gitsync::source
