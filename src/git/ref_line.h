// SPDX-License-Identifier: Apache-2.0
// One ref as a server names it, and the best of those that were asked for: what the lists of all
// protocol versions have in common.

#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "git/oid.h"
#include "git/ref_query.h"
#include "git/remote_refs.h"
#include "util/error.h"

namespace gitsync::git {

// Points into the line.
struct RefLine {
  std::string_view id;  // 40 or 64 hex digits, not all zero
  std::string_view name;
  std::string_view rest;  // what follows the name and a blank
};

// "<id> <name>[ <rest>]". Errors: kProtocol with the line.
util::Result<RefLine> parse_ref_line(std::string_view line);

// Whether all digits are zero, which stands for no object.
bool is_zero_id(std::string_view id);

// An id in the protocol's spelling, where upper-case digits are legal.
std::optional<Oid> read_id(std::string_view hex);

std::unexpected<util::Error> bad_line(std::string_view line);

// Of a ref that is named twice the first counts, as for git.
class BestTip {
 public:
  explicit BestTip(RefQuery query) : query_(std::move(query)) {}

  // `peeled`: what the ref's tag leads to in the end; empty if the ref is no tag.
  void offer(std::string_view name, std::string_view id, std::string_view peeled);
  // What the ref named last leads to, where that is said in a line of its own.
  void peel(std::string_view name, std::string_view peeled);

  const std::optional<RefTip>& tip() const { return tip_; }

 private:
  RefQuery query_;
  std::optional<RefTip> tip_;
  std::size_t rank_ = 0;  // of tip_
};

}  // namespace gitsync::git
