// SPDX-License-Identifier: Apache-2.0
#include "source/tree_check.h"

#include <string>
#include <string_view>

#include "git/attributes.h"
#include "git/path_rules.h"
#include "git/ref_store.h"
#include "source/delegation.h"
#include "util/folder.h"
#include "util/quote.h"

namespace gitsync::source {

using util::Result;

namespace {

constexpr std::string_view kAttributes = ".gitattributes";
constexpr std::size_t kLargestAttributes = std::size_t{1} << 20;

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// What git refuses is left to it, too: it says so in its own words.
Result<void> check_name(std::string_view path, std::string_view name, git::EntryMode mode) {
  if (git::judge_name(name, mode) == git::NameVerdict::kAllowed) return {};
  return not_understood("only git knows whether it takes the name " + util::quoted(path));
}

Result<void> check_names(std::string_view path, git::EntryMode mode) {
  std::size_t begin = 0;
  for (auto slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', begin)) {
    GS_TRY_VOID(check_name(path, path.substr(begin, slash - begin), git::EntryMode::kFolder));
    begin = slash + 1;
  }
  return check_name(path, path.substr(begin), mode);
}

Result<void> check_attributes(git::ObjectReader& store, std::string_view path,
                              const git::ObjectId& id) {
  GS_TRY(const auto text, store.read(id, git::ObjectType::kBlob, kLargestAttributes));
  return git::check_attributes(text, path);
}

}  // namespace

Result<void> check_store(const tree::Layout& layout) {
  GS_TRY(const auto root, util::Folder::open(layout.root));
  const std::string store = tree::Layout::kStoreName;
  const std::string attributes = store + "/info/attributes";
  if (root.exists(attributes)) {
    GS_TRY(const auto text, root.read_file(attributes, kLargestAttributes));
    GS_TRY_VOID(git::check_attributes(text, attributes));
  }
  GS_TRY(const auto refs, git::RefStore::open(layout.store()));
  GS_TRY(const bool substitutes, refs.has_substitutes());
  if (substitutes) return not_understood("the repository has substitutes for objects");
  return {};
}

Result<void> check_tree(git::ObjectReader& store, GitContents& contents,
                        const tree::Revision* known, const util::Limit& limit) {
  return contents.check(
      known,
      [&](std::string_view path, const git::TreeLeaf& leaf) -> Result<void> {
        GS_TRY_VOID(check_names(path, leaf.mode));
        if (leaf.mode == git::EntryMode::kSubmodule) {
          return not_understood("the commit has submodules");
        }
        if (last_part(path) == kAttributes) return check_attributes(store, path, leaf.id);
        return {};
      },
      limit);
}

}  // namespace gitsync::source
