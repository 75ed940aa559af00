// SPDX-License-Identifier: Apache-2.0
#include "git/ref_line.h"

#include "util/quote.h"
#include "util/text.h"

namespace gitsync::git {
namespace {

// Of a line that nobody expected, as much as helps.
constexpr std::size_t kShown = 120;

bool is_id(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) && util::is_hex(text);
}

}  // namespace

std::unexpected<util::Error> bad_line(std::string_view line) {
  return util::fail(
      util::ErrorKind::kProtocol,
      "the server's list of refs has an unexpected line " + util::quoted(line.substr(0, kShown)));
}

bool is_zero_id(std::string_view id) { return id.find_first_not_of('0') == std::string_view::npos; }

std::optional<Oid> read_id(std::string_view hex) { return Oid::parse(util::to_lower(hex)); }

util::Result<RefLine> parse_ref_line(std::string_view line) {
  const auto first = line.find(' ');
  if (first == std::string_view::npos) return bad_line(line);
  RefLine ref{.id = line.substr(0, first), .name = line.substr(first + 1), .rest = {}};
  if (const auto second = ref.name.find(' '); second != std::string_view::npos) {
    ref.rest = ref.name.substr(second + 1);
    ref.name = ref.name.substr(0, second);
  }
  if (!is_id(ref.id) || ref.name.empty()) return bad_line(line);
  return ref;
}

util::Result<void> BestTip::offer(std::string_view name, std::string_view id,
                                  std::string_view peeled) {
  const auto rank = query_.rank(name);
  if (!rank || (tip_ && rank_ <= *rank)) return {};
  const auto oid = read_id(peeled.empty() ? id : peeled);
  if (is_zero_id(id) || !oid) {
    return util::fail(util::ErrorKind::kProtocol, util::Cause::kNotUnderstood,
                      "on the server " + std::string(name) + " is damaged");
  }
  tip_ = RefTip{.name = std::string(name), .id = *oid};
  if (!peeled.empty()) tip_->tag = read_id(id);
  rank_ = *rank;
  return {};
}

void BestTip::peel(std::string_view name, std::string_view peeled) {
  if (!tip_ || tip_->name != name) return;
  const auto oid = read_id(peeled);
  if (!oid) return;
  tip_->tag = tip_->id;
  tip_->id = *oid;
}

}  // namespace gitsync::git
