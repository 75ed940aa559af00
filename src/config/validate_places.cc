// SPDX-License-Identifier: Apache-2.0
// Where --link, --error-file and --touch-file may be: not where they or we would destroy each
// other.

#include "config/validate.h"
#include "oci/reference.h"
#include "tree/layout.h"
#include "util/paths.h"
#include "util/url.h"

namespace gitsync::config {
namespace {

Complaint refuse_ours(const std::string& root, const std::string& flag, const std::string& path) {
  const tree::Layout layout{root};
  const bool ours = util::is_within(layout.store(), path) ||
                    util::is_within(layout.trees(), path) || path == layout.lock_file();
  if (!ours) return std::nullopt;
  return "invalid flag: " + flag + " must not be in --root's .git or .worktrees, or its lock";
}

std::string link_path(const Inputs& inputs) {
  return util::absolute_path(inputs.root,
                             inputs.link.empty() ? default_link(inputs.repo) : inputs.link);
}

Complaint check_file(const Inputs& inputs, const std::string& flag, const std::string& file) {
  if (file.empty()) return std::nullopt;
  const std::string path = util::absolute_path(inputs.root, file);
  if (auto complaint = refuse_ours(inputs.root, flag, path)) return complaint;
  // The published link would be replaced by a plain file.
  if (path == link_path(inputs)) return "invalid flag: " + flag + " must not be the link";
  return std::nullopt;
}

}  // namespace

// The link would replace the root or a directory that holds it, or be removed with old checkouts.
Complaint check_link(const Inputs& inputs) {
  const bool derived = inputs.link.empty();
  const std::string path = link_path(inputs);
  if (auto complaint = refuse_ours(inputs.root, "--link", path)) return complaint;
  if (!util::is_within(path, inputs.root)) return std::nullopt;
  if (derived) return "required flag: --link must be specified, --repo does not end in a name";
  return "invalid flag: --link must not be --root or a directory that holds it";
}

Complaint check_files(const Inputs& inputs) {
  if (auto complaint = check_file(inputs, "--error-file", inputs.error_file)) return complaint;
  return check_file(inputs, "--touch-file", inputs.touch_file);
}

Complaint check_concurrency(const Inputs& inputs) {
  constexpr std::int64_t kMost = 64;
  if (inputs.write_concurrency >= 0 && inputs.write_concurrency <= kMost) return std::nullopt;
  return "invalid flag: --write-concurrency must be from 0 to " + std::to_string(kMost) + ", not " +
         std::to_string(inputs.write_concurrency);
}

std::string default_link(const std::string& repo) {
  if (const auto artifact = oci::parse_reference(repo)) {
    return std::string(util::base_name(artifact->repository));
  }
  const std::string shown = util::redact_url(repo);
  std::string_view leaf = shown;
  while (leaf.ends_with('/')) leaf.remove_suffix(1);
  leaf = util::base_name(leaf);
  // `https://user:token@host` ends in its userinfo, which must not become a name on disk.
  if (shown != repo && leaf.find("REDACTED") != std::string_view::npos) {
    leaf.remove_prefix(leaf.rfind('@') + 1);
  }
  return std::string(leaf);
}

}  // namespace gitsync::config
