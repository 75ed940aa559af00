// SPDX-License-Identifier: Apache-2.0
#include "git/received_links.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "git/commit_object.h"
#include "git/not_understood.h"
#include "git/tag_object.h"
#include "git/tree_object.h"

namespace gitsync::git {

using util::Result;

namespace {

// What was found in the repository lately: one version of a tree after another names the same.
class Found {
 public:
  bool has(const ObjectId& id) const { return ids_[place_of(id)] == id; }
  void add(const ObjectId& id) { ids_[place_of(id)] = id; }

 private:
  static constexpr std::size_t kPlaces = 4096;
  static std::size_t place_of(const ObjectId& id) { return ObjectIdHash{}(id) % kPlaces; }

  std::vector<ObjectId> ids_{kPlaces};
};

class LinkCheck {
 public:
  LinkCheck(const PackTable& table, const ExpectedLinks& links) : table_(table), links_(links) {}

  bool is_to_be_read(ObjectType type) const {
    if (type == ObjectType::kTree) return links_.of == ExpectedLinks::Of::kCommitsAndTrees;
    return type != ObjectType::kBlob;
  }
  Result<void> follow(const ObjectId& id, const Object& object) {
    auto followed = follow(id, object.type, object.bytes);
    if (followed) return followed;
    return util::fail(std::move(followed).error().with_context("in " + id.hex()));
  }
  Result<void> expect(const ObjectId& id, std::optional<ObjectType> type);

 private:
  Result<void> follow(const ObjectId& id, ObjectType type, std::string_view bytes) {
    if (type == ObjectType::kCommit) return commit(id, bytes);
    return type == ObjectType::kTree ? tree(bytes) : tag(bytes);
  }

  Result<void> tag(std::string_view bytes) {
    const auto tag = parse_tag(bytes);
    if (!tag) return not_understood(tag.error().message);
    return expect(tag->object, tag->type);
  }

  Result<void> commit(const ObjectId& id, std::string_view bytes) {
    const auto commit = parse_commit(bytes);
    if (!commit) return not_understood(commit.error().message);
    GS_TRY_VOID(expect(commit->tree, ObjectType::kTree));
    if (std::ranges::binary_search(links_.edge, id)) return {};
    for (const auto& parent : commit->parents) GS_TRY_VOID(expect(parent, ObjectType::kCommit));
    return {};
  }

  Result<void> tree(std::string_view bytes) {
    TreeReader reader(bytes);
    while (true) {
      const auto entry = reader.next();
      if (!entry) return not_understood(entry.error().message);
      if (!*entry) return {};
      const TreeEntry& found = **entry;  // NOLINT(bugprone-unchecked-optional-access): it has one
      if (found.mode == EntryMode::kSubmodule) continue;
      GS_TRY_VOID(expect(found.id, found.is_folder() ? ObjectType::kTree : ObjectType::kBlob));
    }
  }

  const PackTable& table_;
  const ExpectedLinks& links_;
  Found found_;
};

Result<void> LinkCheck::expect(const ObjectId& id, std::optional<ObjectType> type) {
  if (const auto position = table_.find(id)) {
    if (!type || table_.at(*position).type == *type) return {};
    return not_understood("object " + id.hex() + " is of another type than is said");
  }
  if (found_.has(id) || id == kEmptyTree) return {};
  GS_TRY(const bool there, links_.has(id));
  if (!there) {
    return util::fail(util::ErrorKind::kNotFound, util::Cause::kObjectsMissing,
                      "object " + id.hex() + " is missing");
  }
  found_.add(id);
  return {};
}

}  // namespace

// In the order of the pack, where the bases of deltas are near.
Result<void> check_links(const PackTable& table, std::uint32_t count, ArrivedReader& reader,
                         const ExpectedLinks& links, const util::Limit& limit) {
  LinkCheck check(table, links);
  for (const auto& id : links.wanted) GS_TRY_VOID(check.expect(id, std::nullopt));
  for (std::uint32_t i = 0; i < count; ++i) {
    const PackedObject object = table.at(i);
    if (!check.is_to_be_read(object.type)) continue;
    GS_TRY_VOID(limit.check());
    GS_TRY(const auto content, reader.read(i));
    GS_TRY_VOID(check.follow(object.id, *content));
  }
  return {};
}

}  // namespace gitsync::git
