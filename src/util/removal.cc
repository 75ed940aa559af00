// SPDX-License-Identifier: Apache-2.0
#include "util/removal.h"

#include <cerrno>
#include <utility>
#include <vector>

#include "util/files.h"
#include "util/random.h"
#include "util/remove_tree.h"

namespace gitsync::util {
namespace {

// Leaves room in NAME_MAX (255) for prefix and suffix.
constexpr std::size_t kKeptOfName = 200;

bool is_end(const Error& error) {
  return error.kind == ErrorKind::kStopped || error.kind == ErrorKind::kTimeout;
}

// Both free the name; the path of the new one.
Result<std::string> move_aside(const Folder& parent, std::string_view name, const Folder& aside) {
  const std::string unique = std::string(name.substr(0, kKeptOfName)) + "." + random_suffix();
  const auto moved = parent.rename(name, aside, unique);
  if (moved) return aside.path_of(unique);
  if (moved.error().sys_errno != EACCES) return fail(moved.error());
  const std::string beside = std::string(kAsidePrefix) + unique;
  GS_TRY_VOID(parent.rename(name, parent, beside));
  return parent.path_of(beside);
}

// How many entries have the prefix.
Result<std::size_t> count(const Folder& folder, std::string_view prefix) {
  std::size_t count = 0;
  GS_TRY_VOID(folder.for_each_entry([&](std::string_view name) {
    if (name.starts_with(prefix)) ++count;
    return Walk::kGoOn;
  }));
  return count;
}

// `count` names with the prefix, from the one numbered `from` on and then from the beginning.
Result<std::vector<std::string>> choose(const Folder& folder, const RetryOptions& options,
                                        std::size_t from) {
  std::vector<std::string> chosen;
  std::vector<std::string> before;
  std::size_t number = 0;
  GS_TRY_VOID(folder.for_each_entry([&](std::string_view name) {
    if (!name.starts_with(options.prefix)) return Walk::kGoOn;
    auto& names = number++ < from ? before : chosen;
    if (names.size() < options.entries) names.emplace_back(name);
    return chosen.size() < options.entries ? Walk::kGoOn : Walk::kStop;
  }));
  for (auto& name : before) {
    if (chosen.size() < options.entries) chosen.push_back(std::move(name));
  }
  return chosen;
}

}  // namespace

Result<Removal> remove_or_set_aside(const Folder& parent, std::string_view name,
                                    const Folder& aside, const Limit& limit) {
  auto removed = remove_tree(parent, name, {.limit = limit});
  if (removed) return Removal{};
  if (is_end(removed.error())) return fail(std::move(removed).error());
  auto moved = move_aside(parent, name, aside);
  if (moved) return Removal{.trouble = std::move(removed).error(), .aside = std::move(*moved)};
  // Gone meanwhile.
  if (moved.error().sys_errno == ENOENT && !parent.exists(name)) return Removal{};
  auto error = std::move(removed).error();
  error.message += "; and " + moved.error().message;
  return fail(std::move(error));
}

Result<Retried> retry_removals(const Folder& folder, const RetryOptions& options) {
  Retried result;
  GS_TRY(const std::size_t all, count(folder, options.prefix));
  if (all == 0) return result;
  GS_TRY(const auto names, choose(folder, options, random_below(all)));
  for (const auto& name : names) {
    auto removed =
        remove_tree(folder, name, {.limit = options.limit, .failures = options.failures});
    if (!removed && is_end(removed.error())) return fail(std::move(removed).error());
    ++(removed ? result.removed : result.left);
    if (!removed && !result.trouble) result.trouble = std::move(removed).error();
  }
  return result;
}

}  // namespace gitsync::util
