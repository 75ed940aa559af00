// SPDX-License-Identifier: Apache-2.0
#include "source/native_fetcher.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "git/commit_object.h"
#include "git/object_store.h"
#include "git/pack_receiver.h"
#include "git/ref_store.h"
#include "source/fetch_progress.h"
#include "source/git_contents.h"
#include "source/history_edge.h"

namespace gitsync::source {

using util::Result;

namespace {

// Opened where it is asked: a first pack has all that it names.
class ObjectsThere {
 public:
  explicit ObjectsThere(const tree::Layout& layout) : objects_(layout.store() + "/objects") {}

  Result<bool> has(const git::ObjectId& id) {
    GS_TRY(auto* const store, open());
    return store->has(id);
  }
  // None of a commit that is not there.
  Result<std::vector<git::ObjectId>> parents_of(const git::ObjectId& id) {
    GS_TRY(auto* const store, open());
    const auto bytes = store->read(id, git::ObjectType::kCommit, kLargestCommit);
    if (!bytes && bytes.error().kind == util::ErrorKind::kNotFound) return {};
    if (!bytes) return util::fail(bytes.error());
    GS_TRY(auto commit, git::parse_commit(*bytes));
    return std::move(commit.parents);
  }

 private:
  static constexpr std::size_t kLargestCommit = std::size_t{1} << 20;  // bytes

  Result<git::ObjectStore*> open() {
    if (!store_) {
      GS_TRY(store_, git::ObjectStore::open(objects_));
    }
    return &*store_;
  }

  const std::string objects_;
  std::optional<git::ObjectStore> store_;
};

// With nothing that was there before it can only be the server that lacks an object.
util::Error of_server(util::Error error) {
  if (error.kind != util::ErrorKind::kNotFound) return error;
  error.kind = util::ErrorKind::kProtocol;
  return std::move(error).with_context("the server did not send all necessary objects");
}

// The tip's own tree is read by who builds it, and is all there is of one commit.
Result<git::ExpectedLinks> links_of(const git::FetchRequest& request,
                                    const git::ShallowChanges& changes, ObjectsThere& there) {
  using Of = git::ExpectedLinks::Of;
  git::ExpectedLinks links{.of = request.deepen == 1 ? Of::kCommits : Of::kCommitsAndTrees,
                           .wanted = request.wants,
                           .edge = moved_edge(request.shallow, changes),
                           .has = [&](const auto& id) { return there.has(id); }};
  for (const auto& id : changes.unshallow) {
    GS_TRY(const auto parents, there.parents_of(id));
    links.wanted.insert(links.wanted.end(), parents.begin(), parents.end());
  }
  return links;
}

}  // namespace

NativeFetcher::NativeFetcher(tree::Layout layout, std::int64_t depth, log::Logger logger)
    : layout_(std::move(layout)), depth_(depth), log_(std::move(logger)) {}

Result<PackHold> NativeFetcher::fetch(Transport& server, const git::ObjectId& wanted,
                                      const git::ObjectId* there, git::PackObserver* observer,
                                      const util::Limit& limit) const {
  log_.info(2, "fetching", {{"hash", wanted.hex()}});
  std::optional<git::ObjectStore> bases;
  if (there != nullptr) {
    GS_TRY(auto store, git::ObjectStore::open(layout_.store() + "/objects"));
    // What is shown may be from a repository that had to be replaced.
    if (!GitContents::is_there(store, *there)) there = nullptr;
    bases.emplace(std::move(store));
  }
  GS_TRY(const auto request, request_for(wanted, there));
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): where `there` is
  auto fetched = attempt(server, request, there != nullptr ? &*bases : nullptr, observer, limit);
  const bool lacks_base = !fetched && (fetched.error().kind == util::ErrorKind::kCorrupt ||
                                       fetched.error().kind == util::ErrorKind::kNotFound);
  if (there == nullptr || !lacks_base) return fetched;
  log_.error("what is there cannot be built upon: fetching all of it", fetched.error());
  GS_TRY(const auto whole, request_for(wanted, nullptr));
  return attempt(server, whole, nullptr, nullptr, limit);
}

Result<git::FetchRequest> NativeFetcher::request_for(const git::ObjectId& wanted,
                                                     const git::ObjectId* there) const {
  GS_TRY(const auto refs, git::RefStore::open(layout_.store()));
  git::FetchRequest request{.wants = {wanted}};
  GS_TRY(request.shallow, refs.shallow());
  if (there != nullptr) request.haves = {*there};
  request.thin_pack = there != nullptr;
  if (depth_ > 0) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    request.deepen = static_cast<std::uint32_t>(std::min(depth_, kMost));
  }
  return request;
}

Result<PackHold> NativeFetcher::attempt(Transport& server, const git::FetchRequest& request,
                                        git::ObjectStore* bases, git::PackObserver* observer,
                                        const util::Limit& limit) const {
  GS_TRY(const auto arrival, PackArrival::prepare(layout_));
  GS_TRY(auto receiver,
         git::PackReceiver::create(arrival.paths(), {.store = bases, .observer = observer}));
  FetchProgress progress(log_);
  const git::FetchSinks sinks{.pack = [&](std::string_view bytes) -> Result<void> {
                                progress.note(receiver);
                                return receiver.feed(bytes, limit);
                              },
                              .progress = [&](std::string_view words) { progress.say(words); }};
  auto changes = server.fetch(request, sinks, limit);
  if (!changes) {
    receiver.give_up(changes.error());
    return util::fail(std::move(changes).error());
  }
  ObjectsThere there(layout_);
  GS_TRY(const auto links, links_of(request, *changes, there));
  const auto pack = receiver.finish(limit, &links);
  if (!pack && bases == nullptr) return util::fail(of_server(pack.error()));
  if (!pack) return util::fail(pack.error());
  GS_TRY(auto hold, arrival.install(*pack));
  GS_TRY_VOID(move_history_edge(layout_, *changes));
  progress.finish(*pack, receiver);
  return hold;
}

}  // namespace gitsync::source
